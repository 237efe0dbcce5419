import { describe, expect, it } from 'vitest';
import { bestPoint, narrow, stepsTo, sweepScore, sweepValue, type SweptRun } from '../../../src/core/training/sweeps';
import type { SweptValue } from '../../../src/core/training/trial';
import { run, sgd, trial } from './fixtures';

const parabola = { function: { kind: 'expression' as const, expression: 'x^2/2', constants: {} }, goal: 'minimize' as const, view: null, minima: [], gradientNoise: 0 };

function swept(values: Readonly<Record<string, SweptValue>>, score: number, seed = 0): SweptRun {
  return { trial: trial(parabola, sgd(Number(values.learningRate ?? 0.1)), [1], { sweep: values, seed }), score };
}

describe('a sweep', () => {
  it('narrows between the best value and its neighbours, in equal ratios', () => {
    const runs = [0.001, 0.01, 0.1, 1].map((learningRate) => swept({ learningRate }, Math.abs(Math.log10(learningRate) + 2)));
    expect(bestPoint(runs)).toEqual({ learningRate: 0.01 });
    const next = narrow(runs).map(({ learningRate }) => learningRate as number);
    expect(next).toEqual([0.004642, 0.002154, 0.02154, 0.04642]);
  });

  it('goes beyond the last value where that is the best, and never tries a point twice', () => {
    const runs = [1, 2, 4].map((learningRate) => swept({ learningRate }, -learningRate));
    expect(narrow(runs).map(({ learningRate }) => learningRate)).toEqual([3, 5, 6]);
  });

  it('holds the other axes at their best and leaves names alone', () => {
    const runs = [0.1, 0.3].flatMap((learningRate) => ['a', 'b'].map((mode) => swept({ learningRate, mode }, learningRate + (mode === 'a' ? 1 : 0))));
    expect(narrow(runs).every(({ mode }) => mode === 'b')).toBe(true);
    expect(narrow(runs)).toHaveLength(4);
  });

  it('takes the median over seeds, and a point whose median diverged never wins', () => {
    const runs = [swept({ learningRate: 1 }, 0), swept({ learningRate: 1 }, Infinity, 1), swept({ learningRate: 1 }, Infinity, 2), swept({ learningRate: 2 }, 5), swept({ learningRate: 2 }, 5, 1), swept({ learningRate: 2 }, 5, 2)];
    expect(bestPoint(runs)).toEqual({ learningRate: 2 });
    expect(bestPoint([swept({ learningRate: 1 }, Infinity)])).toBeNull();
    expect(narrow([swept({ learningRate: 1 }, Infinity)])).toEqual([]);
  });

  it('scores what really happened: on x²/2 the rate 1 lands at once, 0.5 halves x each step, 2.5 diverges', () => {
    const outcome = (rate: number) => {
      const what = trial(parabola, sgd(rate), [1], { stop: { steps: 2000 } });
      const { summary, record } = run(what);
      const reached = stepsTo(record, 1e-6);
      return { reached, value: sweepValue(summary, 'stepsTo:1e-6', reached), loss: sweepScore(what, sweepValue(summary, 'loss', reached), 'loss') };
    };
    expect(outcome(1).reached).toBe(1);
    // ½·4⁻ᵏ ≤ 1e-6 first for k = 10.
    expect(outcome(0.5)).toMatchObject({ reached: 10, value: 10 });
    expect(outcome(2.5)).toMatchObject({ value: NaN, loss: Infinity });
  });
});
