import { fixed, variable, type Affine } from '@nalu/core/graph';
import type { Code } from '../assembler/encoding.ts';
import { control, i32, local } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import type { NestContext } from './nest.ts';

/** The variable of a loop around nests, with a name of its own. */
export interface Counter {
  readonly name: string;
  readonly local: number;
}

export const newCounter = ({ writer, variables }: NestContext): Counter => {
  const index = writer.local(types.i32);
  const name = `x${index}`;
  variables.set(name, index);
  return { name, local: index };
};

/** A plain loop around other code; nothing for a single point. */
export const writeLoop = (context: NestContext, length: number, body: (at: Affine) => Code): Code => {
  if (length === 0) return [];
  if (length === 1) return body(fixed(0));
  const counter = newCounter(context);
  const code = body(variable(counter.name, length));
  const next = local.set(counter.local, i32.add(local.get(counter.local), 1));
  return local
    .set(counter.local, i32.constant(0))
    .concat(control.repeat(code.concat(next), i32.ltU(local.get(counter.local), i32.constant(length))));
};
