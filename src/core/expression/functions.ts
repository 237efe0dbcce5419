/** Functions of the expression language with the number of arguments each takes. */
const ARITY = {
  abs: [1, 1], sqrt: [1, 1], cbrt: [1, 1], exp: [1, 1], log: [1, 1], log2: [1, 1], log10: [1, 1],
  sin: [1, 1], cos: [1, 1], tan: [1, 1], asin: [1, 1], acos: [1, 1], atan: [1, 1], sinh: [1, 1], cosh: [1, 1], tanh: [1, 1],
  min: [2, null], max: [2, null], sign: [1, 1], step: [1, 1], sigmoid: [1, 1], relu: [1, 1], softplus: [1, 1],
} as const satisfies Record<string, readonly [number, number | null]>;

export type FunctionName = keyof typeof ARITY;

export const FUNCTION_NAMES = Object.keys(ARITY) as readonly FunctionName[];

/** Least and most arguments; most is null where there is no upper bound. */
export const FUNCTION_ARITY: ReadonlyMap<string, readonly [number, number | null]> = new Map(Object.entries(ARITY));

/** Constants that every expression knows; a file may not declare its own under these names. */
export const BUILTIN_CONSTANTS: ReadonlyMap<string, number> = new Map([['pi', Math.PI], ['e', Math.E]]);

/** What the functions are called elsewhere. */
const SYNONYMS: ReadonlyMap<string, FunctionName> = new Map([
  ['ln', 'log'], ['lg', 'log10'], ['lb', 'log2'], ['arcsin', 'asin'], ['arccos', 'acos'], ['arctan', 'atan'], ['tg', 'tan'], ['th', 'tanh'],
  ['sgn', 'sign'], ['signum', 'sign'], ['heaviside', 'step'], ['logistic', 'sigmoid'], ['fabs', 'abs'], ['root', 'sqrt'], ['maximum', 'max'], ['minimum', 'min'],
]);

/** The function that a wrong name most likely means, or undefined where none is near. */
export function nearestFunction(wrong: string): FunctionName | undefined {
  const plain = wrong.toLowerCase().replace(/_/g, '');
  if (FUNCTION_ARITY.has(plain)) return plain as FunctionName;
  const synonym = SYNONYMS.get(plain);
  if (synonym || plain.length < 3 || plain.length > 20) return synonym;
  let best: FunctionName | undefined;
  let bestDistance = plain.length > 5 ? 3 : 2;
  for (const name of FUNCTION_NAMES) {
    const distance = editDistance(plain, name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
