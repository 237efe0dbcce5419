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
  const [{ dataProblemText }, { nearest }, { filesOf }] = await Promise.all([import('../../src/wording/data'), import('../../src/format/nearest'), import('../../src/loaders/load')]);
  return { experiments: () => ({ dataProblemText, nearest, filesOf }) };
});
const { DataService } = await import('../../src/host/runs/dataService');

const TEXT = JSON.stringify({
  gdexp: 1, data: { csv: 'flowers.csv', target: 'spceies' }, model: { layers: [{ type: 'dense', units: 1 }] }, loss: 'meanSquaredError', training: { epochs: 1 }, optimizers: [{ type: 'sgd', learningRate: 0.1 }],
});

describe('data that a worker refuses', () => {
  it('are told of with the nearest name, as on the command line', async () => {
    const load = () => Promise.reject(new RefusedDataError({ problem: { code: 'unknownColumn', name: 'spceies', names: ['width', 'species'] }, file: null, line: null }));
    const data = new DataService(() => ({ load }) as never, { warn: () => undefined } as never, { pathOf: null } as never);
    const document = URI.file('/a.gdexp');
    const trial = parseExperiment(TEXT).experiment!.trials[0] as ModelTrial;
    const sentence = 'There is no column "spceies". The columns are: "width", "species". Did you mean "species"?';
    await expect(data.of(document as never, trial)).rejects.toThrow(sentence);
    await vi.waitFor(() => expect(data.status(document as never, trial)).toMatchObject({ state: 'refused', problem: sentence }));
  });
});
