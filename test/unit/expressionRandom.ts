import type { FunctionName } from '../../src/core/expression/functions';

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SMOOTH: readonly FunctionName[] = ['sqrt', 'cbrt', 'exp', 'log', 'log2', 'log10', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'sigmoid', 'softplus'];
const KINKED: readonly FunctionName[] = ['abs', 'relu', 'sign', 'step'];

/** The text of a random expression in x, y and the constant c. */
export function randomExpression(random: () => number, depth = 4): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const leaf = () => pick(['x', 'y', 'x', 'y', 'c', 'pi', '2', '3', '0.5', '1.25', '7']);
  const make = (level: number): string => {
    if (level === 0) return leaf();
    const inner = () => make(level - 1);
    switch (Math.floor(random() * 10)) {
      case 0:
      case 1: return `(${inner()} + ${inner()})`;
      case 2: return `(${inner()} - ${inner()})`;
      case 3:
      case 4: return `${pick(['', '2', '-'])}(${inner()})*(${inner()})`;
      case 5: return `(${inner()})/(${inner()})`;
      case 6: return `(${inner()})^${pick(['2', '3', '-1', '-2', '4', '0.5', '1.5', '(1/3)', 'c'])}`;
      case 7: return `${pick(SMOOTH)}(${inner()})`;
      case 8: return random() < 0.3 ? `${pick(['min', 'max'])}(${inner()}, ${inner()}, ${inner()})` : `${pick(random() < 0.3 ? KINKED : SMOOTH)}(${inner()})`;
      default: return leaf();
    }
  };
  // Both variables appear, whatever was drawn.
  return `${make(depth)} + 0.125x - 0.25y`;
}
