/**
 * Traces nest: the body of a scan is traced while the graph around it is. A tensor remembers the trace in which it was
 * made, so that a body can tell its own nodes from those that it captures from outside.
 */
export interface TraceLevel {
  readonly depth: number;
  readonly name: string;
}

const OUTSIDE: TraceLevel = { depth: 0, name: 'outside of any trace' };
const stack: TraceLevel[] = [OUTSIDE];

export const currentLevel = (): TraceLevel => stack[stack.length - 1]!;

export const isActive = (level: TraceLevel): boolean => stack.includes(level);

export const inNewLevel = <T>(name: string, body: (level: TraceLevel) => T): T => {
  const level: TraceLevel = { depth: stack.length, name };
  stack.push(level);
  try {
    return body(level);
  } finally {
    stack.pop();
  }
};
