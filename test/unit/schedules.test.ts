import { describe, expect, it } from 'vitest';
import { resolveSchedule } from '../../src/core/optimizers/scheduleCatalog';
import { createSchedule, type RateSchedule } from '../../src/core/optimizers/schedules';
import type { Dialect } from '../../src/core/optimizers/spec';

const make = (fields: Record<string, unknown>, dialect: Dialect = 'torch'): RateSchedule => createSchedule(resolveSchedule(fields, dialect));

// PyTorch's own rates are compared in test/parity; here is what PyTorch does not have, and the ends.
describe('schedules', () => {
  it('a number is constant and says so', () => {
    const schedule = createSchedule(0.3);
    expect(schedule.constant).toBe(0.3);
    expect(schedule.rate(1e9)).toBe(0.3);
    expect(make({ schedule: 'step', initial: 1, every: 2 }).constant).toBeNull();
  });

  it('inverseTime: initial/(1 + decay·t)', () => {
    const schedule = make({ schedule: 'inverseTime', initial: 0.5, decay: 0.25 });
    expect([0, 1, 4, 12].map((t) => schedule.rate(t))).toEqual([0.5, 0.4, 0.25, 0.125]);
  });

  it('inverseSqrt: rises along a line to t + 1 = warmup, then falls with the root', () => {
    const schedule = make({ schedule: 'inverseSqrt', initial: 1, warmup: 4 });
    expect([0, 1, 3, 15, 63].map((t) => schedule.rate(t))).toEqual([0.25, 0.5, 1, 0.5, 0.25]);
  });

  it('polynomial, cosine and oneCycle keep their last rate', () => {
    expect(make({ schedule: 'polynomial', initial: 1, final: 0.1, steps: 10, power: 2 }).rate(1000)).toBe(0.1);
    expect(make({ schedule: 'cosine', initial: 1, final: 0.1, steps: 10 }).rate(1000)).toBeCloseTo(0.1, 15);
    const cycle = make({ schedule: 'oneCycle', peak: 1, steps: 100 });
    expect(cycle.rate(0)).toBeCloseTo(1 / 25, 15);
    expect(cycle.rate(29)).toBeCloseTo(1, 15);
    expect(cycle.rate(99)).toBeCloseTo(1 / 25 / 1e4, 15);
    expect(cycle.rate(5000)).toBe(cycle.rate(99));
  });

  it('cosine is halfway at half its steps', () => {
    expect(make({ schedule: 'cosine', initial: 1, final: 0.2, steps: 10 }).rate(5)).toBeCloseTo(0.6, 15);
  });

  it('cosineRestarts starts each longer period at the initial rate', () => {
    const schedule = make({ schedule: 'cosineRestarts', initial: 1, period: 4, multiplier: 3 });
    for (const t of [0, 4, 16, 52]) expect(schedule.rate(t)).toBe(1);
    for (const t of [2, 10, 34]) expect(schedule.rate(t)).toBeCloseTo(0.5, 15);
  });

  it('warmup goes from start·γ to γ = then(0), then counts from 0', () => {
    const schedule = make({ schedule: 'warmup', steps: 4, start: 0.5, then: { schedule: 'inverseTime', initial: 0.8, decay: 1 } });
    [0.4, 0.5, 0.6, 0.7, 0.8, 0.4].forEach((rate, t) => expect(schedule.rate(t)).toBeCloseTo(rate, 15));
    expect(make({ schedule: 'warmup', steps: 3, then: 0.3 }).rate(0)).toBeCloseTo(0.1, 15);
  });

  describe('plateau', () => {
    /** The rates that follow each loss. */
    const follow = (schedule: RateSchedule, losses: readonly number[]): number[] => losses.map((loss) => (schedule.observe!(loss), schedule.rate(0)));

    it('torch cuts after more than `patience` bad counts, keras at `patience`', () => {
      const losses = [1, 1, 1, 1, 1, 1];
      const fields = { schedule: 'plateau', initial: 8, factor: 0.5, patience: 2 };
      expect(follow(make(fields, 'torch'), losses)).toEqual([8, 8, 8, 4, 4, 4]);
      expect(follow(make(fields, 'keras'), losses)).toEqual([8, 8, 4, 4, 2, 2]);
    });

    it('the threshold is relative in torch, absolute in keras', () => {
      const fields = { schedule: 'plateau', initial: 8, factor: 0.5, patience: 1, threshold: 0.1 };
      // Each loss is 5 lower: above a tenth of 0.1 in keras, below a tenth of 100 in torch.
      const losses = [100, 95, 91];
      expect(follow(make(fields, 'torch'), losses)).toEqual([8, 8, 4]);
      expect(follow(make(fields, 'keras'), losses)).toEqual([8, 8, 8]);
    });

    it('never falls below the minimum, and counts a loss that is not a number as bad', () => {
      const schedule = make({ schedule: 'plateau', initial: 1, factor: 0.1, patience: 0, minimum: 0.05 });
      expect(follow(schedule, [1, NaN, Infinity, 1])).toEqual([1, 0.1, 0.05, 0.05]);
    });

    it('after a warmup judges only the losses after it', () => {
      const schedule = make({ schedule: 'warmup', steps: 3, start: 1, then: { schedule: 'plateau', initial: 1, factor: 0.5, patience: 0 } });
      for (const loss of [1, 5, 5]) schedule.observe!(loss);
      expect(schedule.rate(3)).toBe(1);
      schedule.observe!(5);
      expect(schedule.rate(4)).toBe(1);
      schedule.observe!(5);
      expect(schedule.rate(5)).toBe(0.5);
    });
  });
});
