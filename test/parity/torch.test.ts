import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveSchedule } from '../../src/core/optimizers/scheduleCatalog';
import { createSchedule } from '../../src/core/optimizers/schedules';
import { dropped, OBJECTIVES, relativeError, run, specOf } from './objectives';

interface OptimizerCase {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly objective: string;
  readonly drop: readonly [number, number] | null;
  readonly path: readonly (readonly [number, readonly number[]])[];
}

interface ScheduleCase {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly losses?: readonly number[];
  readonly rates: readonly number[];
}

const dump = (name: string): any => JSON.parse(readFileSync(path.join(import.meta.dirname, 'dumps', name), 'utf8'));
const optimizers: { oneStep: Record<string, number[]>; cases: OptimizerCase[] } = dump('torch-optimizers.json');
const schedules: { cases: ScheduleCase[] } = dump('torch-schedules.json');
const BOUND = 1e-10;

describe('paths of torch.optim in float64 (make_torch.py)', () => {
  for (const { type, fields, objective, drop, path: expected } of optimizers.cases) {
    it(`${type} ${JSON.stringify(fields)}${drop ? ` rate × ${drop[1]} every ${drop[0]}` : ''} on ${objective}`, () => {
      const spec = specOf(type, 'torch', fields);
      const { points, ended } = run(spec, OBJECTIVES.get(objective)!, 200, dropped(spec.learningRate, drop));
      // PyTorch goes on standing still where a run here ends.
      if (type === 'lbfgs') expect(points.length).toBeGreaterThan(2);
      else expect(ended).toBeNull();
      for (const [t, theta] of expected) {
        const ours = points[Math.min(t, points.length) - 1];
        expect(relativeError(ours, theta), `step ${t}: ${ours} for ${theta}`).toBeLessThan(BOUND);
      }
    });
  }

  it('has every torch optimizer of the catalog', () => {
    expect([...new Set(optimizers.cases.map((c) => c.type))].sort()).toEqual(['adadelta', 'adagrad', 'adam', 'adamax', 'adamw', 'asgd', 'lbfgs', 'nadam', 'radam', 'rmsprop', 'rprop', 'sgd']);
  });
});

describe('rates of torch.optim.lr_scheduler (make_torch.py)', () => {
  for (const { fields, losses, rates } of schedules.cases) {
    it(JSON.stringify(fields), () => {
      const schedule = createSchedule(resolveSchedule(fields, 'torch'));
      rates.forEach((rate, t) => {
        expect(Math.abs(schedule.rate(t) - rate), `t = ${t}: ${schedule.rate(t)} for ${rate}`).toBeLessThanOrEqual(BOUND * Math.abs(rate) + 1e-16);
        if (losses) schedule.observe!(losses[t]);
      });
    });
  }
});
