/** Formulas as immutable trees. Shared parts are shared objects, so a tree may be a graph underneath. */

export interface NumberExpr {
  readonly kind: 'number';
  readonly value: number;
}

export interface VariableExpr {
  readonly kind: 'variable';
  /** Column of the input row. */
  readonly index: number;
  readonly name: string;
  /** True: the data's column is positive, so |x| may be written x. */
  readonly positive: boolean;
}

export interface SumExpr {
  readonly kind: 'sum';
  readonly terms: readonly Expr[];
}

export interface ProductExpr {
  readonly kind: 'product';
  readonly factors: readonly Expr[];
}

/** base^exponent; 1/x is x^−1 and √x is x^½. */
export interface PowerExpr {
  readonly kind: 'power';
  readonly base: Expr;
  readonly exponent: number;
}

export interface CallExpr {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly args: readonly Expr[];
}

export type Expr = NumberExpr | VariableExpr | SumExpr | ProductExpr | PowerExpr | CallExpr;

/** Functions of a formula. `lt`, `le` and `eq` are 1 or 0; `where(mask, a, b)` is a where the mask is not 0, else b. */
export type FunctionName =
  | 'abs'
  | 'sign'
  | 'exp'
  | 'log'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'floor'
  | 'round'
  | 'min'
  | 'max'
  | 'lt'
  | 'le'
  | 'eq'
  | 'where';

/** The parts of an expression, in order. */
export const childrenOf = (expr: Expr): readonly Expr[] => {
  if (expr.kind === 'sum') return expr.terms;
  if (expr.kind === 'product') return expr.factors;
  if (expr.kind === 'power') return [expr.base];
  return expr.kind === 'call' ? expr.args : [];
};

/** Number of nodes when everything is written out, shared parts as often as they occur. */
export const sizeOfExpr = (expr: Expr): number => {
  const known = new Map<Expr, number>();
  const size = (each: Expr): number => {
    const found = known.get(each);
    if (found !== undefined) return found;
    const total = childrenOf(each).reduce((sum, child) => sum + size(child), 1);
    known.set(each, total);
    return total;
  };
  return size(expr);
};
