/** How the rules of the optimizers write their fields. */
export const SYMBOLS: Readonly<Record<string, string>> = {
  learningRate: 'γ', momentum: 'μ', dampening: 'τ', weightDecay: 'λ', epsilon: 'ε', rho: 'ρ', beta1: 'β₁', beta2: 'β₂', beta3: 'β₃', momentumDecay: 'ψ', etaMinus: 'η₋', etaPlus: 'η₊',
  minStep: 's_min', maxStep: 's_max', lambda: 'λ', alpha: 'α', learningRateDecay: 'η', initialAccumulator: 's₀', every: 'k', newtonSchulz: 'k', initialDistance: 'd₀', damping: 'δ', c: 'c',
};
