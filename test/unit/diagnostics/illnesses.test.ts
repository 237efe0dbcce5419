import { describe, expect, it } from 'vitest';
import type { OptimizerSpec } from '../../../src/core/optimizers/spec';
import type { Remedy, ObjectiveTrial, VerdictKind } from '../../../src/core/training/trial';
import { adam, builtin, expression, rmsprop, run, sgd, trial } from '../training/fixtures';

/** The trial that the file would make with a remedy applied. */
function apply(what: ObjectiveTrial, { path, value }: Remedy): ObjectiveTrial {
  const match = /^\/optimizers\/0\/(\w+)(?:\/(\w+))?$/.exec(path);
  if (match) {
    const [, field, inner] = match;
    const written = inner ? { ...(what.optimizer[field] as object), [inner]: value } : value;
    const whole = typeof written === 'object' ? { unit: 'step', final: 0, ...written } : written;
    return { ...what, optimizer: { ...what.optimizer, [field]: whole } as OptimizerSpec };
  }
  if (path === '/objective/start') return { ...what, start: value as number[] };
  if (path === '/objective/gradientNoise') return { ...what, objective: { ...what.objective, gradientNoise: value as number } };
  if (path === '/stop/steps') return { ...what, stop: { ...what.stop, steps: value as number } };
  throw new Error(`no such place: ${path}`);
}

interface Illness {
  readonly name: string;
  readonly what: ObjectiveTrial;
  readonly kind: VerdictKind;
  /** The first remedy's id; absent: there is none. */
  readonly remedy?: string;
  readonly value?: unknown;
}

const steps = (count: number, more: Partial<ObjectiveTrial['stop']> = {}) => ({ stop: { steps: count, ...more } });
const lbfgs: OptimizerSpec = { type: 'lbfgs', dialect: 'torch', learningRate: 1, history: 100, lineSearch: 'strongWolfe', maxIterations: 1, toleranceGradient: 1e-7, toleranceChange: 1e-9, maxEvaluations: null };
const newton: OptimizerSpec = { type: 'newton', dialect: 'torch', learningRate: 1, damping: 0 };
const bowl = builtin('quadratic', 2, 100);
const rosenbrock = builtin('rosenbrock');

const ILLNESSES: readonly Illness[] = [
  // Plain descent on curvature λ is stable for γ < 2/λ, heavy ball for γ < 2(1+β)/λ; the remedy is half of that.
  { name: 'over the limit, 1-D', what: trial(expression('x^2'), sgd(1.1), [1]), kind: 'diverged', remedy: 'learningRate', value: 0.5 },
  { name: 'over the limit, plain', what: trial(bowl, sgd(0.03), [1, 1]), kind: 'diverged', remedy: 'learningRate', value: 0.01 },
  { name: 'over the limit, heavy ball', what: trial(bowl, sgd(0.05, { momentum: 0.9 }), [1, 1]), kind: 'diverged', remedy: 'learningRate', value: 0.019 },
  { name: 'over the limit, Nesterov', what: trial(bowl, sgd(0.05, { momentum: 0.9, nesterov: true }), [1, 1]), kind: 'diverged', remedy: 'learningRate', value: 0.0067 },
  { name: 'over the limit, Rosenbrock', what: trial(rosenbrock, sgd(0.01), [-1.2, 1]), kind: 'diverged', remedy: 'learningRate', value: 0.00066 },
  { name: 'over the limit, Adam', what: trial(rosenbrock, adam(2000), [-1.2, 1]), kind: 'diverged', remedy: 'learningRate' },
  { name: 'over the limit, by a schedule', what: trial(bowl, sgd({ schedule: 'cosine', initial: 0.1, final: 0, steps: 1000, unit: 'step' }), [1, 1]), kind: 'diverged', remedy: 'learningRate', value: 0.01 },
  { name: 'over the limit, ascent', what: trial({ ...expression('-x^2'), goal: 'maximize' }, sgd(1.5), [1]), kind: 'diverged', remedy: 'learningRate', value: 0.5 },
  { name: 'overshooting a quartic', what: trial(expression('x^4'), sgd(0.1), [10]), kind: 'diverged', remedy: 'learningRate' },

  { name: 'zig-zag at 2/(λ₁+λ₂)', what: trial(bowl, sgd(2 / 101), [1, 1], steps(200)), kind: 'zigzag', remedy: 'momentum', value: 0.9 },
  { name: 'zig-zag with momentum near its limit', what: trial(bowl, sgd(0.037999, { momentum: 0.9 }), [1, 1], steps(300)), kind: 'zigzag', remedy: 'learningRate' },
  { name: 'zig-zag of RMSprop in the Rosenbrock valley', what: trial(rosenbrock, rmsprop(0.01, { rho: 0.9 }), [-1.2, 1]), kind: 'zigzag' , remedy: 'momentum' },

  { name: 'saddle, started on its ridge', what: trial(builtin('saddle'), sgd(0.1), [1, 0]), kind: 'saddle', remedy: 'start' },
  { name: 'saddle, momentum stays on the ridge', what: trial(builtin('saddle'), sgd(0.1, { momentum: 0.9 }), [1, 0]), kind: 'saddle', remedy: 'start' },
  { name: 'saddle between two bowls', what: trial(expression('x^4 - 2x^2 + y^2'), sgd(0.1), [0, 1]), kind: 'saddle', remedy: 'start' },
  { name: 'started on a maximum', what: trial(expression('cos(x)'), sgd(0.1), [0]), kind: 'saddle', remedy: 'start' },
  { name: 'saddle, short of the tolerance', what: trial(builtin('saddle'), sgd(0.1), [1, 0], steps(50)), kind: 'saddle', remedy: 'start' },

  { name: 'monkey saddle', what: trial(builtin('monkeySaddle'), sgd(0.05), [1, 0], steps(5000, { gradientNorm: 1e-4 })), kind: 'degenerate' },
  { name: 'monkey saddle, exactly', what: trial(builtin('monkeySaddle'), sgd(0.05), [0, 0]), kind: 'degenerate' },
  { name: 'inflection of the cubic plateau', what: trial(builtin('cubicPlateau', 1), sgd(0.01), [-1], steps(20_000, { gradientNorm: 1e-4 })), kind: 'degenerate' },
  { name: 'flat bottom of x⁴', what: trial(expression('x^4'), sgd(0.1), [1], steps(100_000)), kind: 'degenerate' },
  { name: 'a valley of minima', what: trial(expression('(x - y)^2'), sgd(0.1), [1, 0]), kind: 'degenerate' },

  { name: 'local minimum of the double well', what: trial(builtin('doubleWell', 1), sgd(0.05), [1.5]), kind: 'localMinimum', remedy: 'start' },
  { name: 'local minimum of Rastrigin', what: trial(builtin('rastrigin'), sgd(0.001), [3.2, 1.1]), kind: 'localMinimum', remedy: 'start' },
  { name: 'local minimum of Styblinski-Tang by Adam', what: trial(builtin('styblinskiTang'), adam(0.1), [2, -2]), kind: 'localMinimum', remedy: 'start' },
  { name: 'local minimum, declared', what: trial({ ...expression('x^4 - 2x^2 + x/4'), minima: [{ at: [-1.0299] }] }, sgd(0.05), [1.5]), kind: 'localMinimum', remedy: 'start' },

  { name: 'too slow, 1-D', what: trial(expression('x^2'), sgd(1e-4), [1]), kind: 'tooSlow', remedy: 'learningRate' },
  { name: 'too slow, bowl', what: trial(bowl, sgd(1e-5), [1, 1]), kind: 'tooSlow', remedy: 'learningRate' },
  { name: 'too slow, Adam', what: trial(rosenbrock, adam(1e-4), [-1.2, 1]), kind: 'tooSlow', remedy: 'learningRate' },
  { name: 'too slow, and the change rule took it for arrived', what: trial(expression('x^2'), sgd(1e-7), [1], steps(1000, { change: 1e-6 })), kind: 'tooSlow', remedy: 'learningRate' },
  { name: 'slowed by its schedule', what: trial(expression('x^2'), sgd({ schedule: 'exponential', initial: 0.1, factor: 0.9, unit: 'step' }), [1]), kind: 'tooSlow', remedy: 'constantRate', value: 0.1 },

  { name: 'plateau of Easom', what: trial(builtin('easom'), sgd(0.1), [-5, -5]), kind: 'plateau', remedy: 'start' },
  { name: 'plateau of a saturated sigmoid', what: trial(expression('(sigmoid(x) - 0.3)^2'), sgd(0.1), [30]), kind: 'plateau', remedy: 'start' },
  { name: 'plateau of a ReLU', what: trial(expression('relu(x + 1) - 2relu(x) + relu(x - 1)'), sgd(0.1), [-4]), kind: 'plateau' },

  { name: 'unbounded parabola', what: trial(expression('-x^2'), sgd(0.1), [1]), kind: 'unbounded' },
  { name: 'unbounded cubic', what: trial(expression('x^3'), sgd(0.1), [-1]), kind: 'unbounded' },
  { name: 'unbounded saddle, off the ridge', what: trial(builtin('saddle'), sgd(0.1), [1, 0.01]), kind: 'unbounded' },
  { name: 'unbounded ascent', what: trial({ ...expression('x^2 + y^2'), goal: 'maximize' }, sgd(0.1), [1, 0.5]), kind: 'unbounded' },

  { name: 'noise floor', what: trial({ ...bowl, gradientNoise: 1 }, sgd(0.01), [1, 1], steps(2000)), kind: 'noiseDominated', remedy: 'schedule' },
  { name: 'noise floor of Adam', what: trial({ ...builtin('sphere'), gradientNoise: 0.5 }, adam(0.05), [2, 1], steps(2000)), kind: 'noiseDominated', remedy: 'schedule' },

  { name: 'still descending in the Rosenbrock valley', what: trial(rosenbrock, sgd(0.001), [-1.2, 1]), kind: 'stillDescending', remedy: 'steps', value: 2000 },
  { name: 'still descending, ill-conditioned bowl', what: trial(builtin('quadratic', 2, 1000), sgd(0.001), [1, 1], steps(300)), kind: 'stillDescending', remedy: 'steps', value: 600 },

  // log cosh curves ever more towards its bottom, where 2/γ is just too little: the run comes down and stays in an orbit at the limit.
  { name: 'edge of stability', what: trial(expression('log(cosh(x))'), sgd(2.1), [3]), kind: 'edgeOfStability' },

  // One step of 2(log 3 + 1) leads from 3 to −1.2, though 2/f″(3) = 6 would allow that rate on a parabola.
  { name: 'out of the domain', what: trial(expression('x*log(x)'), sgd(2), [3]), kind: 'diverged', remedy: 'learningRate', value: 0.5 },
  { name: 'over the limit, ascent of two variables', what: trial({ ...expression('-(3x^2+y^2)'), goal: 'maximize' }, sgd(0.4), [1, 1]), kind: 'diverged', remedy: 'learningRate', value: 0.16 },
  { name: 'over the limit by a cycle', what: trial(bowl, sgd({ schedule: 'cyclic', low: 0.001, high: 0.1, stepUp: 50, mode: 'triangular', unit: 'step' }), [1, 1], steps(500)), kind: 'diverged', remedy: 'learningRate', value: { schedule: 'cyclic', low: 0.00015, high: 0.015, stepUp: 50 } },
  { name: 'an orbit at the limit', what: trial(expression('x^2'), sgd(1), [1]), kind: 'zigzag', remedy: 'momentum' },
  { name: 'a kink', what: trial(expression('abs(x)'), sgd(0.1), [1.03]), kind: 'zigzag', remedy: 'learningRate' },
  { name: 'just off the ridge', what: trial(expression('x^2 + (y^2 - 1)^2'), sgd(0.1), [1, 1e-12], steps(50)), kind: 'saddle', remedy: 'start', value: [1, 0.01] },
  { name: 'Newton’s method at a saddle', what: trial(builtin('himmelblau'), newton, [3.4, 0]), kind: 'saddle', remedy: 'start' },
  { name: 'Newton’s method at a maximum', what: trial(expression('cos(x)'), newton, [0.3]), kind: 'saddle', remedy: 'start' },
  { name: 'ascent to a saddle', what: trial({ ...expression('x^2 - y^2'), goal: 'maximize' }, sgd(0.1), [0, 1]), kind: 'saddle', remedy: 'start', value: [0.01, 1] },
  { name: 'shallow saddle', what: trial(expression('1e-4*(x^2 - y^2 + y^4)'), sgd(1000), [1, 0]), kind: 'saddle', remedy: 'start', value: [1, 0.01] },
  { name: 'flat bottom of x⁶, close to it', what: trial(expression('x^6'), sgd(0.1), [0.013]), kind: 'degenerate' },
  { name: 'flat top of −x⁶', what: trial({ ...expression('-x^6'), goal: 'maximize' }, sgd(0.1), [0.013]), kind: 'degenerate' },
  { name: 'plateau with a known minimum far away', what: trial({ ...expression('-exp(-(x^2+y^2))'), minima: [{ at: [0, 0], value: -1 }] }, rmsprop(0.1), [6, 6]), kind: 'plateau', remedy: 'start' },
  { name: 'plateau of Easom, far out', what: trial(builtin('easom'), adam(0.1), [-10, -10]), kind: 'plateau', remedy: 'start' },
  { name: 'plateau, ascent', what: trial({ ...expression('exp(-(x^2+y^2)/2)'), goal: 'maximize' }, sgd(0.5), [8, 8]), kind: 'plateau', remedy: 'start' },
  { name: 'unbounded, infinite in the end', what: trial({ ...expression('exp(x)'), goal: 'maximize' }, sgd(0.5), [0]), kind: 'unbounded' },
  { name: 'a slope without a bottom', what: trial(expression('2x + 3'), sgd(0.1), [1]), kind: 'stillDescending', remedy: 'steps', value: 2000 },
  { name: 'a slope that Adam climbs', what: trial({ ...expression('2x - y'), goal: 'maximize' }, adam(0.1), [0, 0]), kind: 'stillDescending', remedy: 'steps', value: 2000 },
  { name: 'slowed by its steps', what: trial(expression('x^2 + 10y^2'), sgd({ schedule: 'step', initial: 0.05, every: 5, factor: 0.1, unit: 'step' }), [1, 1]), kind: 'tooSlow', remedy: 'constantRate', value: 0.05 },
  { name: 'too slow from the first, and ever slower', what: trial(expression('x^2 + y^2'), sgd({ schedule: 'inverseSqrt', initial: 1e-4, warmup: 10, unit: 'step' }), [3, 3]), kind: 'tooSlow', remedy: 'learningRate', value: 0.1 },
  { name: 'a quartic after its first fall', what: trial(expression('x^4 + y^2'), sgd(2e-4), [20, 1]), kind: 'stillDescending', remedy: 'steps' },
  ...[0, 1, 2].map((seed): Illness => (
    { name: `control: noise calmed by a schedule, seed ${seed}`, what: trial({ ...expression('x^2 + y^2'), gradientNoise: 1 }, sgd({ schedule: 'cosine', initial: 0.1, final: 0, steps: 1000, unit: 'step' }), [0.1, 0.1], { seed }), kind: 'completed' }
  )),
  ...[0, 1, 2].map((seed): Illness => (
    { name: `still descending under noise, seed ${seed}`, what: trial({ ...rosenbrock, gradientNoise: 0.01 }, sgd(8e-4), [-1.2, 1], { seed, ...steps(1500) }), kind: 'stillDescending', remedy: 'steps', value: 3000 }
  )),
  ...[0, 1, 2].map((seed): Illness => (
    { name: `control: noise calmed by one cycle, seed ${seed}`, what: trial({ ...expression('x^2 + 10y^2'), gradientNoise: 1 }, sgd({ schedule: 'oneCycle', peak: 0.05, steps: 1000, warmupFraction: 0.3, divide: 25, finalDivide: 1e4, unit: 'step' }), [3, 2], { seed }), kind: 'completed' }
  )),
  { name: 'too slow under noise', what: trial({ ...expression('x^2'), gradientNoise: 0.1 }, sgd(1e-4), [5]), kind: 'tooSlow', remedy: 'learningRate' },

  { name: 'control: plain descent arrives', what: trial(bowl, sgd(0.01), [1, 1], steps(5000)), kind: 'converged' },
  { name: 'control: Nesterov oscillates and arrives', what: trial(bowl, sgd(0.005, { momentum: 0.9, nesterov: true }), [1, 1]), kind: 'converged' },
  { name: 'control: Newton', what: trial(rosenbrock, newton, [-1.2, 1]), kind: 'converged' },
  { name: 'control: L-BFGS', what: trial(rosenbrock, lbfgs, [-1.2, 1]), kind: 'converged' },
  { name: 'control: one of four equal minima', what: trial(builtin('himmelblau'), sgd(0.01), [0, 0]), kind: 'converged' },
  { name: 'control: ascent to the top', what: trial({ ...expression('-(x-1)^2 - 2y^2'), goal: 'maximize' }, sgd(0.1), [3, 1]), kind: 'converged' },
  { name: 'control: at the floor of float64', what: trial(rosenbrock, newton, [-1.2, 1], steps(100, { gradientNorm: null })), kind: 'completed' },
  { name: 'control: a tolerance out of reach', what: trial(rosenbrock, adam(0.01), [-1.2, 1], steps(10_000, { gradientNorm: 1e-300 })), kind: 'completed' },
];

const end = (what: ObjectiveTrial) => run(apply(what, run(what).summary.verdict.remedies[0])).summary;

describe('a start that is proposed', () => {
  it('leads to the known minimum where one of its starts does, not only to a lower one', () => {
    const what = trial(builtin('rastrigin', 10), adam(0.05), [4.6, -3.6, 4.6, -3.6, 4.6, -3.6, 4.6, -3.6, 4.6, -3.6], steps(3000));
    expect(run(what).summary.verdict.kind).toBe('localMinimum');
    expect(end(what).loss).toBeLessThan(1e-9);
  });

  it('leaves a plateau, and does not only stand where it is a little less flat', () => {
    // With more steps than may be spent on trying out, too: a run that arrives early is tried out all the same.
    for (const count of [1000, 100_000]) {
      const what = trial(builtin('easom'), adam(0.1), [-10, -10], steps(count));
      expect(end(what)).toMatchObject({ status: 'converged', verdict: { kind: 'converged' } });
      expect(end(what).loss).toBeCloseTo(-1, 9);
    }
  });

  it('is alone where momentum would come to the same saddle', () => {
    const { remedies } = run(trial(expression('x^2 - y^2'), sgd(0.1), [1, 0])).summary.verdict;
    expect(remedies.map(({ id }) => id)).toEqual(['start']);
  });
});

describe('what a verdict gives as proof', () => {
  it('is a rate above its limit only where it was', () => {
    expect(run(trial(expression('x*log(x)'), sgd(2), [3])).summary.verdict.evidence).toEqual({ step: 1, learningRate: 2, undefinedAt: 1 });
    const { evidence } = run(trial(expression('x^2+4y^2+9z^2'), sgd(0.12), [1, 1, 1])).summary.verdict;
    expect(evidence.lambdaMax).toBeCloseTo(18, 9);
    expect(evidence.allowedRate).toBeCloseTo(2 / 18, 9);
    expect(evidence).not.toHaveProperty('undefinedAt');
  });

  it('of a rise to infinity is its last finite value', () => {
    // xₖ₊₁ = xₖ + ½exp(xₖ) from 0; four steps are finite.
    let x = 0;
    for (let k = 0; k < 4; k++) x += 0.5 * Math.exp(x);
    const { evidence } = run(trial({ ...expression('exp(x)'), goal: 'maximize' }, sgd(0.5), [0])).summary.verdict;
    expect(evidence.step).toBe(4);
    expect(evidence.loss / Math.exp(x)).toBeCloseTo(1, 6);
  });
});

describe('verdicts on known illnesses', () => {
  for (const { name, what, kind, remedy, value } of ILLNESSES) {
    it(`${name}: ${kind}`, () => {
      const { summary } = run(what);
      expect(summary.verdict).toMatchObject({ kind });
      const [first] = summary.verdict.remedies;
      expect(first?.id).toBe(remedy);
      if (!first) return;
      if (value !== undefined) expect(first.value).toEqual(value);
      const sign = what.objective.goal === 'maximize' ? -1 : 1;
      const treated = run(apply(what, first)).summary;
      const before = summary.status === 'diverged' ? treated : summary;
      if (summary.status === 'diverged') expect(treated.status).not.toBe('diverged');
      else expect(sign * treated.loss).toBeLessThan(sign * before.loss);
    });
  }
});
