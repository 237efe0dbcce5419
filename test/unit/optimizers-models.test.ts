import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/format/parse';

interface Parts {
  readonly optimizer: string;
  readonly batchSize?: string;
  readonly layers?: string;
  readonly augment?: string;
  readonly weightNoise?: number;
}

const file = ({ optimizer, batchSize = '"full"', layers = '', augment = '', weightNoise = 0 }: Parts): string => `{ "gdexp": 1,
"data": { "inline": { "x": [[1], [2], [3]], "y": [2, 4, 6] }${augment} },
"model": { "layers": [${layers}{ "type": "dense", "units": 1 }] },
"loss": "meanSquaredError",
"regularization": { "weightNoise": ${weightNoise} },
"training": { ${batchSize === '' ? '' : `"batchSize": ${batchSize}, `}"epochs": 5 },
"optimizers": [${optimizer}]
}`;
const errors = (parts: Parts): string[] => parseExperiment(file(parts)).problems.filter(({ severity, message }) => severity === 'error' && /compares|version|matrices/.test(message)).map(({ message }) => message);

describe('optimizers of a model', () => {
  for (const type of ['lbfgs', 'newton', 'conjugateGradient', 'gradientDescent']) {
    const optimizer = `{ "type": "${type}" }`;
    it(`${type} needs the full batch and nothing random`, () => {
      expect(errors({ optimizer })).toEqual([]);
      expect(errors({ optimizer, augment: ', "augment": { "noise": 0 }' })).toEqual([]);
      for (const batchSize of ['2', '']) expect(errors({ optimizer, batchSize })).toEqual([expect.stringContaining('"batchSize": "full"')]);
      expect(errors({ optimizer, layers: '{ "type": "dropout", "rate": 0.5 }, ' })).toEqual([expect.stringContaining('"dropout"')]);
      expect(errors({ optimizer, layers: '{ "type": "gaussianNoise", "stddev": 0.5 }, ' })).toEqual([expect.stringContaining('"gaussianNoise"')]);
      expect(errors({ optimizer, augment: ', "augment": { "noise": 0.1 }' })).toEqual([expect.stringContaining('"augment"')]);
      expect(errors({ optimizer, weightNoise: 0.1 })).toEqual([expect.stringContaining('"weightNoise"')]);
    });
  }

  it('others take any batch, and those of layers are at home', () => {
    for (const type of ['sgd', 'adam', 'sophia', 'lamb', 'muon']) expect(errors({ optimizer: `{ "type": "${type}" }`, batchSize: '2' })).toEqual([]);
    expect(errors({ optimizer: '{ "type": "lamb", "dialect": "keras" }' })).toEqual([]);
  });

  it('no one version of Keras’s Muon is taken for all', () => {
    expect(errors({ optimizer: '{ "type": "muon", "dialect": "keras" }' })).toEqual([expect.stringContaining('"dialect": "paper"')]);
  });

  it('a formula has no matrices for muon', () => {
    const { problems } = parseExperiment('{ "gdexp": 1, "objective": { "function": "sphere" }, "optimizers": [{ "type": "muon" }, { "type": "lamb" }] }');
    expect(problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([expect.stringContaining('a formula has no matrices')]);
  });
});
