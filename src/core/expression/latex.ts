import type { CallNode, Expression, PowerNode, ProductNode, SumNode } from './expression';
import type { FunctionName } from './functions';
import { splitSign } from './sign';

const LEVEL = { sum: 0, product: 1, fraction: 2, power: 3, atom: 4 } as const;

interface Printed {
  readonly latex: string;
  readonly level: number;
}

/** An expression as LaTeX for KaTeX or MathJax: fractions, roots, sin²(x), Greek letters, indices. */
export function toLatex(root: Expression): string {
  return print(root).latex;
}

const GREEK = new Set([
  'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa', 'lambda', 'mu', 'nu', 'xi', 'pi', 'rho', 'sigma', 'tau', 'upsilon', 'phi', 'chi', 'psi', 'omega',
  'Gamma', 'Delta', 'Theta', 'Lambda', 'Xi', 'Pi', 'Sigma', 'Upsilon', 'Phi', 'Psi', 'Omega',
]);

/** A name as LaTeX: x1 and x_1 as x with an index, alpha as the letter, longer names upright. */
export function nameLatex(name: string): string {
  const parts = /^(.*\D)_?(\d+)$/u.exec(name) ?? /^([^_]+)_([^_]+)$/u.exec(name);
  if (parts && parts[1] !== '_') {
    const stem = parts[1].endsWith('_') ? parts[1].slice(0, -1) : parts[1];
    return `${wordLatex(stem)}_{${/^\d+$/.test(parts[2]) ? parts[2] : wordLatex(parts[2])}}`;
  }
  return wordLatex(name);
}

function wordLatex(word: string): string {
  if (GREEK.has(word)) return `\\${word}`;
  if (/^[A-Za-z\u0370-\u03ff]$/.test(word)) return word;
  const escaped = word.replace(/_/g, '\\_');
  return /^[\w\\]+$/.test(escaped) ? `\\mathrm{${escaped}}` : `\\text{${escaped}}`;
}

function numberLatex(value: number): Printed {
  const [digits, exponent] = String(value).split('e');
  if (exponent === undefined) return { latex: digits, level: LEVEL.atom };
  const power = `10^{${Number(exponent)}}`;
  return digits === '1' ? { latex: power, level: LEVEL.power } : { latex: `${digits} \\cdot ${power}`, level: LEVEL.product };
}

const group = (latex: string) => `\\left(${latex}\\right)`;
const within = (printed: Printed, level: number) => (printed.level >= level ? printed.latex : group(printed.latex));

function print(node: Expression): Printed {
  switch (node.kind) {
    case 'number':
      return numberLatex(node.value);
    case 'variable':
      return { latex: nameLatex(node.name), level: LEVEL.atom };
    case 'constant':
      return { latex: nameLatex(node.name), level: LEVEL.atom };
    case 'sum':
      return { latex: printSum(node), level: LEVEL.sum };
    case 'product':
      return printProduct(node);
    case 'negate': {
      const operand = print(node.operand);
      const bare = operand.level >= LEVEL.product && !operand.latex.startsWith('-');
      return { latex: `-${bare ? operand.latex : group(operand.latex)}`, level: LEVEL.sum };
    }
    case 'power':
      return printPower(node);
    case 'call':
      return printCall(node);
  }
}

function printSum({ terms }: SumNode): string {
  return terms.map(({ node, negative }, i) => {
    const inner = splitSign(node);
    const minus = negative !== inner.negative;
    const latex = within(print(inner.node), LEVEL.product);
    if (i === 0) return minus ? `-${latex}` : latex;
    return `${minus ? ' - ' : ' + '}${latex}`;
  }).join('');
}

/** Everything divided by stands in one denominator: (1/2)·x as x over 2. */
function printProduct(product: ProductNode): Printed {
  const split = splitSign(product);
  if (split.negative) {
    const inner = print(split.node);
    return { latex: `-${within(inner, LEVEL.product)}`, level: LEVEL.sum };
  }
  const above = product.factors.filter((factor) => !factor.inverse).map((factor) => factor.node);
  const below = product.factors.filter((factor) => factor.inverse).map((factor) => factor.node);
  // A factor 1 says nothing beside others.
  const visible = above.length > 1 && below.length > 0 ? above.filter((node) => node.kind !== 'number' || node.value !== 1) : above;
  if (below.length === 0) return { latex: juxtapose(visible), level: LEVEL.product };
  return { latex: `\\frac{${juxtapose(visible)}}{${juxtapose(below)}}`, level: LEVEL.fraction };
}

function juxtapose(factors: readonly Expression[]): string {
  if (factors.length === 1) return print(factors[0]).latex;
  let latex = '';
  factors.forEach((node, i) => {
    const printed = print(node);
    const factor = within(printed, printed.latex.startsWith('-') ? LEVEL.atom : LEVEL.product);
    if (i === 0) latex = factor;
    else if (/^[\d.]/.test(factor)) latex += ` \\cdot ${factor}`;
    else if (/^\\(mathrm|text)/.test(factor) || /^\\(mathrm|text)/.test(print(factors[i - 1]).latex)) latex += ` \\, ${factor}`;
    else latex += ` ${factor}`;
  });
  return latex;
}

/** Functions whose power is written behind the name: sin²(x). */
const POWER_BEHIND_NAME = new Set<FunctionName>(['sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'log']);

function printPower({ base, exponent }: PowerNode): Printed {
  const above = print(exponent).latex;
  if (base.kind === 'call' && POWER_BEHIND_NAME.has(base.name) && exponent.kind === 'number') {
    return { latex: `\\${base.name}^{${above}}${callArguments(base)}`, level: LEVEL.power };
  }
  // A root, an absolute value and e^x carry no parentheses of their own for a power to stand at.
  const printed = print(base);
  return { latex: `${within(printed, LEVEL.atom)}^{${above}}`, level: LEVEL.power };
}

const NAMES: ReadonlyMap<FunctionName, string> = new Map<FunctionName, string>([
  ['log', '\\log'], ['log2', '\\log_{2}'], ['log10', '\\log_{10}'], ['sin', '\\sin'], ['cos', '\\cos'], ['tan', '\\tan'], ['asin', '\\arcsin'], ['acos', '\\arccos'], ['atan', '\\arctan'],
  ['sinh', '\\sinh'], ['cosh', '\\cosh'], ['tanh', '\\tanh'], ['min', '\\min'], ['max', '\\max'], ['sigmoid', '\\sigma'],
]);

function printCall(node: CallNode): Printed {
  const first = () => print(node.arguments[0]).latex;
  switch (node.name) {
    case 'sqrt':
      return { latex: `\\sqrt{${first()}}`, level: LEVEL.power };
    case 'cbrt':
      return { latex: `\\sqrt[3]{${first()}}`, level: LEVEL.power };
    case 'abs':
      return { latex: `\\left|${first()}\\right|`, level: LEVEL.atom };
    case 'exp':
      return { latex: `e^{${first()}}`, level: LEVEL.power };
    default:
      return { latex: `${NAMES.get(node.name) ?? `\\operatorname{${node.name}}`}${callArguments(node)}`, level: LEVEL.atom };
  }
}

function callArguments(node: CallNode): string {
  return group(node.arguments.map((argument) => print(argument).latex).join(', '));
}
