import type { Affine, Atom } from '@nalu/core/graph';
import { foldStart, type Operand, type Statement } from '@nalu/core/kernels';
import { address, quotient, remainder } from './address.ts';
import { literal } from './literal.ts';
import { foldings, operations } from './operations.ts';

/** The lines of a block, and the names of index expressions that it has computed. */
interface Block {
  readonly lines: string[];
  readonly atoms: Map<string, string>;
}

/** An element of the value at position `from` of the kernel's reads, as an expression. */
export type ReadElement = (from: number, index: string) => string;

/**
 * Prints the statements of a segment. Quotients and remainders of indices are computed once, in the outermost block where
 * they are known: GPUs divide whole numbers slowly.
 */
export class StatementPrinter {
  readonly #readElement: ReadElement;
  #stack: readonly Block[] = [{ lines: [], atoms: new Map() }];
  /** How many blocks deep each index is known. */
  readonly #depths = new Map<string, number>([['i', 0]]);
  #count = 0;

  constructor(readElement: ReadElement) {
    this.#readElement = readElement;
  }

  get lines(): readonly string[] {
    return this.#stack[0]!.lines;
  }

  print(statements: readonly Statement[]): void {
    for (const statement of statements) (this.#rules[statement.kind] as (statement: Statement) => void)(statement);
  }

  operand(operand: Operand): string {
    return typeof operand === 'number' ? literal(operand) : operand;
  }

  #line(line: string): void {
    this.#stack.at(-1)!.lines.push(line);
  }

  #define(name: string, expression: string): void {
    this.#line(`let ${name} = ${expression};`);
  }

  #defineIndex(name: string, expression: string): void {
    this.#depths.set(name, this.#stack.length - 1);
    this.#define(name, expression);
  }

  #depthOf(at: Affine): number {
    return at.terms.reduce((depth, { atom }) => {
      const own = atom.kind === 'variable' ? this.#depths.get(atom.key)! : this.#depthOf(atom.of);
      return Math.max(depth, own);
    }, 0);
  }

  readonly #atom = (atom: Atom): string => {
    if (atom.kind === 'variable') return atom.key;
    const { lines, atoms } = this.#stack[this.#depthOf(atom.of)]!;
    const known = atoms.get(atom.key);
    if (known !== undefined) return known;
    const of = this.index(atom.of);
    const name = `q${this.#count++}`;
    lines.push(`let ${name} = ${atom.kind === 'quotient' ? quotient(of, atom.by) : remainder(of, atom.by)};`);
    atoms.set(atom.key, name);
    return name;
  };

  index(at: Affine): string {
    return address(at, this.#atom);
  }

  #loop(variable: string, length: number, body: readonly Statement[], last: () => void): void {
    const block: Block = { lines: [], atoms: new Map() };
    const outer = this.#stack;
    this.#depths.set(variable, outer.length);
    this.#stack = [...outer, block];
    this.print(body);
    last();
    this.#stack = outer;
    this.#line(`for (var ${variable} = 0i; ${variable} < ${length}i; ${variable}++) {`);
    for (const line of block.lines) this.#line(`  ${line}`);
    this.#line('}');
  }

  readonly #rules: { readonly [K in Statement['kind']]: (statement: Extract<Statement, { kind: K }>) => void } = {
    read: ({ name, from, at }) => this.#define(name, this.#readElement(from, this.index(at))),
    apply: ({ name, op, args }) => {
      const texts = args.map((arg) => this.operand(arg));
      // Expressions of literals alone would be evaluated, and refused on overflow, when the shader is compiled.
      if (args.every((arg) => typeof arg === 'number')) {
        this.#define(`${name}_0`, texts[0]!);
        texts[0] = `${name}_0`;
      }
      this.#define(name, operations[op](...texts));
    },
    number: ({ name, at }) => this.#define(name, `f32(${this.index(at)})`),
    within: ({ name, at, length }) => {
      const index = this.index(at);
      this.#define(name, `select(0f, 1f, ${index} >= 0 && ${index} < ${length})`);
    },
    clampedIndex: ({ name, at, extent }) => this.#defineIndex(name, `clamp(${this.index(at)}, 0, ${extent - 1})`),
    tableIndex: ({ name, value, extent }) => this.#defineIndex(name, `toIndex(${this.operand(value)}, ${extent})`),
    fold: ({ name, op, variable, length, body, value }) => {
      this.#line(`var ${name} = ${literal(foldStart[op])};`);
      this.#loop(variable, length, body, () => this.#line(`${name} = ${foldings[op](name, this.operand(value))};`));
    },
    argmax: ({ name, variable, length, body, value }) => {
      const [leader, best] = [`${name}_x`, `${name}_at`];
      this.#line(`var ${leader} = 0f;`);
      this.#line(`var ${best} = 0i;`);
      this.#loop(variable, length, body, () => {
        const x = this.operand(value);
        this.#line(`if (${variable} == 0 || ${x} > ${leader} || (isNan(${x}) && !isNan(${leader}))) {`);
        this.#line(`  ${leader} = ${x};`);
        this.#line(`  ${best} = ${variable};`);
        this.#line('}');
      });
      this.#define(name, `f32(${best})`);
    },
    random: ({ name, key, at }) => {
      const folded = key.reduce<string>((text, part) => `keyed(${text}, ${this.operand(part)})`, 'vec2<u32>(0u, 0u)');
      this.#define(name, `uniformAt(${folded}, ${this.index(at)})`);
    },
  };
}
