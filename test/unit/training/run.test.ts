import { describe, expect, it } from 'vitest';
import { clipGradient } from '../../../src/core/training/clip';
import { runTrial, runTrialAsync } from '../../../src/core/training/run';
import { adam, builtin, expression, quadratic, run, sgd, trial, withObjective } from './fixtures';

const square = withObjective(quadratic([1]));
const any = expression('x^2/2');

describe('the rows of a run', () => {
  it('describe θ_k: plain descent on ½x² contracts by 1 − γ a step', () => {
    const { record, summary } = run(trial(any, sgd(0.25), [2], { stop: { steps: 5 } }), square);
    expect(record.rows).toBe(6);
    for (let k = 0; k <= 5; k++) {
      const x = 2 * 0.75 ** k;
      expect(record.columns.step[k]).toBe(k);
      expect(record.columns.theta0[k]).toBeCloseTo(x, 14);
      expect(record.columns.gradient0[k]).toBeCloseTo(x, 14);
      expect(record.columns.loss[k]).toBeCloseTo(x * x / 2, 14);
      expect(record.columns.gradientNorm[k]).toBeCloseTo(x, 14);
      expect(record.columns.distance[k]).toBeCloseTo(2 - x, 14);
      expect(record.columns.weightNorm[k]).toBeCloseTo(x, 14);
      if (k < 5) {
        expect(record.columns.learningRate[k]).toBe(0.25);
        expect(record.columns.updateNorm[k]).toBeCloseTo(0.25 * x, 14);
        expect(record.columns.directionalDerivative[k]).toBeCloseTo(-x, 14);
      }
      if (k > 0) expect(record.columns.turn[k]).toBeCloseTo(1, 14);
    }
    expect(record.columns.learningRate[5]).toBeNaN();
    expect(record.columns.updateNorm[5]).toBeNaN();
    expect(record.columns.turn[0]).toBeNaN();
    expect(summary).toMatchObject({ status: 'completed', steps: 5, evaluations: 6, reason: { rule: 'steps', limit: 5 } });
  });

  it('are the same in dimension 4, where the run derives them itself', () => {
    const lambdas = [1, 2, 3, 4];
    const { record } = run(trial(any, sgd(0.1), [1, 1, 1, 1], { stop: { steps: 30 } }), withObjective(quadratic(lambdas)));
    const at = (k: number) => lambdas.map((lambda) => (1 - 0.1 * lambda) ** k);
    for (const k of [1, 7, 29]) {
      const x = at(k);
      const g = x.map((value, i) => lambdas[i] * value);
      const before = at(k - 1).map((value, i) => lambdas[i] * value);
      const dot = g.reduce((sum, value, i) => sum + value * before[i], 0);
      expect(record.columns.turn[k]).toBeCloseTo(dot / (Math.hypot(...g) * Math.hypot(...before)), 12);
      expect(record.columns.distance[k]).toBeCloseTo(Math.hypot(...x.map((value) => value - 1)), 12);
      expect(record.columns.weightNorm[k]).toBeCloseTo(Math.hypot(...x), 12);
      expect(record.columns.updateNorm[k]).toBeCloseTo(0.1 * Math.hypot(...g), 12);
      expect(record.columns.directionalDerivative[k]).toBeCloseTo(-Math.hypot(...g), 12);
    }
    expect(record.snapshots?.steps.length).toBe(31);
    expect(Array.from(record.snapshots?.points.subarray(4 * 30) ?? [])).toEqual(at(30).map((value) => expect.closeTo(value, 12)));
  });

  it('do not depend on the tier: the quick loop and the full one agree bit by bit', () => {
    const rosenbrock = builtin('rosenbrock');
    const plain = run(trial(rosenbrock, adam(0.02), [-1.2, 1], { stop: { steps: 3000, gradientNorm: null } }));
    const full = run(trial(rosenbrock, adam(0.02), [-1.2, 1], { stop: { steps: 3000, gradientNorm: null }, diagnostics: { tier: 'standard', every: 100 } }));
    for (const name of Object.keys(plain.record.columns)) expect(full.record.columns[name]).toEqual(plain.record.columns[name]);
    expect(full.summary).toEqual({ ...plain.summary, seconds: full.summary.seconds });
  });

  it('come in pieces that follow each other, each in a buffer of its own', () => {
    const { pieces, record } = run(trial(builtin('rosenbrock'), adam(0.001), [-1.2, 1], { stop: { steps: 50_000, gradientNorm: null } }), undefined, { interval: 0, tryRemedies: false });
    expect(pieces.length).toBeGreaterThan(3);
    expect(record.rows).toBe(50_001);
    for (let k = 0; k < record.rows; k += 997) expect(record.columns.step[k]).toBe(k);
    expect(new Set(pieces.map((piece) => piece.columns.loss.buffer)).size).toBe(pieces.length);
    // Across a boundary of pieces too the update is the difference of the points.
    for (let k = 1; k < record.rows; k += 1) {
      const u = Math.hypot(record.columns.theta0[k] - record.columns.theta0[k - 1], record.columns.theta1[k] - record.columns.theta1[k - 1]);
      if (Math.abs(record.columns.updateNorm[k - 1] - u) > 1e-15) throw new Error(`row ${k}`);
    }
  });
});

describe('tiers standard and full', () => {
  it('measure plain descent on a quadratic exactly', () => {
    const { record } = run(trial(any, sgd(0.015), [1, 1], { stop: { steps: 20 }, diagnostics: { tier: 'full', every: 1 } }), withObjective(quadratic([1, 100])));
    const { curvature, alpha, predictedChange, actualChange, changeRatio, sharpness, sharpnessLimit, theta0, theta1 } = record.columns;
    for (let k = 0; k < 20; k++) {
      const g = [theta0[k], 100 * theta1[k]];
      const gg = g[0] ** 2 + g[1] ** 2;
      const gHg = g[0] ** 2 + 100 * g[1] ** 2;
      expect(curvature[k]).toBeCloseTo(gHg / gg, 8);
      expect(alpha[k]).toBeCloseTo((0.015 * gHg) / gg - 1, 10);
      expect(predictedChange[k] / (-0.015 * gg + 0.5 * 0.015 ** 2 * gHg)).toBeCloseTo(1, 10);
      expect(changeRatio[k]).toBeCloseTo(1, 6);
      expect(actualChange[k]).toBeCloseTo(predictedChange[k], 10);
      expect(sharpness[k]).toBeCloseTo(100, 8);
      expect(sharpnessLimit[k]).toBeCloseTo(2 / 0.015, 8);
    }
    for (const column of [curvature, alpha, predictedChange, actualChange, changeRatio, sharpness]) expect(column[20]).toBeNaN();
  });

  it('leave rows between the measured ones empty', () => {
    const { record } = run(trial(any, sgd(0.1), [1], { stop: { steps: 12 }, diagnostics: { tier: 'standard', every: 5 } }), square);
    const measured = Array.from(record.columns.curvature, (value, k) => (Number.isNaN(value) ? -1 : k)).filter((k) => k >= 0);
    expect(measured).toEqual([0, 5, 10]);
    expect(Array.from(record.columns.actualChange, (value, k) => (Number.isNaN(value) ? -1 : k)).filter((k) => k >= 0)).toEqual([0, 5, 10]);
    expect(record.columns.sharpness).toBeUndefined();
  });
});

describe('the end of a run', () => {
  it('converged: the gradient norm is at or below the tolerance', () => {
    const { summary } = run(trial(any, sgd(0.5), [1], { stop: { gradientNorm: 0.125 } }), square);
    expect(summary).toMatchObject({ status: 'converged', steps: 3, reason: { rule: 'gradientNorm', value: 0.125, limit: 0.125 } });
  });

  it('converged at the start', () => {
    const { summary, record } = run(trial(any, sgd(0.5), [0]), square);
    expect(summary).toMatchObject({ status: 'converged', steps: 0 });
    expect(record.rows).toBe(1);
  });

  it('converged: the loss is at or below its bound', () => {
    const { summary } = run(trial(any, sgd(0.5), [1], { stop: { loss: 0.125, gradientNorm: null } }), square);
    expect(summary).toMatchObject({ status: 'converged', steps: 1, loss: 0.125, reason: { rule: 'loss' } });
  });

  it('converged: the loss changed little for ten steps in a row', () => {
    // |Δloss| = ½·4^−k·(1 − ¼) falls below 1e-3 at k = 5; the tenth such change leads to step 14.
    const changes = Array.from({ length: 30 }, (_, k) => 0.5 * 0.25 ** (k - 1) * 0.75);
    const first = changes.findIndex((change, k) => k >= 1 && change < 1e-3);
    const { summary } = run(trial(any, sgd(0.5), [1], { stop: { change: 1e-3, gradientNorm: null } }), square);
    expect(summary).toMatchObject({ status: 'converged', steps: first + 9, reason: { rule: 'change' } });
  });

  it('diverged: |loss| beyond 1e12·max(1, |first|), the whole record kept up to the bad step', () => {
    const { summary, record } = run(trial(any, sgd(3), [2], { stop: { steps: 1000 } }), square);
    // x doubles (with turned sign) each step: ½·4·4^k > 1e12·2 first for k = 20.
    expect(summary).toMatchObject({ status: 'diverged', steps: 20, reason: { rule: 'grew' } });
    expect(record.rows).toBe(21);
    expect(record.columns.theta0[20]).toBe(2 * 2 ** 20);
  });

  it('diverged: a parameter is not finite though the loss is', () => {
    const bounded = { ...quadratic([1]), evaluate: (theta: Float64Array, out: Float64Array | null) => { if (out) out[0] = -1e308; return Math.tanh(theta[0]); } };
    const { summary, record } = run(trial(any, sgd(10), [0]), withObjective(bounded));
    expect(summary).toMatchObject({ status: 'diverged', steps: 1, reason: { rule: 'notFinite' } });
    expect(record.rows).toBe(2);
  });

  it('diverged at the start: the loss is not a number there', () => {
    const { summary } = run(trial(any, sgd(1), [0]), withObjective({ ...quadratic([1]), evaluate: () => NaN }));
    expect(summary).toMatchObject({ status: 'diverged', steps: 0, verdict: { kind: 'diverged' } });
  });

  it('completed: the seconds are over', () => {
    let now = 0;
    const { summary } = run(trial(any, sgd(1e-9), [1], { stop: { steps: null, seconds: 2 } }), square, { now: () => (now += 10) });
    expect(summary).toMatchObject({ status: 'completed', reason: { rule: 'seconds', limit: 2 } });
  });

  it('cancelled, with what was recorded', () => {
    let asked = 0;
    const { summary, record } = run(trial(any, sgd(1e-9), [1], { stop: { steps: null } }), square, { cancelled: () => ++asked > 3 });
    expect(summary).toMatchObject({ status: 'cancelled', verdict: { kind: 'cancelled' } });
    expect(summary.steps).toBeGreaterThan(0);
    expect(record.rows).toBe(summary.steps + 1);
    expect(record.columns.learningRate[record.rows - 1]).toBeNaN();
    expect(summary.parameters).toEqual([record.columns.theta0[record.rows - 1]]);
  });

  it('failed: an error on the way or before it', () => {
    const broken = { ...quadratic([1]), evaluate: (theta: Float64Array) => { if (theta[0] < 0.5) throw new Error('broken'); return theta[0]; } };
    const far = { ...broken, evaluate: (theta: Float64Array, out: Float64Array | null) => { if (out) out[0] = 1; return broken.evaluate(theta); } };
    expect(run(trial(any, sgd(0.2), [1]), withObjective(far)).summary).toMatchObject({ status: 'failed', reason: { rule: 'error', detail: 'broken' }, verdict: { kind: 'failed' } });
    expect(run(trial(any, sgd(0.2), [0]), withObjective(far)).record.rows).toBe(0);
    expect(run(trial(any, sgd(0.2), [1, 2]), square).summary).toMatchObject({ status: 'failed' });
  });
});

describe('what the optimizer sees', () => {
  it('maximize: ascent, with the objective’s own value in the record', () => {
    const hill = quadratic([-1]);
    const { summary, record } = run(trial({ ...any, goal: 'maximize' }, sgd(0.5), [1]), withObjective(hill));
    expect(record.columns.loss[1]).toBe(-0.125);
    expect(summary).toMatchObject({ status: 'converged', criticalPoint: { kind: 'maximum' }, verdict: { kind: 'converged' } });
  });

  it('gradient noise is the same for every optimizer of a seed, and another for another seed', () => {
    const noisy = { ...any, gradientNoise: 0.5 };
    const firstStep = (seed: number, label: string) => run(trial(noisy, sgd(1), [0], { seed, label, stop: { steps: 1, gradientNorm: null } }), square).record.columns.theta0[1];
    expect(firstStep(1, 'a')).toBe(firstStep(1, 'b'));
    expect(firstStep(1, 'a')).not.toBe(firstStep(2, 'a'));
  });

  it('gradient noise has the given deviation, and the recorded gradient has none', () => {
    // With rate 1 on ½x² the next point is minus the noise alone.
    const { record } = run(trial({ ...any, gradientNoise: 0.5 }, sgd(1), [0], { stop: { steps: 20_000, gradientNorm: null } }), square);
    const points = record.columns.theta0.subarray(1);
    const mean = points.reduce((sum, x) => sum + x, 0) / points.length;
    const deviation = Math.sqrt(points.reduce((sum, x) => sum + (x - mean) ** 2, 0) / points.length);
    expect(Math.abs(mean)).toBeLessThan(4 * 0.5 / Math.sqrt(20_000));
    expect(Math.abs(deviation / 0.5 - 1)).toBeLessThan(4 / Math.sqrt(40_000));
    expect(record.columns.gradient0).toEqual(record.columns.theta0);
  });

  it('clipping: by value, then by norm in the dialect’s form', () => {
    const g = () => Float64Array.of(3, -4);
    const clipped = (value: number | null, norm: number | null, dialect: 'torch' | 'keras') => { const v = g(); clipGradient(v, value, norm, dialect); return Array.from(v); };
    expect(clipped(3.5, null, 'torch')).toEqual([3, -3.5]);
    expect(clipped(null, 1, 'torch')).toEqual([3 / (5 + 1e-6), -4 / (5 + 1e-6)].map((x) => expect.closeTo(x, 15)));
    expect(clipped(null, 1, 'keras')).toEqual([0.6, -0.8].map((x) => expect.closeTo(x, 15)));
    expect(clipped(null, 10, 'keras')).toEqual([3, -4]);
    expect(clipped(null, 10, 'torch')).toEqual([3, -4]);
    expect(clipped(3, 3, 'keras')).toEqual([3 / Math.SQRT2, -3 / Math.SQRT2].map((x) => expect.closeTo(x, 15)));
  });

  it('schedules: the rate of row k is that of the update that leaves it', () => {
    const schedule = { schedule: 'exponential', initial: 0.5, factor: 0.5, unit: 'step' } as const;
    const { record } = run(trial(any, sgd(schedule), [1], { stop: { steps: 3, gradientNorm: null } }), square);
    expect(Array.from(record.columns.learningRate)).toEqual([0.5, 0.25, 0.125, NaN]);
    expect(Array.from(record.columns.theta0)).toEqual([1, 0.5, 0.375, 0.328125]);
  });

  it('the plateau schedule follows the loss', () => {
    // A constant loss: the first is the best, two more are borne (patience 2), the third bad one cuts.
    const flat = { ...quadratic([1]), evaluate: (_: Float64Array, out: Float64Array | null) => { if (out) out[0] = 1; return 7; } };
    const schedule = { schedule: 'plateau', initial: 1, factor: 0.1, patience: 2, threshold: 1e-4, minimum: 0, dialect: 'torch', unit: 'step' } as const;
    const { record } = run(trial(any, sgd(schedule), [0], { stop: { steps: 6, gradientNorm: null } }), withObjective(flat));
    expect(Array.from(record.columns.learningRate.subarray(0, 6))).toEqual([1, 1, 1, 1, 0.1, 0.1]);
  });
});

it('the pausing version gives the same run, and lets others have their turn', async () => {
  const what = trial(builtin('rosenbrock'), adam(0.01), [-1.2, 1], { stop: { steps: 20_000, gradientNorm: null } });
  let pauses = 0;
  let clock = 0;
  const summary = await runTrialAsync(what, { interval: Infinity, cancelled: () => false, now: () => (clock += 1) }, async () => { pauses++; });
  expect(pauses).toBeGreaterThan(0);
  expect({ ...summary, seconds: 0 }).toEqual({ ...run(what).summary, seconds: 0 });
});

it('without a listener for rows the outcome is the same', () => {
  for (const [objective, start, tier] of [[builtin('rosenbrock'), [-1.2, 1], 'basic'], [builtin('rosenbrock'), [-1.2, 1], 'full'], [builtin('rosenbrock', 5), [-1, 1, -1, 1, -1], 'standard']] as const) {
    const what = trial(objective, adam(0.02), start, { stop: { steps: 9000, gradientNorm: null }, diagnostics: { tier, every: 1 } });
    const { summary } = run(what);
    expect(runTrial(what, { interval: 1, cancelled: () => false, now: () => performance.now() })).toEqual({ ...summary, seconds: expect.any(Number) });
  }
});
