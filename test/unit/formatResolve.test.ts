import type { ObjectiveTrial } from '../../src/core/training/trial';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { localized } from '../../src/format/localized';
import { parseExperiment } from '../../src/format/parse';
import { TEMPLATES } from '../../src/format/templates';

/** The big example of the format's documentation, the half with an objective. */
const OBJECTIVE_EXAMPLE = `{
  "gdexp": 1,                        // * format version
  "title": "Crossing the Rosenbrock valley",
  "description": "Markdown (no HTML), shown in the lab and in hovers.",
  "seed": 42,
  "seeds": 5,
  "precision": "float64",
  "objective": {
    "expression": "(a - x)^2 + b*(y - x^2)^2",
    "constants": { "a": 1, "b": 100 },
    "start": { "x": -1.2, "y": 1 },
    "goal": "minimize",
    "view": { "x": [-2, 2], "y": [-1, 3] },
    "minimum": { "at": { "x": 1, "y": 1 }, "value": 0 },
    "gradientNoise": 0
  },
  "training": { "clipNorm": null, "clipValue": 5 },
  "dialect": "torch",
  "optimizers": [
    { "type": "sgd", "learningRate": 0.001, "momentum": 0.9, "nesterov": true, "label": "NAG" },
    { "type": "adam", "learningRate": { "schedule": "cosine", "initial": 0.01, "steps": 1000 } },
    { "type": "rmsprop", "dialect": "keras" }
  ],
  "variants": [
    { "label": "two starts", "set": { "/objective/start": [[-1.2, 1], { "x": 0, "y": 0 }] } },
    { "label": "faster", "set": { "/optimizers/NAG/learningRate": 0.002, "/seed": 7 } },
  ],
  "stop": { "steps": 1000, "gradientNorm": 1e-6, "loss": null, "change": null, "seconds": null },
  "diagnostics": { "tier": "standard", "every": 1 },
  "expect": [
    { "optimizer": "NAG", "verdict": "converged", "loss": "< 1e-6", "steps": "<= 800" },
    { "optimizer": "adam", "variant": "faster", "status": "completed", "criticalPoint": "none", "parameters": [[1, 1], 1e-3] }
  ]
}
`;

/** The half with a model. */
const MODEL_EXAMPLE = `{
  "gdexp": 1,
  "title": { "en": "Irises", "ko": "붓꽃" },
  "precision": "float32",
  "data": {
    "csv": "data/iris.csv",
    "features": ["petal_length", { "column": "petal_width", "powers": 3 }],
    "target": "species",
    "imageShape": [8, 8, 1],
    "scale": "none", "scaleTarget": "standardize",
    "validation": 0.2,
    "test": { "csv": "data/test.csv" },
    "stratify": false, "shuffle": true,
    "augment": { "noise": 0.05, "shift": 1, "flip": "horizontal", "mixup": 0.2 }
  },
  "model": {
    "initializer": { "normal": 0.1 },
    "weights": "init.npz",
    "layers": [
      { "type": "conv2d", "filters": 16, "kernel": 3, "stride": 1, "padding": "same", "activation": "relu", "bias": true, "name": "conv1" },
      { "type": "conv2d", "fixed": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] },
      { "type": "maxPool2d", "size": 2 },
      { "type": "flatten" },
      { "type": "batchNorm" },
      { "type": "layerNorm" },
      { "type": "dropout", "rate": 0.5 },
      { "type": "gaussianNoise", "stddev": 0.1 },
      { "type": "activation", "activation": "relu" },
      { "type": "dense", "units": 64, "activation": "relu", "repeat": 2, "trainable": true, "initializer": "heNormal" },
      { "type": "dense", "units": 3, "activation": "softmax" }
    ]
  },
  "loss": { "type": "categoricalCrossentropy", "labelSmoothing": 0.1 },
  "metrics": ["accuracy"],
  "regularization": { "l1": 0, "l2": 0, "weightNoise": 0 },
  "training": { "batchSize": 32, "epochs": 20, "shuffle": true, "clipNorm": null, "clipValue": null },
  "predict": [[4]],
  "evaluate": {
    "crossValidation": { "folds": 5 },
    "bootstrap": { "rounds": 20 },
    "boosting": { "rounds": 10, "shrinkage": 0.1 }
  },
  "optimizers": [
    { "type": "sgd", "learningRate": 0.001, "momentum": 0.9, "nesterov": true, "label": "NAG" },
    { "type": "adam", "learningRate": { "schedule": "cosine", "initial": 0.01, "steps": 20, "unit": "epoch" } },
    { "type": "lamb" }, { "type": "muon", "momentum": 0.9 }
  ],
  "variants": [
    { "label": "batch 1", "set": { "/training/batchSize": 1 } },
    { "label": "full batch", "set": { "/training/batchSize": "full" } }
  ],
  "sweep": {
    "learningRate": { "from": 0.001, "factor": 3, "count": 7 },
    "refine": 1,
    "metric": "stepsTo:1e-6"
  },
  "stop": { "patience": 5, "minDelta": 0, "monitor": "validationLoss", "restoreBest": true },
  "diagnostics": { "tier": "full", "every": 1 },
  "expect": [
    { "optimizer": "adam", "variant": "batch 1", "accuracy": ">= 0.95", "validationLoss": "< 0.3", "testLoss": "< 1", "predict": [[8], 0.01] }
  ]
}
`;

const bowl = (rest: string, optimizers = '[{ "type": "sgd" }]'): string => `{ "gdexp": 1, "objective": { "expression": "x^2 + y^2", "start": [1, 2] }, "optimizers": ${optimizers}${rest} }`;
const read = (text: string, maxRuns?: number) => {
  const { problems, experiment } = parseExperiment(text, { maxRuns });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return experiment!;
};

describe('the examples of the format', () => {
  test('objective: everything is resolved', () => {
    const experiment = read(OBJECTIVE_EXAMPLE);
    expect(experiment).toMatchObject({ title: 'Crossing the Rosenbrock valley', seed: 42, seeds: 5, dialect: 'torch', kind: 'objective', refusal: null });
    // (2 starts + 1 start) × 3 optimizers × 5 seeds.
    expect(experiment.trials).toHaveLength(45);
    expect(new Set(experiment.trials.map(({ id }) => id)).size).toBe(45);
    const [first] = experiment.trials;
    expect(first).toMatchObject({ label: 'NAG', optimizerIndex: 0, variant: 'two starts', variantIndex: 0, startIndex: 0, start: [-1.2, 1], seed: 42, clipNorm: null, clipValue: 5 });
    expect((first as ObjectiveTrial).objective).toEqual({
      function: { kind: 'expression', expression: '(a - x)^2 + b*(y - x^2)^2', constants: { a: 1, b: 100 } },
      goal: 'minimize', view: [[-2, 2], [-1, 3]], minima: [{ at: [1, 1], value: 0 }], gradientNoise: 0,
    });
    expect(first.optimizer).toEqual({ type: 'sgd', dialect: 'torch', learningRate: 0.001, momentum: 0.9, dampening: 0, nesterov: true, weightDecay: 0 });
    expect(first.stop).toEqual({ steps: 1000, gradientNorm: 1e-6, loss: null, change: null, seconds: null });
    expect(experiment.trials.slice(0, 6).map(({ seed }) => seed)).toEqual([42, 43, 44, 45, 46, 42]);
    expect(experiment.trials.slice(15, 16)[0]).toMatchObject({ startIndex: 1, start: [0, 0] });
    expect(experiment.trials[30]).toMatchObject({ variant: 'faster', seed: 7, optimizer: { learningRate: 0.002 } });
    expect(experiment.variants[0].optimizers.map(({ label }) => label)).toEqual(['NAG', 'adam', 'rmsprop']);
    expect(experiment.variants[0].optimizers[1].spec.learningRate).toEqual({ schedule: 'cosine', initial: 0.01, final: 0, steps: 1000, unit: 'step' });
    expect(experiment.variants[0].optimizers[2].defaulted).toContain('/optimizers/2/rho');
    expect(experiment.variants[0].optimizers[0].defaulted).toEqual(['/optimizers/0/dampening', '/optimizers/0/weightDecay']);
    expect(experiment.expect.map(({ line, optimizer }) => [line, optimizer])).toEqual([[31, 'NAG'], [32, 'adam']]);
    expect([...experiment.expect[0].conditions]).toEqual([['verdict', 'converged'], ['loss', '< 1e-6'], ['steps', '<= 800']]);
  });

  test('model: every run with its folds, rounds and boosting', () => {
    const experiment = read(MODEL_EXAMPLE);
    expect(experiment).toMatchObject({ kind: 'model', refusal: null });
    const models = experiment.trials.flatMap((trial) => (trial.kind === 'model' ? [trial] : []));
    expect(models).toHaveLength(experiment.trials.length);
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    expect(experiment.variants[0].stop).toMatchObject({ steps: null, gradientNorm: null });
  });

  test.each<[string, string, string, RegExp]>([
    ['a cross-entropy without its activation', '"activation": "softmax"', '"activation": "relu"', /softmax/],
    ['two sources', '"csv": "data/iris.csv",', '"csv": "data/iris.csv", "generate": "moons",', /one place only/],
    ['a table without target', '"target": "species",', '', /target/],
    ['a kernel missing', '"filters": 16, "kernel": 3,', '"filters": 16,', /kernel/],
    ['an unknown layer', '"type": "flatten"', '"type": "flaten"', /flatten/],
    ['a name given twice', '{ "type": "flatten" }', '{ "type": "flatten", "name": "conv1" }', /conv1/],
    ['a rate of dropout', '"rate": 0.5', '"rate": 1', /less than 1/],
    ['a batch of nothing', '"batchSize": 32', '"batchSize": 0', /at least 1/],
    ['no loss', '"loss": { "type": "categoricalCrossentropy", "labelSmoothing": 0.1 },', '', /"loss"/],
    ['a fixed kernel that is ragged', '[-2, 0, 2]', '[-2, 2]', /2 values/],
    ['a field of another source', '"stratify": false,', '"nonZeros": 4,', /multiHot/],
    ['a fold too few', '"folds": 5', '"folds": 1', /at least 2/],
    ['no shape for a picture', '"imageShape": [8, 8, 1],', '', /imageShape/],
    ['a sweep of no metric', '"stepsTo:1e-6"', '"steps"', /stepsTo/],
    ['a critical point of a network', '"accuracy": ">= 0.95",', '"criticalPoint": "minimum",', /objective/],
  ])('model with %s', (_name, from, to, says) => {
    expect(MODEL_EXAMPLE).toContain(from);
    const { problems, experiment } = parseExperiment(MODEL_EXAMPLE.replace(from, to));
    expect(experiment).toBeNull();
    expect(problems.map(({ message }) => message).join('\n')).toMatch(says);
  });
});

test('defaults of an objective', () => {
  const [trial] = read(bowl('')).trials;
  expect(trial).toMatchObject({
    label: 'sgd', variant: null, variantIndex: null, seed: 0, sweep: null, clipNorm: null, clipValue: null,
    stop: { steps: 1000, gradientNorm: 1e-6, loss: null, change: null, seconds: null }, diagnostics: { tier: 'standard', every: 1 },
    objective: { goal: 'minimize', gradientNoise: 0, view: null, minima: [] },
  });
  expect(read(bowl(', "stop": { "gradientNorm": null }')).trials[0].stop).toMatchObject({ steps: 1000, gradientNorm: null });
});

test('labels are made unique and never take one that is written', () => {
  const { variants } = read(bowl('', '[{ "type": "adam" }, { "type": "adam" }, { "type": "sgd", "label": "adam 2" }, { "type": "adam" }]'));
  expect(variants[0].optimizers.map(({ label }) => label)).toEqual(['adam', 'adam 3', 'adam 2', 'adam 4']);
});

test('runs over the cap are refused with the arithmetic', () => {
  const text = bowl(', "seeds": 4, "variants": [{ "label": "a", "set": {} }, { "label": "b", "set": { "/stop/steps": 5 } }]', '[{ "type": "sgd" }, { "type": "adam" }]');
  expect(read(text, 16).trials).toHaveLength(16);
  const { refusal, trials } = read(text, 15);
  expect(trials).toEqual([]);
  expect(refusal).toMatch(/2 .*× 1 .*× 2 .*× 4 .*= 16 .*15/);
  expect(read(bowl(', "seeds": 100000')).refusal).toMatch(/100000/);
});

test('what needs an engine of later is refused, not an error', () => {
  expect(read(bowl(', "precision": "float32"')).refusal).toMatch(/float64/);
});

test('a sweep runs every optimizer at every combination of its values, each with the seeds', () => {
  const { trials, sweep } = read(bowl(', "seeds": 2, "sweep": { "learningRate": { "from": 0.1, "factor": 2, "count": 3 }, "/stop/steps": [5, 7], "refine": 1 }'));
  expect(trials).toHaveLength(3 * 2 * 2 * new Set(trials.map(({ label }) => label)).size);
  expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length);
  expect(trials.map(({ optimizer, stop }) => [optimizer.learningRate, stop.steps])).toContainEqual([0.4, 7]);
  expect(trials.every(({ sweep: point, optimizer, stop }) => point?.learningRate === optimizer.learningRate && point['/stop/steps'] === stop.steps)).toBe(true);
  expect(sweep).toMatchObject({ refine: 1, metric: 'loss', axes: [{ name: 'learningRate', values: [0.1, 0.2, 0.4] }, { name: '/stop/steps', values: [5, 7] }] });
});

test('a variant may set what the file leaves out, and an override leaves the file alone', () => {
  const { variants } = read(bowl(', "variants": [{ "label": "a", "set": { "/stop/steps": 5, "/training/clipNorm": 2, "/optimizers/-": { "type": "lion" } } }, { "label": "b", "set": {} }]'));
  expect(variants[0]).toMatchObject({ label: 'a', index: 0, clipNorm: 2, stop: { steps: 5, gradientNorm: 1e-6 } });
  expect(variants[0].optimizers.map(({ label }) => label)).toEqual(['sgd', 'lion']);
  expect(variants[1]).toMatchObject({ clipNorm: null, stop: { steps: 1000 } });
  expect(variants[1].optimizers).toHaveLength(1);
});

test.each(readdirSync('examples').filter((name) => name.endsWith('.gdexp')))('examples/%s is valid and runs', (name) => {
  const { problems, experiment } = parseExperiment(readFileSync(`examples/${name}`, 'utf8'));
  expect(problems).toEqual([]);
  expect(experiment?.refusal).toBeNull();
  expect(experiment?.trials.length).toBeGreaterThan(0);
});

test.each(TEMPLATES)('template $id is valid, runs and has a title in both languages', ({ text, title, description }) => {
  const { problems, experiment } = parseExperiment(text());
  expect(problems).toEqual([]);
  expect(experiment?.refusal).toBeNull();
  expect(text()).toContain('//');
  for (const each of [title, description]) expect(localized(each, 'ko')).not.toBe(localized(each, 'en'));
});

test.each([['en', 'E'], ['ko-KR', 'K'], ['ko', 'K'], ['de', 'E'], ['toString', 'E']])('text in %s', (locale, expected) => {
  expect(localized({ en: 'E', ko: 'K' }, locale)).toBe(expected);
  expect(localized('plain', locale)).toBe('plain');
  expect(localized(null, locale)).toBe('');
});
