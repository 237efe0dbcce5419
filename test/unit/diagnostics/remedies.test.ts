import { describe, expect, it } from 'vitest';
import { roundDown, scaleRate } from '../../../src/core/diagnostics/remedies';
import { builtin, run, sgd, trial } from '../training/fixtures';

describe('the values that remedies propose', () => {
  it('have two significant digits, rounded towards zero', () => {
    expect([0.00186, 0.0199, 1, 0.1, 99.9, 123, 6.6e-4, 0].map(roundDown)).toEqual([0.0018, 0.019, 1, 0.1, 99, 120, 6.6e-4, 0]);
  });

  it('stand where the height of a schedule is written', () => {
    const unit = 'step' as const;
    expect(scaleRate(0.1, 0.5)).toEqual({ path: '', value: 0.05, rate: 0.05 });
    expect(scaleRate({ schedule: 'exponential', initial: 0.1, factor: 0.9, unit }, 2)).toMatchObject({ path: '/initial', value: 0.2, rate: { initial: 0.2, factor: 0.9 } });
    expect(scaleRate({ schedule: 'oneCycle', peak: 0.1, steps: 10, warmupFraction: 0.3, divide: 25, finalDivide: 1e4, unit }, 2)).toMatchObject({ path: '/peak', value: 0.2 });
    expect(scaleRate({ schedule: 'warmup', steps: 5, start: 1 / 3, then: 0.1, unit }, 2)).toMatchObject({ path: '/then', value: 0.2, rate: { then: 0.2 } });
    expect(scaleRate({ schedule: 'warmup', steps: 5, start: 1 / 3, then: { schedule: 'cosine', initial: 0.1, final: 0, steps: 9, unit }, unit }, 2)).toMatchObject({ path: '/then/initial', value: 0.2 });
    expect(scaleRate({ schedule: 'cyclic', low: 0.1, high: 1, stepUp: 3, mode: 'triangular', unit }, 0.5)).toMatchObject({ path: '', value: { low: 0.05, high: 0.5 } });
    expect(scaleRate(0.05, 1)).toBeNull();
  });

  it('name the optimizer’s place', () => {
    const second = trial(builtin('quadratic', 2, 100), sgd(0.05), [1, 1], { optimizerIndex: 4 });
    expect(run(second).summary.verdict.remedies[0]?.path).toBe('/optimizers/4/learningRate');
  });

  it('are estimated where nothing may be tried, and the verdict is the same', () => {
    const slow = trial(builtin('quadratic', 2, 100), sgd(1e-5), [1, 1]);
    const tried = run(slow).summary.verdict;
    const estimated = run(slow, undefined, { tryRemedies: false }).summary.verdict;
    expect(estimated.kind).toBe(tried.kind);
    expect(estimated.remedies[0]).toMatchObject({ id: 'learningRate' });
  });
});
