import { unsigned, vectorOf, type Code } from './encoding.ts';
import { END, local, v128, type Words } from './instructions.ts';

/** Types of values: numbers of the binary format. */
export const types = { i32: 0x7f, v128: 0x7b } as const;
export type Type = (typeof types)[keyof typeof types];

const MUTABLE = 1;

export interface Signature {
  readonly params: readonly Type[];
  readonly results: readonly Type[];
}

/** One function while it is written: its local variables, and constants that it loads once. */
export class FunctionWriter {
  readonly signature: Signature;
  readonly #locals: Type[] = [];
  readonly #released: { readonly [T in Type]: number[] } = { [types.i32]: [], [types.v128]: [] };
  readonly #constants = new Map<string, Code>();
  readonly #prologue: number[] = [];

  constructor(signature: Signature) {
    this.signature = signature;
  }

  /** A local variable that nothing uses: a new one, or one that was released. */
  local(type: Type): number {
    const released = this.#released[type].pop();
    return released ?? this.signature.params.length + this.#locals.push(type) - 1;
  }

  /**
   * Nothing that is written from now on reads these variables. Code written later may run earlier, in a loop around: a variable
   * that lives through other code is taken before that is written.
   */
  release(variables: readonly number[]): void {
    for (const index of variables) this.#released[this.#locals[index - this.signature.params.length]!].push(index);
  }

  /** How many local variables there are. */
  get locals(): number {
    return this.#locals.length;
  }

  /** Code of a constant vector, which is loaded once, at the beginning of the function. */
  constant(words: Words): Code {
    const key = words.join();
    let code = this.#constants.get(key);
    if (code === undefined) {
      // Not a released one: it is set before everything else.
      const index = this.signature.params.length + this.#locals.push(types.v128) - 1;
      code = local.get(index);
      this.#constants.set(key, code);
      this.#prologue.push(...local.set(index, v128.constant(words)));
    }
    return code;
  }

  /** The function's entry in the code section. */
  finish(body: Code): Code {
    const groups: [count: number, type: Type][] = [];
    for (const type of this.#locals) {
      const last = groups.at(-1);
      if (last?.[1] === type) last[0]++;
      else groups.push([1, type]);
    }
    const declared = vectorOf(groups.map(([count, type]) => [...unsigned(count), type]));
    const size = declared.length + this.#prologue.length + body.length + 1;
    return unsigned(size).concat(declared, this.#prologue, body, [END]);
  }
}

export interface ImportedFunction extends Signature {
  readonly name: string;
}

interface FinishedFunction {
  readonly signature: Signature;
  readonly code: Code;
}

/** A module while it is written. It imports a memory and functions, and exports one function, `main`. */
export class ModuleWriter {
  readonly #imports: readonly ImportedFunction[];
  readonly #functions: FinishedFunction[] = [];
  readonly #helpers = new Map<string, number>();
  #hasSink = false;

  constructor(imports: readonly ImportedFunction[]) {
    this.#imports = imports;
  }

  /** The index of an imported function. */
  imported(name: string): number {
    return this.#imports.findIndex((each) => each.name === name);
  }

  add(writer: FunctionWriter, body: Code): number {
    return this.#imports.length + this.#functions.push({ signature: writer.signature, code: writer.finish(body) }) - 1;
  }

  /** The index of a function that many places call, written when it is first needed. */
  helper(name: string, write: () => number): number {
    const known = this.#helpers.get(name);
    if (known !== undefined) return known;
    const index = write();
    this.#helpers.set(name, index);
    return index;
  }

  /** The index of the only global variable: a vector that is set and never read. */
  sink(): number {
    this.#hasSink = true;
    return 0;
  }

  /** The binary. */
  finish(main: number): Uint8Array<ArrayBuffer> {
    const signatures: Code[] = [];
    const typeOf = ({ params, results }: Signature): number => {
      const code = [0x60, ...vectorOf(params.map((type) => [type])), ...vectorOf(results.map((type) => [type]))];
      const known = signatures.findIndex((each) => each.join() === code.join());
      return known >= 0 ? known : signatures.push(code) - 1;
    };
    const name = (text: string): Code => vectorOf([...text].map((letter) => [letter.charCodeAt(0)]));
    const imports = vectorOf([
      [...name('host'), ...name('memory'), 2, 0, 1],
      ...this.#imports.map((each) => [...name('host'), ...name(each.name), 0, ...unsigned(typeOf(each))]),
    ]);
    const functions = vectorOf(this.#functions.map(({ signature }) => unsigned(typeOf(signature))));
    const globals = this.#hasSink ? [[types.v128, MUTABLE, ...v128.constant([0, 0, 0, 0]), END]] : [];
    const exported = vectorOf([[...name('main'), 0, ...unsigned(main)]]);
    const code = unsigned(this.#functions.length).concat(...this.#functions.map((each) => each.code));
    const section = (id: number, content: Code): Code => [id].concat(unsigned(content.length), content);
    return new Uint8Array(
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0].concat(
        section(1, vectorOf(signatures)),
        section(2, imports),
        section(3, functions),
        section(6, vectorOf(globals)),
        section(7, exported),
        section(10, code),
      ),
    );
  }
}
