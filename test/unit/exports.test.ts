import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program';
import { RecordBuilder } from '../../src/core/training/record';
import { DEPENDENCIES } from '../../src/core/training/dependencies';
import { runTrial } from '../../src/core/training/run';
import type { ModelTrial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import { loadDatasets } from '../../src/loaders/load';
import { isClassification } from '../../src/core/nn/classification';
import { openNodeFile } from '../../src/worker/nodeFile';
import { EXPORT_CASES } from './exportExperiments';

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples');
const PYTHON = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null;
const TORCH = PYTHON !== null && spawnSync(PYTHON, ['-c', 'import torch, numpy']).status === 0;
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-exports-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function gdexp(args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await runProgram(args, { out: (text) => void (out += text), err: (text) => void (err += text), cwd: folder, locale: 'en', color: false, workerFile: null, signal: new AbortController().signal });
  return { code, out, err };
}

interface Losses {
  readonly batches: Float64Array;
  readonly epochs: readonly Readonly<Record<string, number>>[];
}

/** What each run of a file is found to be by the product itself. */
async function ours(text: string): Promise<Map<string, Losses>> {
  const { experiment, problems } = parseExperiment(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const found = new Map<string, Losses>();
  for (const trial of experiment!.trials as ModelTrial[]) {
    const datasets = await loadDatasets(trial.data, trial.seed, (name) => openNodeFile(name, path.join(examples, name)), { classification: isClassification(trial.loss), shared: false });
    const builder = new RecordBuilder();
    const summary = runTrial(trial, { rows: (rows) => builder.append(rows), interval: Infinity, cancelled: () => false, now: () => 0, tryRemedies: false }, { ...DEPENDENCIES, datasets: () => datasets });
    expect(summary.status, `${trial.label}: ${summary.reason.detail}`).not.toBe('failed');
    const record = builder.build();
    const { columns, rows } = record.epochs!;
    found.set(trial.label, { batches: record.columns.loss, epochs: Array.from({ length: rows }, (_, i) => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]]))) });
  }
  return found;
}

/** What a script has printed, by label. */
function printed(text: string): Map<string, { readonly batches: number[]; readonly epochs: Record<string, number>[] }> {
  const found = new Map<string, { batches: number[]; epochs: Record<string, number>[] }>();
  let current = { batches: [] as number[], epochs: [] as Record<string, number>[] };
  for (const line of text.split('\n')) {
    const batch = /^ {2}batch \d+ {2}loss (\S+)$/.exec(line);
    const epoch = /^ {2}epoch \d+ {2}(.*)$/.exec(line);
    if (batch) current.batches.push(Number(batch[1]));
    else if (epoch) current.epochs.push(Object.fromEntries(epoch[1].split('  ').map((part) => part.split(' ')).map(([name, value]) => [name, Number(value)])));
    else if (line !== '' && !line.startsWith(' ')) found.set(line, (current = { batches: [], epochs: [] }));
  }
  return found;
}

/** Runs scripts one after the other in one Python, each with its arguments and its output in a file. */
const DRIVER = `
import contextlib, json, runpy, sys, traceback
for name, arguments, output in json.load(open(sys.argv[1])):
    sys.argv = [name, *arguments]
    with open(output, "w") as file, contextlib.redirect_stdout(file):
        try:
            runpy.run_path(name, run_name="__main__")
        except Exception:
            traceback.print_exc(file=file)
`;

function spread(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1e-3, Math.abs(b));
}

describe.skipIf(!TORCH)('A script for PyTorch, where there is PyTorch,', () => {
  for (const precision of ['float64', 'float32'] as const) {
    it(`gives the losses of the product in ${precision}`, { timeout: 600_000 }, async () => {
      const jobs: [string, string[], string][] = [];
      const texts: string[] = [];
      for (const [i, { file }] of EXPORT_CASES.entries()) {
        const at = (suffix: string): string => path.join(folder, `${precision}${i}${suffix}`);
        texts.push(JSON.stringify({ ...file, precision }));
        // The script reads its data from where it is run, as the experiment does from where it stands.
        const placed = texts[i].replaceAll('"data/', `"${examples.replaceAll('\\', '/')}/data/`);
        await writeFile(at('.gdexp'), placed);
        expect(await gdexp(['export', at('.gdexp'), '--to', 'pytorch', '-o', at('.py')])).toEqual({ code: 0, out: '', err: '' });
        expect(await gdexp(['export', at('.gdexp'), '--to', 'npz', '--start', '-o', at('.npz')])).toEqual({ code: 0, out: '', err: '' });
        jobs.push([at('.py'), ['--batches', '--start', at('.npz')], at('.txt')]);
      }
      await writeFile(path.join(folder, 'driver.py'), DRIVER);
      await writeFile(path.join(folder, 'jobs.json'), JSON.stringify(jobs));
      await run(PYTHON!, [path.join(folder, 'driver.py'), path.join(folder, 'jobs.json')]);
      const tolerance = precision === 'float64' ? 1e-8 : 2e-3;
      const wrong: string[] = [];
      for (const [i, { name }] of EXPORT_CASES.entries()) {
        const output = await readFile(jobs[i][2], 'utf8');
        const theirs = printed(output);
        for (const [label, mine] of await ours(texts[i])) {
          const other = theirs.get(label);
          if (!other || other.batches.length !== mine.batches.length) {
            wrong.push(`${name}, ${label}: ${other?.batches.length} of ${mine.batches.length} batches\n${output.slice(-1500)}`);
            continue;
          }
          const worst = Math.max(...mine.batches.map((loss, k) => spread(other.batches[k], loss)));
          if (!(worst <= tolerance)) wrong.push(`${name}, ${label}: batches differ by ${worst}`);
          for (const [k, row] of other.epochs.entries()) {
            for (const [column, value] of Object.entries(row)) if (!(spread(value, mine.epochs[k][column]) <= (precision === 'float64' ? 1e-8 : 0.05))) wrong.push(`${name}, ${label}, epoch ${k + 1}: ${column} ${value} and ${mine.epochs[k][column]}`);
          }
          expect(other.epochs.length).toBe(mine.epochs.length);
        }
      }
      expect(wrong).toEqual([]);
    });
  }
});
