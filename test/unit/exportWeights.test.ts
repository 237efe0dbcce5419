import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program';
import { loadNpzArrays } from '../../src/loaders/npz';
import { openNodeFile } from '../../src/worker/nodeFile';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-weights-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function gdexp(args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await runProgram(args, { out: (text) => void (out += text), err: (text) => void (err += text), cwd: folder, locale: 'en', color: false, workerFile: null, signal: new AbortController().signal });
  return { code, out, err };
}

const arrays = (name: string) => loadNpzArrays(openNodeFile(name, path.join(folder, name)), null);

/** y = 3x − 2 exactly: a line finds it. */
const x = Array.from({ length: 20 }, (_, i) => i / 10 - 1);
const line = (rest: object = {}) => JSON.stringify({
  gdexp: 1, seed: 4, precision: 'float64', data: { inline: { x: x.map((value) => [value]), y: x.map((value) => 3 * value - 2) }, validation: 0.25 },
  model: { layers: [{ type: 'dense', units: 1, name: 'line' }] }, loss: 'meanSquaredError', training: { batchSize: 5, epochs: 200 }, optimizers: [{ type: 'sgd', learningRate: 0.2 }], ...rest,
});

describe('export --to npz', () => {
  it('writes the weights that a run ends with', async () => {
    await writeFile(path.join(folder, 'line.gdexp'), line());
    expect(await gdexp(['export', 'line.gdexp', '--to', 'npz', '-o', 'line.npz'])).toEqual({ code: 0, out: '', err: '' });
    const found = await arrays('line.npz');
    expect([...found].map(([name, { shape }]) => [name, shape])).toEqual([['line.weight', [1, 1]], ['line.bias', [1]]]);
    expect(found.get('line.weight')!.values[0]).toBeCloseTo(3, 10);
    expect(found.get('line.bias')!.values[0]).toBeCloseTo(-2, 10);
  });

  it('writes weights that another file goes on from', async () => {
    await writeFile(path.join(folder, 'next.gdexp'), line({ model: { layers: [{ type: 'dense', units: 1, name: 'line' }], weights: 'line.npz' }, training: { batchSize: 5, epochs: 1 } }));
    const { code, out } = await gdexp(['run', 'next.gdexp', '--json']);
    expect(code).toBe(0);
    expect((JSON.parse(out) as { runs: { loss: number }[] }).runs[0].loss).toBeLessThan(1e-18);
  });

  it('writes with --start what training begins with: weights, rows of the parts, an order for each epoch', async () => {
    expect(await gdexp(['export', 'line.gdexp', '--to', 'npz', '--start', '-o', 'start.npz'])).toEqual({ code: 0, out: '', err: '' });
    const found = await arrays('start.npz');
    const rows = (name: string): number[] => [...found.get(name)!.values];
    expect([...rows('rows.training'), ...rows('rows.validation')].sort((a, b) => a - b)).toEqual(x.map((_, i) => i));
    expect(rows('rows.test')).toEqual([]);
    expect(found.get('order')!.shape).toEqual([200, 15]);
    const sorted = rows('rows.training').sort((a, b) => a - b);
    for (const epoch of [0, 1, 199]) expect(rows('order').slice(15 * epoch, 15 * epoch + 15).sort((a, b) => a - b)).toEqual(sorted);
    expect(rows('order').slice(0, 15)).not.toEqual(rows('order').slice(15, 30));
    expect(Math.abs(rows('line.weight')[0])).toBeLessThanOrEqual(1);
  });

  it('asks for what is not clear', async () => {
    await writeFile(path.join(folder, 'two.gdexp'), line({ optimizers: [{ type: 'sgd', learningRate: 0.2 }, { type: 'adam', label: 'A' }] }));
    expect(await gdexp(['export', 'two.gdexp', '--to', 'npz'])).toEqual({ code: 2, out: '', err: 'two.gdexp: An npz file is not text: say where to write it with -o FILE.npz.\n' });
    expect(await gdexp(['export', 'two.gdexp', '--to', 'npz', '-o', 'two.npz'])).toEqual({ code: 2, out: '', err: 'two.gdexp: Weights are of one run: choose its optimizer with --only. There are: "sgd", "A".\n' });
    expect((await gdexp(['export', 'two.gdexp', '--to', 'npz', '-o', 'two.npz', '--only', 'A'])).code).toBe(0);
    expect((await gdexp(['export', 'two.gdexp', '--to', 'npz', '--start', '-o', 'two.npz'])).code).toBe(0);
    await writeFile(path.join(folder, 'away.gdexp'), line({ optimizers: [{ type: 'sgd', learningRate: 1e6 }] }));
    expect(await gdexp(['export', 'away.gdexp', '--to', 'npz', '-o', 'away.npz'])).toEqual({ code: 3, out: '', err: 'away.gdexp: The run of "sgd" has no weights to export: it diverged.\n' });
  });

  it('says which data are missing', async () => {
    await writeFile(path.join(folder, 'missing.gdexp'), line({ data: { csv: 'none.csv', target: 'y' } }));
    const { code, err } = await gdexp(['export', 'missing.gdexp', '--to', 'npz', '-o', 'missing.npz']);
    expect(code).toBe(2);
    expect(err).toBe('missing.gdexp: none.csv: There is no such file.\n');
    expect((await gdexp(['export', 'missing.gdexp', '--to', 'pytorch'])).out).toContain('none.csv');
  });

  it('refuses a script with its way out', async () => {
    await writeFile(path.join(folder, 'newton.gdexp'), line({ training: { batchSize: 'full', epochs: 2 }, optimizers: [{ type: 'newton' }, { type: 'sgd', learningRate: 0.1 }] }));
    expect(await gdexp(['export', 'newton.gdexp', '--to', 'keras'])).toEqual({ code: 2, out: '', err: 'newton.gdexp: Keras has nothing like "newton" (newton): such a step needs more than the gradient of one tensor. Export other optimizers with --only LABEL.\n' });
    expect((await gdexp(['export', 'newton.gdexp', '--to', 'keras', '--only', 'sgd'])).code).toBe(0);
  });
});
