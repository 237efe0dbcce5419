import { describe, expect, it, vi } from 'vitest';
import { URI, Utils } from 'vscode-uri';
import type { ModelTrial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import { RefusedDataError } from '../../src/worker/refusedData';

vi.mock('vscode', () => ({
  EventEmitter: class { readonly event = () => ({ dispose: () => undefined }); fire(): void {} dispose(): void {} },
  Uri: { joinPath: (uri: URI, ...parts: string[]) => Utils.joinPath(uri, ...parts) },
}));
vi.mock('../../src/host/runs/dataFiles', () => ({ locateDataFile: async () => ({ stamp: '1', reference: async () => ({ location: '/flowers.csv', bytes: null }) }) }));
vi.mock('../../src/host/experiments', async () => {
  const [{ dataProblemText }, { nearest }, { problemPointer }, { filesOf }] = await Promise.all([import('../../src/wording/data'), import('../../src/format/nearest'), import('../../src/format/problemPlace'), import('../../src/loaders/load')]);
  return { experiments: () => ({ dataProblemText, nearest, problemPointer, filesOf }) };
});
const { DataService } = await import('../../src/host/runs/dataService');
const { dataProblems } = await import('../../src/host/language/dataProblems');

const TEXT = JSON.stringify({
  gdexp: 1, data: { csv: 'flowers.csv', target: 'spceies' }, model: { layers: [{ type: 'dense', units: 1 }] }, loss: 'meanSquaredError', training: { epochs: 1 }, optimizers: [{ type: 'sgd', learningRate: 0.1 }],
});

describe('data that a worker refuses', () => {
  it('are told of with the nearest name, as on the command line', async () => {
    const load = () => Promise.reject(new RefusedDataError({ problem: { code: 'unknownColumn', name: 'spceies', names: ['width', 'species'] }, file: null, line: null }));
    const data = new DataService(() => ({ load }) as never, { warn: () => undefined } as never, { pathOf: null } as never);
    const document = URI.file('/a.gdexp');
    const parsed = parseExperiment(TEXT);
    const trial = parsed.experiment!.trials[0] as ModelTrial;
    const sentence = 'There is no column "spceies". The columns are: "width", "species". Did you mean "species"?';
    await expect(data.of(document as never, trial)).rejects.toThrow(sentence);
    await vi.waitFor(() => expect(data.status(document as never, trial)).toMatchObject({ state: 'refused', problem: sentence }));
    expect(data.refusal(document as never, trial)).toEqual({ problem: sentence, pointer: '/data/target' });
    const [problem] = dataProblems(parsed, (each) => data.refusal(document as never, each));
    expect(problem).toMatchObject({ severity: 'error', message: sentence, path: '/data/target' });
    expect(TEXT.slice(problem.offset, problem.offset + problem.length)).toBe('"spceies"');
  });
});
