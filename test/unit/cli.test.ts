import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program';
import { displayWidth } from '../../src/cli/table';
import { TEMPLATES } from '../../src/format/templates';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function gdexp(args: readonly string[], signal = new AbortController().signal): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await runProgram(args, { out: (text) => void (out += text), err: (text) => void (err += text), cwd: folder, locale: 'en', color: false, workerFile: null, signal });
  return { code, out, err };
}

const write = async (name: string, text: string | Uint8Array): Promise<string> => {
  await writeFile(path.join(folder, name), text);
  return name;
};

/** Plain descent on x² with rate 0.25 halves x at each step: after k steps x = 2^−k, exactly. */
const halving = (rest = '', rate: unknown = 0.25): string => `{
  "gdexp": 1, "title": "Halving",
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [{ "type": "sgd", "label": "half", "learningRate": ${JSON.stringify(rate)} }],
  "stop": { "steps": 10 }${rest}
}`;

interface Document {
  readonly errors: { readonly line: number; readonly column: number; readonly path: string; readonly message: string }[];
  readonly runs: { readonly label: string; readonly start: number; readonly seed: number; readonly variant: string | null; readonly status: string; readonly steps: number; readonly loss: number | string; readonly parameters: number[]; readonly optimizer: Record<string, unknown>; readonly history: Record<string, (number | null)[]> | null; readonly verdict: { readonly kind: string; readonly text: string } }[];
  readonly expectations: { readonly text: string; readonly holds: boolean; readonly line: number }[];
  readonly file: string;
}
const json = async (args: readonly string[]): Promise<Document & Outcome> => {
  const outcome = await gdexp(['run', '--json', ...args]);
  expect(outcome.err).toBe('');
  return { ...(JSON.parse(outcome.out) as Document), ...outcome };
};

describe('run --json', () => {
  test('gives the numbers of the mathematics', async () => {
    const { code, runs, errors } = await json([await write('halving.gdexp', halving())]);
    expect(code).toBe(0);
    expect(errors).toEqual([]);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ label: 'half', status: 'completed', steps: 10, loss: 2 ** -20, parameters: [2 ** -10], optimizer: { type: 'sgd', dialect: 'torch', learningRate: 0.25, momentum: 0 } });
    expect(runs[0].history!.x).toEqual(Array.from({ length: 11 }, (_, k) => 2 ** -k));
    expect(runs[0].history!.loss).toEqual(Array.from({ length: 11 }, (_, k) => 4 ** -k));
    expect(runs[0].history!.gradientNorm).toEqual(Array.from({ length: 11 }, (_, k) => 2 ** (1 - k)));
    expect(runs[0].history!.learningRate).toEqual([...Array.from({ length: 10 }, () => 0.25), null]);
    expect(runs[0].verdict.text.length).toBeGreaterThan(10);
  });

  test('one document for one file, a list for several', async () => {
    const name = await write('halving.gdexp', halving());
    const { out } = await gdexp(['run', '--json', name, name, '--history', 'none']);
    const list = JSON.parse(out) as Document[];
    expect(list.map(({ file, runs }) => [file, runs.length, runs[0].history])).toEqual([[name, 1, null], [name, 1, null]]);
  });

  test('histories of every length', async () => {
    const name = await write('long.gdexp', halving().replace('"steps": 10', '"steps": 1000, "gradientNorm": null'));
    const rows = async (...args: string[]): Promise<number | undefined> => (await json([name, ...args])).runs[0].history?.step.length;
    expect(await rows('--history', 'all')).toBe(1001);
    expect(await rows('--history', '20')).toBeLessThanOrEqual(20);
    expect(await rows('--history', 'none')).toBeUndefined();
    expect(await rows()).toBeLessThanOrEqual(200);
  });

  test('--set and --only', async () => {
    const name = await write('two.gdexp', halving().replace('[{ "type"', '[{ "type": "adam" }, { "type"'));
    const { runs } = await json([name, '--only', 'half', '--set', '/optimizers/half/learningRate=0.5', '--set', '/objective/goal=minimize', '--set', '/stop/steps=3']);
    expect(runs.map(({ label, steps, parameters }) => [label, steps, parameters])).toEqual([['half', 1, [0]]]);
    const wrong = await json([name, '--only', 'hafl']);
    expect(wrong.code).toBe(2);
    expect(wrong.errors[0].message).toMatch(/"half"/);
    expect((await json([name, '--set', '/optimizers/7/learningRate=1'])).code).toBe(2);
    expect((await json([name, '--set', '/optimizers/0/learningRate=-1'])).errors[0]).toMatchObject({ path: '/optimizers/0/learningRate' });
  });

  test('seeds, starts and variants are runs of their own, equal seeds equal', async () => {
    const name = await write('many.gdexp', halving(', "seeds": 2, "seed": 5, "variants": [{ "label": "noisy", "set": { "/objective/gradientNoise": 1 } }, { "label": "plain", "set": { "/objective/start": [[1], [2]] } }]'));
    const { runs } = await json([name]);
    expect(runs.map(({ variant, start, seed }) => `${variant} ${start} ${seed}`)).toEqual(['noisy 0 5', 'noisy 0 6', 'plain 0 5', 'plain 0 6', 'plain 1 5', 'plain 1 6']);
    expect(runs[0].parameters).not.toEqual(runs[1].parameters);
    expect(runs[2].parameters).toEqual(runs[3].parameters);
    expect(runs[4].parameters).toEqual([2 * runs[2].parameters[0]]);
    expect((await json([name])).runs.map(({ loss }) => loss)).toEqual(runs.map(({ loss }) => loss));
  });

  test('a diverged run is a result, with its numbers', async () => {
    const { code, runs, out } = await json([await write('wild.gdexp', halving('', 1e200))]);
    expect(code).toBe(0);
    expect(runs[0]).toMatchObject({ status: 'diverged', verdict: { kind: 'diverged' } });
    expect(out).toMatch(/"(-?Infinity|NaN)"/);
  });
});

describe('exit codes', () => {
  test('an expectation that fails is 1', async () => {
    const { code, expectations } = await json([await write('claims.gdexp', halving(',\n  "expect": [\n    { "steps": "= 10" },\n    { "loss": "< 0" }\n  ]'))]);
    expect(code).toBe(1);
    expect(expectations).toEqual([{ text: 'steps = 10', holds: true, actual: 10, line: 7 }, { text: 'loss < 0', holds: false, actual: 2 ** -20, line: 8 }]);
  });

  test('a broken file is 2, with line and column', async () => {
    const { code, errors, runs } = await json([await write('broken.gdexp', halving().replace('"steps"', '"stepz"'))]);
    expect(code).toBe(2);
    expect(runs).toEqual([]);
    expect(errors).toEqual([{ line: 5, column: 13, path: '/stop/stepz', message: expect.stringContaining('steps') as string }]);
  });

  test('one wrong file of several is 2, and the others run', async () => {
    const { code, out, err } = await gdexp(['run', await write('halving.gdexp', halving()), 'nowhere.gdexp']);
    expect(code).toBe(2);
    expect(out).toContain('Halving');
    expect(err).toMatch(/^nowhere\.gdexp:1:1: error: There is no such file/);
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ['latin1.gdexp', Uint8Array.of(0x7b, 0x22, 0xe4, 0x22, 0x7d), /UTF-8/],
    ['utf16.gdexp', Uint8Array.of(0xff, 0xfe, 0x7b, 0), /UTF-16/],
    ['empty.gdexp', '', /empty/],
    ['junk.gdexp', 'x'.repeat(5_000_000), /4 million/],
    ['huge.gdexp', new Uint8Array(17_000_000), /16 MB/],
    ['data.gdexp', '{ "gdexp": 1, "data": { "csv": "nowhere.csv", "target": "y" }, "model": { "layers": [{ "type": "dense", "units": 1 }] }, "loss": "huber", "optimizers": [{ "type": "sgd" }] }', /^data\.gdexp:1:\d+: error: nowhere\.csv: There is no such file/],
  ])('%s is 2, with a sentence', async (name, content, says) => {
    const { code, out, err } = await gdexp(['run', await write(name, content)]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('data that cannot be used are told of where they are named, also for a variant', async () => {
    const { code, err } = await gdexp(['run', await write('variants.gdexp', `{ "gdexp": 1,
      "data": { "csv": "nowhere.csv", "target": "y" }, "model": { "layers": [{ "type": "dense", "units": 1 }] }, "loss": "huber", "optimizers": [{ "type": "sgd" }],
      "variants": [{ "label": "a", "set": { "/training/epochs": 2 } }, { "label": "b", "set": {} }] }`)]);
    expect(code).toBe(2);
    expect(err).toMatch(/^variants\.gdexp:2:\d+: error: nowhere\.csv: There is no such file/);
  });

  test('weights that are missing are told of where they are named', async () => {
    const { code, err } = await gdexp(['run', await write('started.gdexp', `{ "gdexp": 1, "data": { "inline": { "x": [[1], [2]], "y": [1, 2] } },
      "model": {
        "weights": "nowhere.npz", "layers": [{ "type": "dense", "units": 1 }] }, "loss": "huber", "optimizers": [{ "type": "sgd" }] }`)]);
    expect(code).toBe(2);
    expect(err).toMatch(/^started\.gdexp:3:\d+: error: nowhere\.npz: There is no such file/);
  });

  test('a folder is 2', async () => {
    await mkdir(path.join(folder, 'folder.gdexp'));
    const { code, err } = await gdexp(['run', 'folder.gdexp']);
    expect(code).toBe(2);
    expect(err).toMatch(/folder/);
  });

  test('an interruption is 130', async () => {
    const controller = new AbortController();
    const name = await write('endless.gdexp', halving().replace('"steps": 10', '"steps": null, "gradientNorm": null').replace('0.25', '1e-9'));
    const running = gdexp(['run', name, '--json'], controller.signal);
    setTimeout(() => controller.abort(), 50);
    const { code, out } = await running;
    expect(code).toBe(130);
    expect((JSON.parse(out) as Document).runs[0].status).toBe('cancelled');
  });

  test.each([[['run']], [['run', 'a.gdexp', '--history', '-1']], [['run', 'a.gdexp', '--nonsense']], [['run', 'a.gdexp', '--kernels', 'fast']], [['run', 'a.gdexp', '--set', 'x']], [['nonsense']], [['export', 'a.gdexp']]])('a wrong command line %j is 2', async (args) => {
    const { code, out, err } = await gdexp(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
  });

  test('help and version are 0', async () => {
    expect((await gdexp(['--help'])).code).toBe(0);
    expect(await gdexp(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) as string });
  });
});

describe('run for people', () => {
  test('shows a table, verdicts and expectations', async () => {
    const { out, code } = await gdexp(['run', await write('claims.gdexp', halving(', "expect": [{ "steps": "= 10" }, { "loss": "< 0" }]'))]);
    expect(code).toBe(1);
    expect(out).toMatch(/^Halving \(claims\.gdexp\)\n\noptimizer +steps +loss/);
    expect(out).toMatch(/\nhalf +10 +9\.54e−7/);
    expect(out).toMatch(/✓ steps = 10\n✗ loss < 0 .*line/);
  });

  test('warnings go to the error stream', async () => {
    const { err, code } = await gdexp(['run', await write('warn.gdexp', halving().replace('"start"', '"constants": { "a": 1 }, "start"'))]);
    expect(code).toBe(0);
    expect(err).toMatch(/^warn\.gdexp:3:\d+: warning: /);
  });

  test('JUnit XML stands beside it', async () => {
    await gdexp(['run', await write('claims.gdexp', halving(', "expect": [{ "steps": "= 10" }, { "loss": "< 0" }]')), '--junit', 'results.xml']);
    expect(await readFile(path.join(folder, 'results.xml'), 'utf8')).toMatch(/tests="2" failures="1" errors="0"/);
    expect((await gdexp(['run', 'claims.gdexp', '--junit', 'no/such/results.xml'])).code).toBe(2);
  });

  test('Korean takes two columns a letter', () => expect(displayWidth('가나 a−é')).toBe(8));
});

test('check', async () => {
  const good = await write('halving.gdexp', halving());
  expect(await gdexp(['check', good])).toEqual({ code: 0, out: 'halving.gdexp: valid, 1 run(s)\n', err: '' });
  const { code, err, out } = await gdexp(['check', good, await write('broken.gdexp', halving().replace('"sgd"', '"sdg"'))]);
  expect(code).toBe(2);
  expect(out).toContain('halving.gdexp: valid');
  expect(err).toMatch(/^broken\.gdexp:4:\d+: error: .*"sgd"/);
});

describe('export', () => {
  test('csv has a row a step', async () => {
    const { code, out } = await gdexp(['export', await write('halving.gdexp', halving()), '--to', 'csv']);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\r\n');
    expect(lines).toHaveLength(12);
    const columns = lines[0].split(',');
    expect(lines[4].split(',')[columns.indexOf('x')]).toBe('0.125');
  });

  test('json goes to a file', async () => {
    expect(await gdexp(['export', await write('halving.gdexp', halving()), '--to', 'json', '--output', 'out.json'])).toEqual({ code: 0, out: '', err: '' });
    const document = JSON.parse(await readFile(path.join(folder, 'out.json'), 'utf8')) as Document;
    expect(document.runs[0].history!.step).toHaveLength(11);
  });

  test('weights are of a model, and say so', async () => {
    const { code, err } = await gdexp(['export', await write('halving.gdexp', halving()), '--to', 'npz', '-o', 'weights.npz']);
    expect(code).toBe(2);
    expect(err).toBe('halving.gdexp: This file has an objective, which has no weights; npz is of a model.\n');
  });
});

describe('new', () => {
  test.each(TEMPLATES.map(({ id }) => id))('writes %s, which checks and runs', async (id) => {
    expect(await gdexp(['new', `made-${id}`, '--template', id])).toEqual({ code: 0, out: `made-${id}.gdexp\n`, err: '' });
    expect((await gdexp(['run', `made-${id}.gdexp`])).code).toBe(0);
  });

  test('never writes over a file', async () => {
    await write('mine.gdexp', 'mine');
    expect((await gdexp(['new', 'mine'])).code).toBe(2);
    expect(await readFile(path.join(folder, 'mine.gdexp'), 'utf8')).toBe('mine');
    expect((await gdexp(['new', 'no/such/place'])).err).toMatch(/no such folder/);
  });

  test('names the templates where there is none', async () => {
    const { code, err } = await gdexp(['new', 'x', '--template', 'rosenbrok']);
    expect(code).toBe(2);
    expect(err).toMatch(/"rosenbrock"/);
  });
});

test('the table of a network names its scores in words', async () => {
  const file = await write('moons.gdexp', '{ "gdexp": 1, "data": { "generate": "moons", "samples": 40, "validation": 0.25, "test": 0.25 }, "model": { "layers": [{ "type": "dense", "units": 1, "activation": "sigmoid" }] }, "loss": "binaryCrossentropy", "metrics": ["accuracy", "f1"], "training": { "epochs": 1 }, "optimizers": [{ "type": "sgd" }] }');
  const { out } = await gdexp(['run', file]);
  expect(out).toMatch(/ validation loss +test loss +accuracy +validation accuracy +F1 +validation F1 +test accuracy +test F1 /);
});

test('summary is of a model', async () => {
  const { code, err } = await gdexp(['summary', await write('halving.gdexp', halving())]);
  expect(code).toBe(2);
  expect(err).toMatch(/objective/);
});
