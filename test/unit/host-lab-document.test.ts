import { describe, expect, it } from 'vitest';
import { applyChanges, editText } from '../../src/format/edits';
import { parseExperiment } from '../../src/format/parse';
import { labDocument } from '../../src/host/editor/labDocument';

const shown = (file: object) => labDocument({ parsed: parseExperiment(JSON.stringify(file)), lastGood: null, version: 1, fileName: 'a.gdexp', language: 'en', editable: true });
const base = { gdexp: 1, objective: { function: 'sphere', dimension: 2, start: [3, 2] }, optimizers: [{ type: 'sgd', learningRate: 0.1 }, { type: 'adam' }] };

describe('the objectives of a document', () => {
  it('are one where variants change something else', () => {
    const { objective, objectives, series } = shown({ ...base, variants: [{ label: 'a', set: {} }, { label: 'b', set: { '/optimizers/0/learningRate': 0.2 } }] });
    expect(objectives).toEqual([objective]);
    expect(series.map((one) => one.objective)).toEqual([0, 0, 0, 0]);
  });

  it('are one a variant where it changes the function, and of one surface where it changes noise or start', () => {
    const { objectives, series } = shown({
      ...base, variants: [
        { label: 'a', set: {} }, { label: 'noise', set: { '/objective/gradientNoise': 1 } }, { label: 'start', set: { '/objective/start': [1, 1] } }, { label: 'beale', set: { '/objective': { function: 'beale', start: [1, 1.5] } } },
      ],
    });
    expect(series.map((one) => one.objective)).toEqual([0, 0, 0, 0, 1, 1, 2, 2]);
    expect(objectives.map((one) => [one.function, one.starts[0]])).toEqual([['sphere', [3, 2]], ['sphere', [1, 1]], ['beale', [1, 1.5]]]);
    expect(objectives[1].surface).toBe(objectives[0].surface);
    expect(objectives[2].surface).not.toBe(objectives[0].surface);
  });
});

describe('the sweep of a document', () => {
  const sweep = { learningRate: { from: 0.001, factor: 3, count: 3 }, refine: 2 };

  it('has round values, and writes each optimizer’s own field', () => {
    const [axis] = shown({ ...base, sweep }).sweep!.axes;
    expect(axis.values).toEqual([0.001, 0.003, 0.009]);
    expect(axis.paths).toEqual({ '0/0': '/optimizers/0/learningRate', '0/1': '/optimizers/1/learningRate' });
  });

  it('of variants writes what holds for that variant alone, and then trains exactly what the sweep did', () => {
    const file = { ...base, variants: [{ label: 'a', set: { '/optimizers/0/learningRate': 0.2 } }, { label: 'b', set: { '/optimizers/0': { type: 'sgd', momentum: 0.9 } } }], sweep };
    const document = shown(file);
    const [{ paths }] = document.sweep!.axes;
    expect(paths).toEqual({
      '0/0': '/variants/0/set/~1optimizers~10~1learningRate', '0/1': '/variants/0/set/~1optimizers~11~1learningRate',
      '1/0': '/variants/1/set/~1optimizers~10/learningRate', '1/1': '/variants/1/set/~1optimizers~11~1learningRate',
    });
    const text = JSON.stringify(file, null, 2);
    const used = Object.entries(paths).map(([key, path], i) => ({ key, path, value: [0.001, 0.003, 0.009, 0.001][i] }));
    const edited = parseExperiment(applyChanges(text, editText(text, [...used, { path: '/sweep', value: undefined }])));
    expect(edited.problems).toEqual([]);
    const trials = edited.experiment!.trials;
    const swept = parseExperiment(text).experiment!.trials;
    for (const { key, value } of used) {
      const of = (trial: (typeof trials)[number]): boolean => `${trial.variantIndex}/${trial.optimizerIndex}` === key;
      const [own] = trials.filter(of);
      expect(own.optimizer).toEqual(swept.find((trial) => of(trial) && trial.sweep!['learningRate'] === value)!.optimizer);
    }
  });
});
