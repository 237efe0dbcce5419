import type { RandomStream } from '../training/random';

/** The logarithm of a Gamma(α, 1) number (G. Marsaglia and W. Tsang, "A simple method for generating gamma variables", 2000). */
function logGamma(alpha: number, random: RandomStream): number {
  // Below 1: Gamma(α) = Gamma(α + 1)·U^(1/α), in logarithms, since the power may be less than any number.
  if (alpha < 1) return logGamma(alpha + 1, random) + Math.log(1 - random.uniform()) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < x * x / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** A Beta(α, α) number: a quotient of gamma numbers. */
export function beta(alpha: number, random: RandomStream): number {
  const first = logGamma(alpha, random);
  return 1 / (1 + Math.exp(logGamma(alpha, random) - first));
}
