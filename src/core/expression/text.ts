import type { Expression, PowerNode, ProductNode, SumNode } from './expression';
import { splitSign } from './sign';

/** How tightly what was printed holds together: what stands in a tighter place goes into parentheses. */
const LEVEL = { sum: 0, product: 1, power: 2, atom: 3 } as const;

interface Printed {
  readonly text: string;
  readonly level: number;
  /** It ends in a sum in parentheses, which another may follow without a sign. */
  readonly group?: boolean;
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
      return printProduct(node);
    case 'negate': {
      const operand = print(node.operand);
      const bare = operand.level >= LEVEL.product && !operand.text.startsWith('-');
      return { text: `-${bare ? operand.text : `(${operand.text})`}`, level: LEVEL.product, group: bare ? operand.group : node.operand.kind === 'sum' };
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
      text = print(node).text;
      return;
    }
    const inner = splitSign(node);
    const printed = print(inner.node);
    const bare = printed.level >= LEVEL.product && !printed.text.startsWith('-');
    text += `${negative !== inner.negative ? ' - ' : ' + '}${bare ? printed.text : `(${printed.text})`}`;
  });
  return text;
}

function printProduct({ factors }: ProductNode): Printed {
  let text = '';
  let group = false;
  factors.forEach(({ node, inverse }, i) => {
    const printed = print(node);
    const bare = printed.level >= (i === 0 ? LEVEL.product : LEVEL.power);
    const factor = bare ? printed.text : `(${printed.text})`;
    const afterNumber = i === 1 && isPlainNumber(factors[0].node) && !/^([\d.]|[eE]\d)/.test(factor);
    const implied = i === 0 || (!inverse && (afterNumber || (group && node.kind === 'sum')));
    text += `${implied ? '' : inverse ? '/' : '*'}${factor}`;
    group = bare ? i === 0 && printed.group === true : !inverse && node.kind === 'sum';
  });
  return { text, level: LEVEL.product, group };
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
