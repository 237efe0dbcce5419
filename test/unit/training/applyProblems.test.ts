import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApplyRequest } from '../../../src/core/training/apply';
import type { ModelTrial } from '../../../src/core/training/trial';
import type { WorkerResponse } from '../../../src/protocol/training';
import { RunProblemError } from '../../../src/worker/refusedData';
import { TrainingServer } from '../../../src/worker/serve';
import { errorText } from '../../../src/wording/modelProblems';
import { trialOf } from '../diagnostics/networkRuns';

const numbers = { gdexp: 1, data: { generate: 'linear', samples: 20, columns: 2, validation: 5 }, model: { layers: [{ type: 'dense', units: 1 }] }, loss: 'meanSquaredError', optimizers: [{ type: 'sgd' }], training: { epochs: 1 } };
const sparse = { ...numbers, data: { generate: 'multiHot', samples: 20, columns: 9, nonZeros: 2, classes: 2 }, model: { layers: [{ type: 'dense', units: 1, activation: 'sigmoid' }] }, loss: 'binaryCrossentropy' };
const wide = { ...numbers, data: { generate: 'linear', samples: 4, columns: 120_000, imageShape: [2, 2, 30_000] }, model: { layers: [{ type: 'conv2d', filters: 1, kernel: 2 }, { type: 'flatten' }] } };

/** What a worker answers, as the error that its asker gets; null where it answers. */
async function asked(file: object, what: ApplyRequest, weights?: number): Promise<Error | null> {
  const { trial, datasets } = await trialOf(JSON.stringify(file));
  const answers: WorkerResponse[] = [];
  const server = new TrainingServer((message) => answers.push(message));
  await server.handle({ type: 'dataset', key: 'd', datasets });
  await server.handle({ type: 'apply', id: 1, trial, dataset: 'd', weights: new Float64Array(weights ?? parametersOf(trial)), what });
  const [answer] = answers;
  if (answer.type !== 'error') return null;
  // What crosses to the host is plain data.
  const { message, problem } = structuredClone(answer);
  return problem ? new RunProblemError(message, problem) : new Error(message);
}
const parametersOf = ({ data: { source } }: ModelTrial): number => (source.kind === 'generate' ? source.columns + 1 : 0);

const surface = (more: object = {}): ApplyRequest => ({ kind: 'surface', first: 0, second: 1, x: [0, 1], y: [0, 1], width: 3, height: 3, ...more });
const CASES: readonly [string, object, ApplyRequest, number | undefined, RegExp][] = [
  ['weights of another network', numbers, surface(), 2, /These weights are 2 numbers and the network has 3/],
  ['rows of a part that is not there', numbers, { kind: 'rows', part: 'test', from: 0, count: 3 }, undefined, /There are no rows to test on/],
  ['too fine a picture', numbers, surface({ width: 1000, height: 1000 }), undefined, /at 1000000 places, and at most 262144/],
  ['a feature that is not there', numbers, surface({ second: 7 }), undefined, /The data have 2 features/],
  ['a surface over sparse rows', sparse, surface(), undefined, /sparse rows cannot be drawn/],
  ['a confusion of numbers', numbers, { kind: 'confusion', part: 'training' }, undefined, /counts classes/],
  ['a row that is not there', numbers, { kind: 'sample', part: 'validation', index: 5 }, undefined, /There are 5 rows in this part/],
  ['a direction of another network', numbers, { kind: 'plane', first: new Float64Array(3), second: new Float64Array(2), a: [0, 1], b: [0, 1], width: 2, height: 2, rows: 9 }, undefined, /A direction of 2 numbers was asked for, and the network has 3/],
  ['a convolution beyond the kernels', wide, { kind: 'parameters' }, 120_001, /A convolution of 2 × 2 over 30000 channels of a width of 2 to 1 filters is too large/],
];

describe('A network that cannot be asked says so in a sentence', () => {
  it('and answers what it can be asked', async () => {
    expect(await asked(numbers, surface())).toBeNull();
    expect(await asked(sparse, { kind: 'rows', part: 'training', from: 0, count: 3 })).toBeNull();
  });

  it.each(CASES)('%s', async (_name, file, what, weights, sentence) => {
    expect(errorText(await asked(file, what, weights))).toMatch(sentence);
  });

  describe('also in Korean', () => {
    beforeAll(() => l10n.config({ contents: readFileSync(path.resolve(import.meta.dirname, '../../../l10n/bundle.l10n.ko.json'), 'utf8') }));
    afterAll(() => l10n.config({ contents: {} }));

    it.each(CASES)('%s', async (_name, file, what, weights) => {
      const text = errorText(await asked(file, what, weights));
      expect(text).toMatch(/[\uac00-\ud7a3]{2}/);
      expect(text).not.toMatch(/[a-z]{3}/);
    });
  });

  it('other errors keep their words', () => {
    expect(errorText(new Error('out of luck'))).toBe('out of luck');
    expect(errorText('no luck')).toBe('no luck');
  });
});
