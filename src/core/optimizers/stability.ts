/**
 * Largest curvature h at which a rule is stable on ½hθ², by linear stability of its recurrence: the first eigenvalue to leave
 * the unit circle does so at −1 (Polyak 1964; Cohen et al. 2021, appendix B; 2022 for Adam). `decay` is the decoupled weight
 * decay λ, θ ← (1 − γλ)θ first; an L2 decay adds λ to every curvature and is subtracted by the caller.
 */

/** θ ← θ − γg and heavy ball b ← βb + gain·g, θ ← θ − γb: (2 − γλ)(1 + β)/(γ·gain). */
export function heavyBallLimit(rate: number, beta: number, gain = 1, decay = 0): number {
  return ((2 - rate * decay) * (1 + beta)) / (rate * gain);
}

/** b ← βb + g, θ ← θ − γ(g + βb): (2 − γλ)(1 + β)/(γ(1 + 2β)). */
export function nesterovLimit(rate: number, beta: number, decay = 0): number {
  return ((2 - rate * decay) * (1 + beta)) / (rate * (1 + 2 * beta));
}

/** m ← βm + (1 − β)g, θ ← θ − γ(a·m + c·g): 2(1 + β)/(γ(a(1 − β) + c(1 + β))). Nadam; Nesterov is a = β, c = 1 − β. */
export function mixedMomentumLimit(rate: number, beta: number, a: number, c: number): number {
  return (2 * (1 + beta)) / (rate * (a * (1 - beta) + c * (1 + beta)));
}
