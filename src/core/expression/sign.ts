import { type Expression, makeNode } from './expression';

/** Takes a leading minus off: −x as (minus, x), −2·x as (minus, 2·x). The value is the same, bit for bit. */
export function splitSign(node: Expression): { readonly negative: boolean; readonly node: Expression } {
  if (node.kind === 'negate') {
    const inner = splitSign(node.operand);
    return { negative: !inner.negative, node: inner.node };
  }
  if (node.kind === 'product') {
    const [first, ...rest] = node.factors;
    const inner = splitSign(first.node);
    if (inner.negative) return { negative: true, node: makeNode({ kind: 'product', factors: [{ node: inner.node, inverse: false }, ...rest] }) };
  }
  return { negative: false, node };
}
