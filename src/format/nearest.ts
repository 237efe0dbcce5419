/** Words of other libraries, and what they are called here. */
const SYNONYMS = new Map<string, string>([
  ['lr', 'learningRate'], ['eta', 'learningRate'], ['gamma', 'factor'], ['stepsize', 'learningRate'], ['rate', 'learningRate'],
  ['eps', 'epsilon'], ['mu', 'momentum'], ['decay', 'weightDecay'], ['beta', 'beta1'], ['alpha', 'rho'],
  ['iterations', 'steps'], ['maxiter', 'steps'], ['maxsteps', 'steps'], ['numsteps', 'steps'], ['tolerance', 'gradientNorm'], ['tol', 'gradientNorm'],
  ['name', 'label'], ['optimizer', 'optimizers'], ['optimiser', 'optimizers'], ['optimisers', 'optimizers'], ['formula', 'expression'], ['f', 'expression'],
  ['init', 'start'], ['x0', 'start'], ['initial', 'start'], ['minima', 'minimum'], ['noise', 'gradientNoise'], ['expected', 'expect'], ['version', 'gdexp'],
  ['pytorch', 'torch'], ['tensorflow', 'keras'], ['tf', 'keras'], ['gd', 'sgd'], ['ln', 'log'], ['min', 'minimize'], ['max', 'maximize'],
  ['mse', 'meanSquaredError'], ['mae', 'meanAbsoluteError'], ['crossentropy', 'categoricalCrossentropy'],
  ['cosineannealing', 'cosine'], ['cosineannealinglr', 'cosine'], ['steplr', 'step'], ['type', 'schedule'], ['tmax', 'steps'], ['stepsize', 'every'],
]);

/** The valid name that a wrong one most likely means, or undefined where none is near. */
export function nearest(wrong: string, valid: Iterable<string>): string | undefined {
  const names = [...valid];
  const plain = simplified(wrong);
  for (const name of names) if (simplified(name) === plain && plain !== '') return name;
  const synonym = SYNONYMS.get(plain);
  if (synonym !== undefined && names.includes(synonym)) return synonym;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(plain.length / 3)) + 1;
  if (wrong.length > 60) return undefined;
  for (const name of names) {
    const distance = editDistance(plain, simplified(name));
    if (distance < bestDistance && distance < Math.max(plain.length, 1)) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}

/** Damerau–Levenshtein distance, optimal string alignment: insertions, deletions, replacements, swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}
