import { describe, expect, it } from 'vitest';
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
