import { portable, primitives, type Expansion, type MachinePrimitive, type Operand, type Primitive } from '@nalu/core/kernels';
import type { Expression } from './dialect.ts';

/** How the statements of an expansion are written. */
export interface ExpansionLanguage {
  literal(value: number): string;
  /** A name that is assigned once. */
  declare(type: 'number' | 'mask', name: string, expression: string): string;
  /** A primitive; undefined where it is taken from core's portable expansions. */
  expression(primitive: Primitive): Expression | undefined;
}

/** The statements of an expansion, with a prefix before the names of its own; and what its result is called. */
export const printExpansion = (
  { params, body, result }: Expansion,
  language: ExpansionLanguage,
  args: readonly string[],
  prefix: string,
): { readonly lines: readonly string[]; readonly result: string } => {
  const names = new Map(params.map((name, i) => [name, args[i]!]));
  const text = (operand: Operand): string => (typeof operand === 'number' ? language.literal(operand) : names.get(operand)!);
  const lines: string[] = [];
  for (const { name, primitive, args: operands } of body) {
    const given = operands.map(text);
    const own = language.expression(primitive);
    const printed = `${prefix}${name}`;
    if (own !== undefined) {
      lines.push(language.declare(primitives[primitive].mask ? 'mask' : 'number', printed, own(...given)));
      names.set(name, printed);
    } else {
      const inner = printExpansion(portable[primitive as MachinePrimitive], language, given, `${printed}x`);
      lines.push(...inner.lines);
      names.set(name, inner.result);
    }
  }
  return { lines, result: text(result) };
};
