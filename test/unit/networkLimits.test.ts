import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program';
import { planModel } from '../../src/core/training/modelPlan';
import { leastSize } from '../../src/core/training/modelSize';
import { inputShape } from '../../src/format/modelShape';
import { parseExperiment, type ParseOptions } from '../../src/format/parse';
import { trialOf } from './diagnostics/networkRuns';

const softmax = { type: 'dense', units: 3, activation: 'softmax' };
const file = (more: object): string => JSON.stringify({
  gdexp: 1, data: { generate: 'blobs', samples: 1000, columns: 20, classes: 3 }, model: { layers: [{ type: 'dense', units: 500, activation: 'relu' }, softmax] },
  loss: 'categoricalCrossentropy', optimizers: [{ type: 'adam' }], training: { epochs: 1 }, ...more,
});
const refusalOf = (text: string, options: ParseOptions): string | null => {
  const { experiment, problems } = parseExperiment(text, options);
  expect(problems).toEqual([]);
  expect(experiment!.trials.length === 0).toBe(experiment!.refusal !== null);
  return experiment!.refusal;
};

describe('The memory of a network as the file alone tells it', () => {
  it.each([
    ['dense layers', {}],
    ['parts taken off', { data: { generate: 'blobs', samples: 900, columns: 20, classes: 3, validation: 0.3, test: 100 }, training: { epochs: 1, batchSize: 'full' } }],
    ['normalizations and dropout', { model: { layers: [{ type: 'dense', units: 50 }, { type: 'batchNorm' }, { type: 'layerNorm' }, { type: 'dropout', rate: 0.5 }, softmax] } }],
    ['pictures', { data: { inline: { x: Array.from({ length: 40 }, (_, i) => Array.from({ length: 64 }, (_e, j) => (i * j) % 7)), y: Array.from({ length: 40 }, (_, i) => i % 3) }, imageShape: [8, 8, 1] }, model: { layers: [{ type: 'conv2d', filters: 4, kernel: 3 }, { type: 'maxPool2d' }, { type: 'flatten' }, softmax] } }],
    ['penalties, in float64, by lbfgs', { precision: 'float64', regularization: { l2: 0.1 }, training: { epochs: 1, batchSize: 'full' }, optimizers: [{ type: 'lbfgs' }] }],
  ])('of %s is what the run will take', async (_name, more) => {
    const { trial, datasets } = await trialOf(file(more));
    const { size, split } = planModel(trial, datasets, undefined);
    const least = leastSize(trial, inputShape(trial.data)!, split.training.rows.length, false)!;
    expect(least.parameters).toBe(size.parameters);
    expect(least.rows).toBe(size.rows);
    expect(least.network).toBe(size.network);
    // What the optimizer keeps in the kernels' memory is counted only once it is made.
    expect(least.optimizer).toBeLessThanOrEqual(size.optimizer);
    expect(least.optimizer).toBeGreaterThan(0);
    const total = least.network + least.optimizer;
    expect(refusalOf(file(more), { networkBytes: total })).toBeNull();
    expect(refusalOf(file(more), { networkBytes: total - 1 })).toMatch(new RegExp(`^Too much memory: ${size.parameters} parameters take .* with ${size.rows} rows at a time`));
  });

  it('of rows in files that have not been read is that of one row, and nothing is said where sizes are not known', () => {
    const pictures = { data: { npz: 'none.npz', x: 'x', y: 'y', imageShape: [28, 28, 1] }, model: { layers: [{ type: 'flatten' }, { type: 'dense', units: 1000, activation: 'relu' }, softmax] } };
    // 784 · 1000 + 1000 + 1000 · 3 + 3 parameters; weights, gradient and two vectors of a Hessian-vector product, and six that are measured, of four bytes each.
    const parameters = 788_003;
    expect(refusalOf(file(pictures), { networkBytes: 40 * parameters })).toMatch(/788003 parameters .* with 1 rows/);
    expect(refusalOf(file(pictures), { networkBytes: 44 * parameters })).toBeNull();
    expect(refusalOf(file({ data: { csv: 'none.csv', target: 'y' } }), { networkBytes: 1 })).toBeNull();
  });

  it('counts every variant and every value of a sweep', () => {
    const options = { networkBytes: 5e6 };
    expect(refusalOf(file({}), options)).toBeNull();
    expect(refusalOf(file({ variants: [{ label: 'small', set: {} }, { label: 'large', set: { '/training/batchSize': 'full' } }] }), options)).toMatch(/with 1000 rows/);
    expect(refusalOf(file({ sweep: { '/training/batchSize': [1, 32, 800] } }), options)).toMatch(/with 800 rows/);
  });
});

describe('The command line', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gdexp-limits-'));
    await writeFile(path.join(folder, 'rows.csv'), 'a,b,y\n1,2,u\n2,1,v\n3,3,w\n4,5,u\n');
    await writeFile(path.join(folder, 'csv.gdexp'), file({ data: { csv: 'rows.csv', target: 'y' } }));
    await writeFile(path.join(folder, 'made.gdexp'), file({}));
    await writeFile(path.join(folder, 'gone.gdexp'), file({ data: { npz: 'gone.npz', x: 'x', y: 'y', imageShape: [500, 500, 1] }, model: { layers: [{ type: 'flatten' }, { type: 'dense', units: 100 }, softmax] } }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const gdexp = async (...args: string[]): Promise<{ readonly code: number; readonly told: string }> => {
    let told = '';
    const write = (text: string): void => void (told += text);
    const code = await runProgram(args, { out: write, err: write, cwd: folder, locale: 'en', color: false, workerFile: null, signal: new AbortController().signal });
    return { code, told };
  };

  it('has the caps as options, checked before data are read', async () => {
    expect((await gdexp('run', 'made.gdexp')).code).toBe(0);
    expect(await gdexp('run', 'made.gdexp', '--max-parameters', '12002')).toEqual({ code: 2, told: expect.stringMatching(/dense1 10500 \+ dense2 1503 = 12003, and at most 12002 are allowed/) as string });
    expect((await gdexp('run', 'made.gdexp', '--max-parameters', '12003')).code).toBe(0);
    expect(await gdexp('run', 'gone.gdexp', '--network-memory', '900')).toEqual({ code: 2, told: expect.stringMatching(/Too much memory: 25000403 parameters/) as string });
    expect(await gdexp('run', 'gone.gdexp', '--network-memory', '3000')).toEqual({ code: 2, told: expect.stringMatching(/gone\.npz/) as string });
    expect((await gdexp('check', 'made.gdexp', '--max-parameters', '10')).told).toMatch(/valid, but: Too many parameters/);
    expect((await gdexp('export', 'made.gdexp', '--to', 'npz', '-o', 'w.npz', '--max-parameters', '10')).told).toMatch(/Too many parameters/);
  });

  it('checks what the data decide once they are read', async () => {
    expect((await gdexp('run', 'csv.gdexp')).code).toBe(0);
    expect(await gdexp('run', 'csv.gdexp', '--max-parameters', '3002')).toEqual({ code: 2, told: expect.stringMatching(/dense1 1500 \+ dense2 1503 = 3003/) as string });
    expect(await gdexp('export', 'csv.gdexp', '--to', 'json', '--max-parameters', '3002')).toEqual({ code: 2, told: expect.stringMatching(/3003/) as string });
    await writeFile(path.join(folder, 'wide.gdexp'), file({ data: { csv: 'rows.csv', target: 'y' }, model: { layers: [{ type: 'dense', units: 100_000 }, softmax] } }));
    expect(await gdexp('run', 'wide.gdexp', '--network-memory', '20')).toEqual({ code: 2, told: expect.stringMatching(/Too much memory: .*run\(s\) at the same time.* at most 20 MB/) as string });
  });

  it('takes whole numbers only', async () => {
    for (const value of ['0', '-1', 'much', '1.5']) expect((await gdexp('run', 'made.gdexp', '--network-memory', value)).code).toBe(2);
  });
});
