import { describe, expect, it } from 'vitest';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { evaluations, type EvaluatedRun } from '../../../src/core/training/evaluation';
import { runTrial } from '../../../src/core/training/run';
import type { ModelOutcome, ModelTrial } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { loadDatasets } from '../../../src/loaders/load';

const FILE = {
  gdexp: 1, precision: 'float64', seed: 3, data: { inline: { x: [[-2], [-1], [0], [1], [2], [3]], y: [0, 1, 1, 3, 3, 5] }, shuffle: false }, model: { layers: [{ type: 'dense', units: 1 }] },
  loss: 'meanSquaredError', training: { batchSize: 'full', epochs: 5 }, optimizers: [{ type: 'sgd', learningRate: 0.1 }],
};

/** The runs of a file's text that train networks. */
function trialsOf(file: object): ModelTrial[] {
  const { experiment, problems } = parseExperiment(JSON.stringify({ ...FILE, ...file }));
  if (!experiment) throw new Error(problems.map(({ message }) => message).join(' | '));
  return experiment.trials.filter((trial): trial is ModelTrial => trial.kind === 'model');
}

/** Each trial trained. */
async function trained(file: object): Promise<EvaluatedRun[]> {
  return Promise.all(trialsOf(file).map(async (trial) => {
    const datasets = await loadDatasets(trial.data, trial.seed, () => { throw new Error('no files here'); }, { classification: trial.loss.type !== 'meanSquaredError', shared: false });
    const summary = await runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => performance.now() }, { ...DEPENDENCIES, datasets: () => datasets });
    expect(summary.reason.detail ?? '').toBe('');
    return { trial, summary };
  }));
}

const outcome = (more: Partial<ModelOutcome>): ModelOutcome => ({
  epochs: 1, bestEpoch: 1, validationLoss: null, testLoss: null, metrics: {}, predict: null, parameterCount: 2, kernels: 'plain', rows: { training: 4, validation: 2, test: 0 }, scored: null, ...more,
});

/** A trial that ended with an outcome that is known by hand. */
const ended = (trial: ModelTrial, more: Partial<ModelOutcome>, loss = 1, status: EvaluatedRun['summary']['status'] = 'completed'): EvaluatedRun => ({
  trial, summary: { trialId: trial.id, status, reason: { rule: 'epochs' }, steps: 1, seconds: 0, evaluations: 0, loss, gradientNorm: 0, parameters: null, criticalPoint: null, verdict: { kind: 'completed', evidence: {}, remedies: [] }, model: outcome(more) },
});

/** Bootstrap rounds whose outputs on the same rows are given. */
function rounds(outputs: readonly (readonly number[])[], targets: readonly number[], width = 1, classes = false): EvaluatedRun[] {
  const [, ...trials] = trialsOf({ evaluate: { bootstrap: { rounds: outputs.length } } });
  return trials.map((trial, i) => ended(trial, { scored: { outputs: Float64Array.from(outputs[i]), targets: Float64Array.from(targets), width, classes } }));
}
const bootstrap = (...given: Parameters<typeof rounds>) => evaluations(rounds(...given))[0].bootstrap!;

describe('bias and variance', () => {
  it('are the hand-computed ones of constant predictors', () => {
    // Rounds say 1 and 3 everywhere, targets are 0 and 4: mean 2, bias² = (2² + 2²)/2, variance 1, error = mean of 1, 9, 9, 1.
    expect(bootstrap([[1, 1], [3, 3]], [0, 4])).toEqual({ rounds: 2, biasSquared: 4, variance: 1, error: 5, bagged: { error: 4, accuracy: null }, single: { error: 5, accuracy: null } });
  });

  it('are without variance where all rounds agree, without bias where their mean is right', () => {
    expect(bootstrap([[2, 5], [2, 5], [2, 5]], [1, 1])).toMatchObject({ biasSquared: 8.5, variance: 0, error: 8.5 });
    expect(bootstrap([[0, 9], [2, 11]], [1, 10])).toMatchObject({ biasSquared: 0, variance: 1, error: 1 });
  });

  it('add up to the mean squared error, of numbers and of classes', () => {
    let state = 7;
    const random = (): number => ((state = (state * 48271) % 2147483647) / 2147483647);
    for (const width of [1, 3]) {
      const targets = Array.from({ length: 5 * width }, () => 4 * random() - 2);
      const outputs = Array.from({ length: 6 }, () => targets.map((value) => value + random() - 0.3));
      const found = bootstrap(outputs, targets, width);
      const squares = outputs.flatMap((round) => round.map((value, i) => (value - targets[i]) ** 2));
      expect(found.error).toBeCloseTo(squares.reduce((sum, value) => sum + value, 0) / 6 / 5, 12);
      expect(found.biasSquared + found.variance).toBeCloseTo(found.error, 12);
      // The mean of the rounds is never worse than the rounds on average (Jensen), by the variance exactly.
      expect(found.single.error - found.bagged.error).toBeCloseTo(found.variance, 12);
    }
  });

  it('take the vote of averaged probabilities: two sure rounds outweigh three that hardly lean', () => {
    // One row of class 0, one of class 1. Mean of class 0's probability: (0.9 + 0.9 + 3·0.4)/5 = 0.6.
    const sure = [0.9, 0.1, 0.2, 0.8];
    const leaning = [0.4, 0.6, 0.45, 0.55];
    const found = bootstrap([sure, sure, leaning, leaning, leaning], [1, 0, 0, 1], 2, true);
    expect(found.bagged.accuracy).toBe(1);
    expect(found.single.accuracy).toBeCloseTo((2 * 1 + 3 * 0.5) / 5, 12);
  });

  it('count a single output as a class by the side of a half', () => {
    const found = bootstrap([[0.9, 0.4, 0.2], [0.3, 0.9, 0.1]], [1, 1, 0], 1, true);
    expect(found.bagged.accuracy).toBe(1);
    expect(found.single.accuracy).toBeCloseTo(2 / 3, 12);
  });

  it('leave out rounds that broke and are nothing without any', () => {
    const [first, second, third] = rounds([[1], [3], [100]], [0]);
    const broken: EvaluatedRun = { trial: third.trial, summary: { ...third.summary, status: 'failed' } };
    expect(evaluations([first, second, broken])[0].bootstrap).toMatchObject({ rounds: 2, biasSquared: 4, variance: 1 });
    expect(evaluations([broken])).toEqual([]);
  });
});

describe('cross-validation', () => {
  it('is mean and standard deviation (n − 1) of what the folds score on the rows they left out', () => {
    const [main, ...folds] = trialsOf({ evaluate: { crossValidation: { folds: 3 } } });
    const scores = [0.2, 0.5, 0.8];
    const [found] = evaluations([ended(main, { validationLoss: 0.4, testLoss: 0.6 }, 0.1), ...folds.map((trial, i) => ended(trial, { validationLoss: scores[i], metrics: { r2: 9, validationR2: 1 - scores[i] } }))]);
    expect(found.gap).toEqual({ loss: 0.1, validationLoss: 0.4, testLoss: 0.6 });
    const { loss, r2 } = found.crossValidation!.scores;
    expect(loss.mean).toBeCloseTo(0.5, 12);
    expect(loss.deviation).toBeCloseTo(0.3, 12);
    expect(r2.values.map((value) => Number(value.toFixed(12)))).toEqual([0.8, 0.5, 0.2]);
    expect(found.bootstrap).toBeNull();
  });

  it('has no deviation of one fold, and keeps seeds apart', () => {
    const trials = trialsOf({ seeds: 2, evaluate: { crossValidation: { folds: 2 } } }).filter((trial) => trial.resample?.kind === 'fold' && trial.resample.index === 0);
    const found = evaluations(trials.map((trial, i) => ended(trial, { validationLoss: i + 1 })));
    expect(found.map(({ seed, crossValidation }) => [seed, crossValidation!.scores.loss.mean, crossValidation!.scores.loss.deviation])).toEqual([[3, 1, NaN], [4, 2, NaN]]);
  });

  it('divides the rows: trained folds validate every row once, and their mean score is that of all rows', async () => {
    const runs = await trained({ evaluate: { crossValidation: { folds: 3 } } });
    const folds = runs.filter(({ trial }) => trial.resample !== null);
    expect(folds.map(({ summary }) => summary.model!.rows)).toEqual([{ training: 4, validation: 2, test: 0 }, { training: 4, validation: 2, test: 0 }, { training: 4, validation: 2, test: 0 }]);
    const [found] = evaluations(runs);
    expect(found.crossValidation!.folds).toBe(3);
    expect(found.crossValidation!.scores.loss.mean).toBeCloseTo(folds.reduce((sum, { summary }) => sum + summary.model!.validationLoss!, 0) / 3, 12);
  });
});

describe('bootstrap rounds that were trained', () => {
  it('are scored on the same rows: all of them where there is no test part', async () => {
    const runs = (await trained({ evaluate: { bootstrap: { rounds: 3 } } })).filter(({ trial }) => trial.resample !== null);
    for (const { summary } of runs) expect([...summary.model!.scored!.targets]).toEqual(FILE.data.inline.y);
    // Other draws give other lines.
    expect(new Set(runs.map(({ summary }) => summary.model!.scored!.outputs.join())).size).toBe(3);
    const [{ bootstrap: found }] = evaluations(runs);
    expect(found!.variance).toBeGreaterThan(0);
    expect(found!.biasSquared + found!.variance).toBeCloseTo(found!.error, 12);
  });

  it('are scored on the test rows where there are some, which no round draws', async () => {
    const runs = (await trained({ data: { ...FILE.data, test: 2 }, evaluate: { bootstrap: { rounds: 4 } } })).filter(({ trial }) => trial.resample !== null);
    for (const { summary } of runs) {
      // Without shuffling the last rows are the test.
      expect([...summary.model!.scored!.targets]).toEqual([3, 5]);
      expect(summary.model!.rows).toMatchObject({ training: 4, test: 2 });
    }
  });

  it('are in the units of the targets, also where these are scaled for the training', async () => {
    const runs = (await trained({ data: { ...FILE.data, scaleTarget: 'standardize' }, evaluate: { bootstrap: { rounds: 2 } } })).filter(({ trial }) => trial.resample !== null);
    for (const { summary } of runs) [...summary.model!.scored!.targets].forEach((value, i) => expect(value).toBeCloseTo(FILE.data.inline.y[i], 9));
  });
});
