import type { Tensor } from '@nalu/core';

/** An operation on a and b, on the host and in a graph. */
export interface Operation {
  readonly name: string;
  readonly of: (a: number, b: number) => number;
  readonly graph: (a: Tensor, b: Tensor) => Tensor;
}

export const add: Operation = { name: '+', of: (a, b) => a + b, graph: (a, b) => a.add(b) };
export const subtract: Operation = { name: '-', of: (a, b) => a - b, graph: (a, b) => a.sub(b) };
export const multiply: Operation = { name: '*', of: (a, b) => a * b, graph: (a, b) => a.mul(b) };
export const divide: Operation = { name: '/', of: (a, b) => a / b, graph: (a, b) => a.div(b) };
export const square: Operation = { name: 'a^2', of: (a) => a * a, graph: (a) => a.square() };
export const root: Operation = { name: 'sqrt(a)', of: (a) => Math.sqrt(a), graph: (a) => a.sqrt() };
export const reciprocal: Operation = { name: '1/a', of: (a) => 1 / a, graph: (a) => a.reciprocal() };
