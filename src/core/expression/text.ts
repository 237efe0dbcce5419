import type { Expression, PowerNode, ProductNode, SumNode } from './expression';
import { splitSign } from './sign';

/** How tightly what was printed holds together: what stands in a tighter place goes into parentheses. */
const LEVEL = { sum: 0, product: 1, power: 2, atom: 3 } as const;

interface Printed {
  readonly text: string;
  readonly level: number;
}

/**
 * An expression in the notation of the format with as few parentheses as it needs; reading it again gives an expression of the same
 * value, bit for bit.
 */
export function toText(root: Expression): string {
  return print(root).text;
}

function print(node: Expression): Printed {
  switch (node.kind) {
    case 'number':
      return { text: String(node.value), level: LEVEL.atom };
    case 'variable':
    case 'constant':
      return { text: node.name, level: LEVEL.atom };
    case 'sum':
      return { text: printSum(node), level: LEVEL.sum };
    case 'product':
      return { text: printProduct(node), level: LEVEL.product };
    case 'negate': {
      const operand = print(node.operand);
      const bare = operand.level >= LEVEL.product && !operand.text.startsWith('-');
      return { text: `-${bare ? operand.text : `(${operand.text})`}`, level: LEVEL.product };
    }
    case 'power':
      return { text: printPower(node), level: LEVEL.power };
    case 'call':
      return { text: `${node.name}(${node.arguments.map(toText).join(', ')})`, level: LEVEL.atom };
  }
}

function within(printed: Printed, level: number): string {
  return printed.level >= level ? printed.text : `(${printed.text})`;
}

function printSum({ terms }: SumNode): string {
  let text = '';
  terms.forEach(({ node, negative }, i) => {
    if (i === 0) {
      text = within(print(node), LEVEL.product);
      return;
    }
    const inner = splitSign(node);
    const printed = print(inner.node);
    const bare = printed.level >= LEVEL.product && !printed.text.startsWith('-');
    text += `${negative !== inner.negative ? ' - ' : ' + '}${bare ? printed.text : `(${printed.text})`}`;
  });
  return text;
}

function printProduct({ factors }: ProductNode): string {
  let text = '';
  factors.forEach(({ node, inverse }, i) => {
    const printed = print(node);
    if (i === 0) {
      text = within(printed, LEVEL.product);
      return;
    }
    const bare = printed.level >= LEVEL.power;
    const factor = bare ? printed.text : `(${printed.text})`;
    const before = factors[i - 1];
    const afterNumber = i === 1 && !inverse && isPlainNumber(before.node) && !/^([\d.]|[eE]\d)/.test(factor);
    const betweenGroups = !inverse && !before.inverse && before.node.kind === 'sum' && !bare;
    text += `${inverse ? '/' : afterNumber || betweenGroups ? '' : '*'}${factor}`;
  });
  return text;
}

function isPlainNumber(node: Expression): boolean {
  return node.kind === 'number' || (node.kind === 'negate' && node.operand.kind === 'number');
}

function printPower({ base, exponent }: PowerNode): string {
  const printed = print(exponent);
  const negated = exponent.kind === 'negate' ? print(exponent.operand) : null;
  const bare = printed.level >= LEVEL.power || (negated !== null && negated.level >= LEVEL.power);
  return `${within(print(base), LEVEL.atom)}^${bare ? printed.text : `(${printed.text})`}`;
}
