import { ExpressionError } from './errors';
import type { FunctionName } from './functions';

/** Caps of an expression; what is beyond is refused before any pass could run long or deep. */
export const LIMITS = {
  /** UTF-16 units. */
  text: 20_000,
  /** Open parentheses at one place. */
  parentheses: 150,
  /** Levels of the tree: every pass may recurse over it. */
  depth: 400,
  nodes: 20_000,
  variables: 100,
} as const;

interface Place {
  /** UTF-16 units in the text; 0 and 0 for a node that was derived, not written. */
  readonly offset: number;
  readonly length: number;
  /** 1 for a leaf. */
  readonly depth: number;
}

export interface NumberNode extends Place {
  readonly kind: 'number';
  /** Finite and not negative (a minus is `negate`). */
  readonly value: number;
}

export interface SymbolNode extends Place {
  readonly kind: 'variable' | 'constant';
  readonly name: string;
}

/** Flat, so that a long sum is not a deep tree. At least two terms. */
export interface SumNode extends Place {
  readonly kind: 'sum';
  readonly terms: readonly { readonly node: Expression; readonly negative: boolean }[];
}

/** From left to right: 1/2x is [1, ÷2, x]. At least two factors; the first is not inverse. */
export interface ProductNode extends Place {
  readonly kind: 'product';
  readonly factors: readonly { readonly node: Expression; readonly inverse: boolean }[];
}

export interface NegateNode extends Place {
  readonly kind: 'negate';
  readonly operand: Expression;
}

export interface PowerNode extends Place {
  readonly kind: 'power';
  readonly base: Expression;
  readonly exponent: Expression;
}

export interface CallNode extends Place {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly arguments: readonly Expression[];
}

export type Expression = NumberNode | SymbolNode | SumNode | ProductNode | NegateNode | PowerNode | CallNode;

type Unplaced<T> = T extends Expression ? Omit<T, keyof Place> : never;

/** The nodes directly below. */
export function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'number':
    case 'variable':
    case 'constant':
      return [];
    case 'sum':
      return node.terms.map((term) => term.node);
    case 'product':
      return node.factors.map((factor) => factor.node);
    case 'negate':
      return [node.operand];
    case 'power':
      return [node.base, node.exponent];
    case 'call':
      return node.arguments;
  }
}

/**
 * A node with its place and depth.
 * @throws ExpressionError `tooDeep` beyond LIMITS.depth.
 */
export function makeNode(shape: Unplaced<Expression>, offset = 0, length = 0): Expression {
  const bare = shape as Expression;
  let depth = 1;
  for (const child of children(bare)) depth = Math.max(depth, child.depth + 1);
  if (depth > LIMITS.depth) throw new ExpressionError({ code: 'tooDeep', limit: LIMITS.depth }, offset, length);
  return { ...bare, offset, length, depth };
}

/** Number of nodes of the tree. */
export function countNodes(node: Expression): number {
  let count = 1;
  for (const child of children(node)) count += countNodes(child);
  return count;
}
