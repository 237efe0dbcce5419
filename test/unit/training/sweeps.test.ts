import { describe, expect, it } from 'vitest';
import { bestPoint, narrow, roundsOf, stepsTo, sweepScore, sweepValue, type SweptRun } from '../../../src/core/training/sweeps';
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

  it('is the lecture\'s search: a ladder of rates, then two between the best and each neighbour, and again', () => {
    // The score is least at 0.0045.
    const score = (rate: number): number => Math.abs(Math.log(rate / 0.0045));
    const runs = [0.001, 0.003, 0.01, 0.03].map((learningRate) => swept({ learningRate }, score(learningRate)));
    const added = [1, 2].map(() => {
      const points = narrow(runs).map(({ learningRate }) => learningRate as number);
      runs.push(...points.map((learningRate) => swept({ learningRate }, score(learningRate))));
      return points.sort((a, b) => a - b);
    });
    // 0.003 is best: between 0.001 and 0.003, and between 0.003 and 0.01, equal ratios ∛3 and ∛(10/3); then around 0.004481.
    expect(added[0]).toEqual([0.001442, 0.00208, 0.004481, 0.006694]);
    expect(added[1]).toEqual([0.003429, 0.00392, 0.005122, 0.005856]);
    expect(bestPoint(runs)).toEqual({ learningRate: 0.004481 });
    const rounds = roundsOf(runs, [{ name: 'learningRate', values: [0.001, 0.003, 0.01, 0.03] }], 2);
    expect(runs.map(({ trial }) => rounds.get(JSON.stringify(trial.sweep)))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('counts a point that no round explains as of the last round', () => {
    const runs = [0.1, 1, 0.5].map((learningRate) => swept({ learningRate }, learningRate));
    expect([...roundsOf(runs, [{ name: 'learningRate', values: [0.1, 1] }], 3).values()]).toEqual([0, 0, 3]);
  });
});
