import type { FoldOp, Operand, Statement } from '@nalu/core/kernels';
import type { Affine } from '@nalu/core/graph';
import type { Dialect } from '../dialects/dialect.ts';
import { printAffine } from './affine.ts';

/** What the statements of a segment need to know about their surroundings. */
export interface Scope {
  readonly dialect: Dialect;
  /** The element at an index of the value at a position of the kernel's reads. */
  read(from: number, at: Affine): string;
  /** The name under which a statement's name is printed. */
  name(name: string): string;
}

const starts: { readonly [K in FoldOp]: number } = { add: 0, mul: 1, min: Infinity, max: -Infinity };

const operand = (value: Operand, { dialect, name }: Scope): string =>
  typeof value === 'number' ? dialect.literal(value) : name(value);

const index = (at: Affine, { dialect, name }: Scope): string => printAffine(at, dialect, name);

const constant = (name: string, expression: string): string => `const ${name} = ${expression};`;

/** A loop with a literal bound: gpu.js cuts all others short. */
const loop = (variable: string, length: number, body: string, { convertsCounters }: Dialect): string => {
  const counter = convertsCounters ? `${variable}count` : variable;
  const conversion = convertsCounters ? `const ${variable} = ${counter};\n` : '';
  return `for (let ${counter} = 0; ${counter} < ${length}; ${counter}++) {\n${conversion}${body}\n}`;
};

type Printer<K extends Statement['kind']> = (statement: Extract<Statement, { kind: K }>, scope: Scope) => string;

const printers: { readonly [K in Statement['kind']]: Printer<K> } = {
  read: ({ name, from, at }, scope) => constant(scope.name(name), scope.read(from, at)),
  apply: ({ name, op, args }, scope) => {
    const { ops, writtenOut } = scope.dialect;
    const operands = args.map((each) => operand(each, scope));
    return writtenOut?.[op]?.(scope.name(name), operands) ?? constant(scope.name(name), ops[op](...operands));
  },
  number: ({ name, at }, scope) => constant(scope.name(name), index(at, scope)),
  within: ({ name, at, length }, scope) => constant(scope.name(name), scope.dialect.within(index(at, scope), length)),
  clampedIndex: ({ name, at, extent }, scope) => constant(scope.name(name), scope.dialect.clampedIndex(index(at, scope), extent)),
  tableIndex: ({ name, value, extent }, scope) =>
    constant(scope.name(name), scope.dialect.tableIndex(operand(value, scope), extent)),
  fold: ({ name, op, variable, length, body, value }, scope) => {
    const { dialect } = scope;
    const sum = scope.name(`${name}sum`);
    const step = op === 'add' || op === 'mul' ? dialect.folds[op] : dialect.ops[op];
    const lines = `${printStatements(body, scope)}\n${sum} = ${step(sum, operand(value, scope))};`;
    const result = op === 'add' || op === 'mul' ? dialect.folded(sum) : sum;
    return [
      `let ${sum} = ${dialect.literal(starts[op])};`,
      ...(length === 0 ? [] : [loop(scope.name(variable), length, lines, scope.dialect)]),
      constant(scope.name(name), result),
    ].join('\n');
  },
  argmax: ({ name, variable, length, body, value }, scope) => {
    const [best, largest, each] = [`${name}best`, `${name}largest`, `${name}each`].map((part) => scope.name(part));
    const lines = [
      printStatements(body, scope),
      constant(each!, operand(value, scope)),
      `if (${scope.dialect.exceeds(each!, largest!)}) {\n${best} = ${scope.name(variable)};\n${largest} = ${each};\n}`,
    ].join('\n');
    return [
      `let ${best} = 0;`,
      `let ${largest} = ${scope.dialect.literal(-Infinity)};`,
      loop(scope.name(variable), length, lines, scope.dialect),
      constant(scope.name(name), best!),
    ].join('\n');
  },
  random: ({ name, key, at }, scope) =>
    constant(
      scope.name(name),
      scope.dialect.random(
        key.map((each) => operand(each, scope)),
        index(at, scope),
      ),
    ),
};

export const printStatements = (statements: readonly Statement[], scope: Scope): string =>
  statements.map((statement) => (printers[statement.kind] as Printer<Statement['kind']>)(statement as never, scope)).join('\n');
