import { describe, expect, it } from 'vitest';
import type { Datasets } from '../../../src/core/data/dataset';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { randomStream } from '../../../src/core/training/random';
import { RecordBuilder } from '../../../src/core/training/record';
import { runTrial } from '../../../src/core/training/run';
import type { ModelTrial, RunRecord, RunSummary } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { loadDatasets } from '../../../src/loaders/load';

type Json = Record<string, unknown>;

/** y ≈ 2x − 1 with some noise, as rows that are not shuffled: a straight re-implementation sees the same batches. */
const X = [-1, -0.6, -0.2, 0.1, 0.5, 0.9, 1.3, 1.8];
const Y = X.map((x, i) => 2 * x - 1 + [0.1, -0.2, 0.15, 0, -0.1, 0.2, -0.05, -0.1][i]);
const line = (more: Json = {}): Json => ({
  gdexp: 1, precision: 'float64', seed: 1,
  data: { inline: { x: X.map((x) => [x]), y: Y }, shuffle: false, ...(more.data as Json | undefined) },
  model: { layers: [{ type: 'dense', units: 1, initializer: 'zeros' }] },
  loss: 'meanSquaredError',
  training: { batchSize: 4, epochs: 6, shuffle: false, ...(more.training as Json | undefined) },
  optimizers: [{ type: 'sgd', learningRate: 0.1 }],
  ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'data' && name !== 'training')),
});

async function run(file: Json, now: () => number = () => 0): Promise<{ summary: RunSummary; record: RunRecord; datasets: Datasets; trial: ModelTrial }> {
  const parsed = parseExperiment(JSON.stringify(file));
  expect(parsed.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const trial = parsed.experiment!.trials[0] as ModelTrial;
  const datasets = await loadDatasets(trial.data, trial.seed, () => { throw new Error('no files'); }, { classification: false, shared: false });
  const builder = new RecordBuilder();
  const summary = runTrial(trial, { interval: Infinity, cancelled: () => false, now, rows: (record) => builder.append(record), tryRemedies: false }, { ...DEPENDENCIES, datasets: () => datasets });
  return { summary, record: builder.build(), datasets, trial };
}

interface Model { w: number; b: number }
const lossOf = ({ w, b }: Model, rows: readonly number[]): number => rows.reduce((sum, i) => sum + (w * X[i] + b - Y[i]) ** 2, 0) / rows.length;
const gradientOf = ({ w, b }: Model, rows: readonly number[]): readonly [number, number] => {
  let dw = 0;
  let db = 0;
  for (const i of rows) {
    const error = w * X[i] + b - Y[i];
    dw += (2 * error * X[i]) / rows.length;
    db += (2 * error) / rows.length;
  }
  return [dw, db];
};
const all = X.map((_, i) => i);
const span = (from: number, to: number): number[] => all.slice(from, to);

/** Plain descent over batches of `size`; told of every update and every epoch, which may end it. */
function descend(rows: readonly number[], size: number, epochs: number, rate: (epoch: number, step: number) => number, watch: { step?(k: number, loss: number, norm: number): boolean; epoch?(e: number, loss: number, model: Model): boolean }): { model: Model; steps: number; epochs: number } {
  const model = { w: 0, b: 0 };
  let steps = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let sum = 0;
    for (let from = 0; from < rows.length; from += size) {
      const batch = rows.slice(from, from + size);
      const loss = lossOf(model, batch);
      const [dw, db] = gradientOf(model, batch);
      if (watch.step?.(steps, loss, Math.hypot(dw, db))) return { model, steps, epochs: epoch };
      const gamma = rate(epoch, steps);
      model.w -= gamma * dw;
      model.b -= gamma * db;
      sum += loss * batch.length;
      steps++;
    }
    if (watch.epoch?.(epoch + 1, sum / rows.length, model)) return { model, steps, epochs: epoch + 1 };
  }
  return { model, steps, epochs };
}

describe('stopping', () => {
  it('by the loss of an epoch: the mean over its batches as they were met', async () => {
    const losses: number[] = [];
    descend(all, 4, 6, () => 0.1, { epoch: (_e, loss) => { losses.push(loss); return false; } });
    const limit = (losses[2] + losses[3]) / 2;
    const { summary, record } = await run(line({ stop: { loss: limit } }));
    expect(summary).toMatchObject({ status: 'converged', reason: { rule: 'loss', limit }, steps: 8 });
    expect(summary.model!.epochs).toBe(4);
    expect([...record.epochs!.columns.loss]).toEqual(losses.slice(0, 4).map((loss) => expect.closeTo(loss, 12)));
  });

  it('by the gradient of a batch, before it is used: that batch makes no update', async () => {
    const norms: number[] = [];
    descend(all, 4, 6, () => 0.1, { step: (_k, _l, norm) => { norms.push(norm); return false; } });
    const limit = Math.min(...norms.slice(0, 6)) * (1 + 1e-9);
    const at = norms.findIndex((norm) => norm <= limit);
    const { summary, record } = await run(line({ stop: { gradientNorm: limit } }));
    expect(summary).toMatchObject({ status: 'converged', steps: at, reason: { rule: 'gradientNorm', limit } });
    expect(summary.reason.value).toBeCloseTo(norms[at], 12);
    // The row of the batch that met the rule stands at the end, without a rate.
    expect([...record.columns.gradientNorm]).toEqual(norms.slice(0, at + 1).map((norm) => expect.closeTo(norm, 12)));
    expect(record.columns.learningRate.at(-1)).toBeNaN();
  });

  it('by the gradient of the very first batch: nothing was learned, and the rows kept apart are scored all the same', async () => {
    const { summary } = await run(line({ stop: { gradientNorm: 1e9 }, data: { validation: 3 } }));
    expect(summary).toMatchObject({ status: 'converged', steps: 0 });
    expect(summary.model!.validationLoss).toBeCloseTo(lossOf({ w: 0, b: 0 }, span(5, 8)), 12);
  });

  it('by the change of the loss, ten times in a row', async () => {
    const losses: number[] = [];
    const limit = 0.01;
    let still = 0;
    const plain = descend(all, 8, 200, () => 0.1, { step: (k, loss) => {
      still = k > 0 && Math.abs(loss - losses[k - 1]) < limit ? still + 1 : 0;
      losses.push(loss);
      return still >= 10;
    } });
    const { summary } = await run(line({ stop: { change: limit }, training: { batchSize: 'full', epochs: 200 } }));
    expect(summary).toMatchObject({ status: 'converged', steps: plain.steps, reason: { rule: 'change', limit } });
    expect(plain.steps).toBeLessThan(200);
  });

  it('by steps in the middle of an epoch, which counts as far as it came', async () => {
    const { summary, record } = await run(line({ stop: { steps: 3 } }));
    const plain = descend(all, 4, 6, () => 0.1, { step: (k) => k === 3 });
    expect(summary).toMatchObject({ status: 'completed', steps: 3, reason: { rule: 'steps', limit: 3 } });
    expect(summary.parameters).toEqual([expect.closeTo(plain.model.w, 12), expect.closeTo(plain.model.b, 12)]);
    expect(record.epochs!.rows).toBe(2);
    const losses: number[] = [];
    descend(all, 4, 6, () => 0.1, { step: (_k, loss) => { losses.push(loss); return false; } });
    expect(record.epochs!.columns.loss[1]).toBeCloseTo(losses[2], 12);
  });

  it('by seconds, as the clock of the host says', async () => {
    let clock = 0;
    const { summary } = await run(line({ stop: { seconds: 1 } }), () => (clock += 100));
    expect(summary).toMatchObject({ status: 'completed', reason: { rule: 'seconds', limit: 1 } });
    expect(summary.steps).toBe(10);
  });
});

describe('early stopping', () => {
  /** A rate that overshoots a little more each epoch: the validation loss falls, then rises. */
  const rising = { schedule: 'exponential', initial: 0.2, factor: 1.6, unit: 'epoch' };
  const losses: number[] = [];
  const models: Model[] = [];
  descend(span(0, 6), 3, 12, (epoch) => 0.2 * 1.6 ** epoch, { epoch: (_e, _l, model) => { losses.push(lossOf(model, span(6, 8))); models.push({ ...model }); return false; } });

  it.each([[1, 0], [2, 0], [3, 0], [2, 0.05]])('waits %d epoch(s) for a gain above %d, and takes the best weights back', async (patience, minDelta) => {
    let best = Infinity;
    let bestEpoch = 0;
    let waited = 0;
    let stopped = 0;
    for (let e = 0; e < losses.length && !stopped; e++) {
      if (best - losses[e] > minDelta || best === Infinity) { best = losses[e]; bestEpoch = e + 1; waited = 0; } else if (++waited >= patience) stopped = e + 1;
    }
    const file = line({ data: { validation: 2 }, training: { batchSize: 3, epochs: 12 }, optimizers: [{ type: 'sgd', learningRate: rising }], stop: { patience, minDelta } });
    const { summary, record } = await run(file);
    expect(stopped).toBeGreaterThan(0);
    expect(summary).toMatchObject({ status: 'stoppedEarly', reason: { rule: 'patience' } });
    expect(summary.model).toMatchObject({ epochs: stopped, bestEpoch });
    expect(summary.model!.validationLoss).toBeCloseTo(best, 12);
    expect(summary.parameters).toEqual([expect.closeTo(models[bestEpoch - 1].w, 12), expect.closeTo(models[bestEpoch - 1].b, 12)]);
    // What panels and exports read: the last weights that are kept are those that came back, at the step at which the run ended.
    expect(record.snapshots!.steps.at(-1)).toBe(summary.steps);
    expect([...record.snapshots!.points.slice(-2)]).toEqual(summary.parameters);
    expect(new Set(record.snapshots!.steps).size).toBe(record.snapshots!.steps.length);
    const kept = await run({ ...file, stop: { patience, minDelta, restoreBest: false } });
    expect(kept.summary.parameters![0]).toBeCloseTo(models[stopped - 1].w, 12);
    expect(kept.summary.model!.bestEpoch).toBe(stopped);
    expect([...kept.record.snapshots!.points.slice(-2)]).toEqual(kept.summary.parameters);
  });
});

describe('schedules by the epoch', () => {
  it('plateau looks at the validation loss once an epoch', async () => {
    const [patience, factor] = [1, 0.5];
    // PyTorch's ReduceLROnPlateau: better is below best·(1 − threshold); after more than `patience` epochs that are not, the rate falls.
    let rate = 0.62;
    let best = Infinity;
    let bad = 0;
    const rates: number[] = [];
    descend(span(0, 6), 3, 10, (_epoch) => rate, {
      step: () => { rates.push(rate); return false; },
      epoch: (_e, _l, model) => {
        const loss = lossOf(model, span(6, 8));
        if (loss < best * (1 - 1e-4)) { best = loss; bad = 0; } else bad++;
        if (bad > patience) { rate *= factor; bad = 0; }
        return false;
      },
    });
    const { record } = await run(line({ data: { validation: 2 }, training: { batchSize: 3, epochs: 10 }, optimizers: [{ type: 'sgd', learningRate: { schedule: 'plateau', initial: 0.62, patience, factor, unit: 'epoch' } }] }));
    expect([...record.columns.learningRate]).toEqual(rates.map((each) => expect.closeTo(each, 14)));
    expect(new Set(rates).size).toBeGreaterThan(1);
  });
});

describe('optimizers that look further than the gradient', () => {
  const twoEpochs = { batchSize: 'full', epochs: 25 };

  it('schedule-free: scored is the average x, the gradient is taken at y', async () => {
    const [gamma, beta] = [0.3, 0.9];
    let z: Model = { w: 0, b: 0 };
    let x: Model = { w: 0, b: 0 };
    const scored: number[] = [];
    const met: number[] = [];
    for (let t = 1; t <= 25; t++) {
      const y = { w: (1 - beta) * z.w + beta * x.w, b: (1 - beta) * z.b + beta * x.b };
      const [dw, db] = gradientOf(y, span(0, 6));
      met.push(lossOf(y, span(0, 6)));
      z = { w: z.w - gamma * dw, b: z.b - gamma * db };
      const c = 1 / t;
      x = { w: (1 - c) * x.w + c * z.w, b: (1 - c) * x.b + c * z.b };
      scored.push(lossOf(x, span(6, 8)));
    }
    const { summary, record } = await run(line({ data: { validation: 2 }, training: twoEpochs, optimizers: [{ type: 'scheduleFree', learningRate: gamma, beta1: beta }] }));
    expect([...record.columns.loss]).toEqual(met.map((each) => expect.closeTo(each, 10)));
    expect([...record.epochs!.columns.validationLoss]).toEqual(scored.map((each) => expect.closeTo(each, 10)));
    expect(summary.parameters).toEqual([expect.closeTo(x.w, 10), expect.closeTo(x.b, 10)]);
  });

  it('sophia: the Hessian’s diagonal is estimated at every k-th step from the whole Hessian and a normal draw, and the step is clipped', async () => {
    // H of the mean squared error in w and b does not depend on where they are.
    const n = X.length;
    const [ww, wb, bb] = [(2 * X.reduce((sum, x) => sum + x * x, 0)) / n, (2 * X.reduce((sum, x) => sum + x, 0)) / n, 2];
    const [gamma, beta1, beta2, rho, every] = [0.05, 0.9, 0.5, 0.6, 3];
    const { record, summary, trial } = await run(line({ training: { batchSize: 'full', epochs: 40 }, optimizers: [{ type: 'sophia', learningRate: gamma, beta1, beta2, rho, every, epsilon: 1e-12 }] }));
    const draws = randomStream(trial.seed, 'optimizer', trial.label);
    const at = [0, 0];
    const m = [0, 0];
    const h = [0, 0];
    const clipped = new Set<boolean>();
    for (let t = 0; t < 40; t++) {
      expect(record.columns.loss[t]).toBeCloseTo(lossOf({ w: at[0], b: at[1] }, all), 10);
      const gradient = gradientOf({ w: at[0], b: at[1] }, all);
      if (t % every === 0) {
        const [u, v] = [draws.normal(), draws.normal()];
        h[0] = beta2 * h[0] + (1 - beta2) * u * (ww * u + wb * v);
        h[1] = beta2 * h[1] + (1 - beta2) * v * (wb * u + bb * v);
      }
      for (const i of [0, 1]) {
        m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
        const step = m[i] / Math.max(rho * h[i], 1e-12);
        clipped.add(Math.abs(step) > 1);
        at[i] -= gamma * Math.max(-1, Math.min(1, step));
      }
    }
    expect(clipped).toEqual(new Set([true, false]));
    expect(summary.parameters).toEqual(at.map((each) => expect.closeTo(each, 10)));
  });

  it('newton lands on the bottom of a parabola at once', async () => {
    const { record, summary } = await run(line({ training: { batchSize: 'full', epochs: 2 }, optimizers: [{ type: 'newton' }] }));
    const n = X.length;
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
    const w = (mean(X.map((x, i) => x * Y[i])) - mean(X) * mean(Y)) / (mean(X.map((x) => x * x)) - mean(X) ** 2);
    const b = mean(Y) - w * mean(X);
    expect(record.columns.loss[1]).toBeCloseTo(lossOf({ w, b }, all), 12);
    expect(summary.parameters).toEqual([expect.closeTo(w, 10), expect.closeTo(b, 10)]);
  });

  it('lbfgs and conjugate gradient: steps of the search satisfy Wolfe’s conditions, and two directions reach the bottom of two variables', async () => {
    for (const type of ['lbfgs', 'conjugateGradient']) {
      const { record, summary } = await run(line({ training: { batchSize: 'full', epochs: 8 }, optimizers: [{ type }] }));
      const { loss } = record.columns;
      for (let k = 1; k < loss.length; k++) expect(loss[k]).toBeLessThanOrEqual(loss[k - 1] + 1e-15);
      const [w, b] = summary.parameters!;
      const [dw, db] = gradientOf({ w, b }, all);
      expect(Math.hypot(dw, db)).toBeLessThan(1e-3);
      expect(summary.evaluations).toBeGreaterThan(summary.steps);
    }
  });

  it('a search is of the loss with its penalty, and leaves the network where it was', async () => {
    const l2 = 0.1;
    const { summary, record } = await run(line({ regularization: { l2 }, training: { batchSize: 'full', epochs: 30 }, optimizers: [{ type: 'lbfgs' }] }));
    const [w, b] = summary.parameters!;
    const [dw, db] = gradientOf({ w, b }, all);
    expect(dw + 2 * l2 * w).toBeCloseTo(0, 4);
    expect(db).toBeCloseTo(0, 4);
    expect(record.columns.loss.at(-1)).toBeCloseTo(lossOf({ w, b }, all) + l2 * w * w, 8);
  });
});
