import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DEPENDENCIES } from '../../src/core/training/dependencies';
import { RecordBuilder } from '../../src/core/training/record';
import { runTrial } from '../../src/core/training/run';
import type { Experiment } from '../../src/format/experiment';
import { parseExperiment } from '../../src/format/parse';
import { type Framework, createScript } from '../../src/format/scripts/create';
import { pyString } from '../../src/format/scripts/python';
import { EXPORT_CASES } from './exportExperiments';

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples');
const PYTHON = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null;
const TORCH = PYTHON !== null && spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const folder = mkdtempSync(path.join(tmpdir(), 'gdexp-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function parsed(file: object | string): Experiment {
  const { experiment, problems } = parseExperiment(typeof file === 'string' ? file : JSON.stringify(file));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return experiment!;
}

/** Every script that can be made of an experiment, and the refusals. */
function scripts(experiment: Experiment, framework: Framework): { readonly texts: readonly string[]; readonly refusals: readonly string[] } {
  const made = experiment.variants.map(({ label }) => createScript(experiment, framework, { locale: 'en', variant: label, only: [] }));
  return { texts: made.flatMap(({ text }) => text ?? []), refusals: made.flatMap(({ refusal }) => refusal ?? []) };
}

const FILES = readdirSync(examples).filter((name) => name.endsWith('.gdexp')).map((name) => ({ name, text: readFileSync(path.join(examples, name), 'utf8') }));

/** Python's own word on each text, in one process: null, or what is wrong. */
function syntax(texts: readonly string[]): (string | null)[] {
  const list = path.join(folder, 'texts.json');
  writeFileSync(list, JSON.stringify(texts));
  const program = `import ast, json, sys
out = []
for text in json.load(open(sys.argv[1], encoding="utf-8")):
    try:
        compile(text.encode("utf-8", "surrogatepass"), "script", "exec")
        out.append(None)
    except Exception as error:
        out.append(str(error))
print(json.dumps(out))`;
  return JSON.parse(execFileSync(PYTHON!, ['-c', program, list], { encoding: 'utf8', maxBuffer: 1e8 })) as (string | null)[];
}

/** Values of what a script assigns at its top level, as Python reads them. */
function constants(text: string): Record<string, unknown> {
  const file = path.join(folder, 'constants.py');
  writeFileSync(file, text);
  const program = `import ast, json, sys
found = {}
for node in ast.parse(open(sys.argv[1], encoding="utf-8").read()).body:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        try:
            found[node.targets[0].id] = ast.literal_eval(node.value)
            json.dumps(found)
        except (TypeError, ValueError):
            found.pop(node.targets[0].id, None)
print(json.dumps(found))`;
  return JSON.parse(execFileSync(PYTHON!, ['-c', program, file], { encoding: 'utf8' })) as Record<string, unknown>;
}

const HOSTILE = ['plain', 'a\nimport os\n', '"""', '\\', "'; raise SystemExit #", '\r\u2028\u0085\0', '한글 파일 é.csv', '\ud800', '\u202emalicious', '{x}', '%s', '🙂'];

describe.skipIf(PYTHON === null)('Scripts of Python', () => {
  for (const framework of ['pytorch', 'keras'] as const) {
    it(`of every example and every case are Python (${framework})`, () => {
      const texts = [...FILES.map(({ text }) => parsed(text)), ...EXPORT_CASES.map(({ file }) => parsed(file))].flatMap((experiment) => scripts(experiment, framework).texts);
      expect(texts.length).toBeGreaterThan(40);
      expect(syntax(texts).filter((problem) => problem !== null)).toEqual([]);
    });

    it(`take titles, labels, names and paths as text and nothing else (${framework})`, () => {
      for (const text of HOSTILE) {
        const experiment = parsed({
          gdexp: 1, title: text, data: { csv: text, target: text }, model: { layers: [{ type: 'dense', units: 2, name: text }, { type: 'dense', units: 2, activation: 'softmax' }] },
          loss: 'categoricalCrossentropy', optimizers: [{ type: 'sgd', label: text }],
        });
        const [script] = scripts(experiment, framework).texts;
        const same = text === '\ud800' ? '\ufffd' : text;
        const found = constants(script);
        // JSON has no lone surrogate: what matters is that it is one literal.
        if (same === text) expect(found).toMatchObject({ TITLE: text, TARGET: text });
        const lines = script.split('\n').length;
        const plain = scripts(parsed({ ...JSON.parse(JSON.stringify({ gdexp: 1 })), title: 't', data: { csv: 't', target: 't' }, model: { layers: [{ type: 'dense', units: 2, name: 't' }, { type: 'dense', units: 2, activation: 'softmax' }] }, loss: 'categoricalCrossentropy', optimizers: [{ type: 'sgd', label: 't' }] }), framework).texts[0];
        expect(lines).toBe(plain.split('\n').length);
      }
    });
  }

  it('read each string back as it was', () => {
    const texts = HOSTILE.filter((text) => text !== '\ud800');
    const read = JSON.parse(execFileSync(PYTHON!, ['-c', `import json; print(json.dumps([${texts.map(pyString).join(', ')}]))`], { encoding: 'utf8' })) as string[];
    expect(read).toEqual(texts);
  });
});

describe('A script that cannot be', () => {
  const objective = { gdexp: 1, objective: { expression: 'x^2 + y^2', start: [1, 2] }, optimizers: [{ type: 'newton', label: 'N' }, { type: 'sgd', learningRate: 0.1 }] };
  it('is refused with a way out', () => {
    const experiment = parsed(objective);
    expect(createScript(experiment, 'pytorch', { locale: 'en', variant: null, only: [] })).toEqual({ text: null, refusal: 'PyTorch has nothing like "N" (newton): such a step needs more than the gradient of one tensor.', unsupported: ['N'] });
    expect(createScript(experiment, 'pytorch', { locale: 'en', variant: null, only: ['sgd'] }).refusal).toBeNull();
    expect(createScript(experiment, 'pytorch', { locale: 'en', variant: null, only: ['sdg'] }).refusal).toBe('No optimizer has the label "sdg".');
  });

  it('asks which variant is meant', () => {
    const experiment = parsed({ ...objective, optimizers: [{ type: 'sgd', learningRate: 0.1 }], variants: [{ label: 'slow', set: { '/optimizers/0/learningRate': 0.01 } }, { label: 'fast', set: {} }] });
    expect(createScript(experiment, 'keras', { locale: 'en', variant: null, only: [] }).refusal).toBe('This file has variants, and a script is of one: name it with --variant. There are: "slow", "fast".');
    expect(createScript(experiment, 'keras', { locale: 'en', variant: 'slwo', only: [] }).refusal).toBe('No variant has the label "slwo". Did you mean "slow"?');
    expect(createScript(experiment, 'keras', { locale: 'en', variant: 'slow', only: [] }).text).toContain('0.01');
  });

  it('says in a comment what it leaves to the experiment', () => {
    const experiment = parsed({ ...objective, optimizers: [{ type: 'sgd', learningRate: 0.1 }], seeds: 3, sweep: { learningRate: [0.1, 0.2] } });
    const { text } = createScript(experiment, 'pytorch', { locale: 'en', variant: null, only: [] });
    expect(text).toContain('# The sweep of the experiment is not part of this script');
    expect(text).toContain('# The experiment repeats each run with 3 seeds');
  });
});

/** A formula with every function of the language, finite where it starts. */
const EVERYTHING = 'abs(x) + sqrt(1 + x^2) + cbrt(2 + y^2) + exp(-x^2) + log(3 + y^2) + log2(2 + x^2) + log10(1 + y^2) + sin(x)*cos(y) + tan(x/9) + asin(x/9) + acos(y/9) + atan(x*y) + sinh(x/3) + cosh(y/3) - tanh(x) '
  + '+ min(x, y, 1) + max(x^2, y) + sign(x) + step(y) + sigmoid(x*y) + relu(x - y) + softplus(y) - 2^sin(x) + (x - y)^2/(1 + k) - (1/2x)^2*e^-y + pi*(x*-y)^2 + min(2, 3)*log(2)*x^0.5^2';

/** Compared of each walk. */
const STEPS = 25;

describe.skipIf(!TORCH)('A formula for PyTorch, where there is PyTorch,', () => {
  const files: readonly { readonly name: string; readonly text: string }[] = [
    ...FILES.filter(({ text }) => /"objective"\s*:/.test(text) ),
    { name: 'everything', text: JSON.stringify({ gdexp: 1, objective: { expression: EVERYTHING, constants: { k: 0.5 }, start: [0.7, 1.3] }, optimizers: [{ type: 'sgd', learningRate: 0.001 }, { type: 'nadam' }, { type: 'adam', dialect: 'keras' }], training: { clipNorm: 2 }, stop: { steps: 60 } }) },
    { name: 'ascent', text: JSON.stringify({ gdexp: 1, objective: { expression: '-(x - 2)^2', start: [0], goal: 'maximize' }, optimizers: [{ type: 'sgd', learningRate: 0.1, momentum: 0.5 }] }) },
  ];
  it('goes the same way', { timeout: 300_000 }, () => {
    const jobs: { readonly name: string; readonly experiment: Experiment; readonly variant: string | null; readonly only: readonly string[]; readonly script: string; readonly output: string }[] = [];
    for (const { name, text } of files) {
      const experiment = parsed(text);
      if (experiment.sweep) continue;
      for (const { label: variant, optimizers, objective } of experiment.variants) {
        if (objective!.spec.gradientNoise > 0) continue;
        // PyTorch's own ASGD holds its rate in float32.
        const only = optimizers.filter(({ spec, label }) => spec.type !== 'asgd' && createScript(experiment, 'pytorch', { locale: 'en', variant, only: [label] }).text !== null).map(({ label }) => label);
        if (only.length === 0) continue;
        const script = path.join(folder, `formula${jobs.length}.py`);
        // A chaotic path amplifies the last bit; what is the same rule is the same for its first steps.
        writeFileSync(script, createScript(experiment, 'pytorch', { locale: 'en', variant, only }).text!.replace(/"steps": (\d+|None)/, `"steps": ${STEPS}`));
        jobs.push({ name, experiment, variant, only, script, output: path.join(folder, `formula${jobs.length}.txt`) });
      }
    }
    expect(jobs.length).toBeGreaterThan(10);
    const list = path.join(folder, 'formulas.json');
    writeFileSync(list, JSON.stringify(jobs.map(({ script, output }) => [script, output])));
    execFileSync(PYTHON!, ['-c', `import contextlib, json, runpy, sys
for name, output in json.load(open(sys.argv[1])):
    sys.argv = [name, "--steps"]
    with open(output, "w") as file, contextlib.redirect_stdout(file):
        runpy.run_path(name, run_name="__main__")`, list]);
    const wrong: string[] = [];
    let compared = 0;
    for (const { name, experiment, variant, only, output } of jobs) {
      const walks = readFileSync(output, 'utf8').split(/^(?=\S)/m).map((walk) => [...walk.matchAll(/^ {2}step \d+ {2}loss (\S+)$/gm)].map((match) => Number(match[1])));
      const trials = only.flatMap((label) => experiment.trials.filter((trial) => trial.label === label && trial.variant === variant && trial.seed === experiment.seed));
      expect(walks.length, name).toBe(trials.length);
      for (const [i, trial] of trials.entries()) {
        const builder = new RecordBuilder();
        runTrial(trial, { rows: (rows) => builder.append(rows), interval: Infinity, cancelled: () => false, now: () => 0 }, DEPENDENCIES);
        const { loss } = builder.build().columns;
        const steps = Math.min(STEPS, loss.length, walks[i].length);
        if (walks[i].length < Math.min(STEPS, loss.length)) wrong.push(`${name} ${trial.label}: ${walks[i].length} of ${loss.length} steps`);
        for (let k = 0; k < steps; k++) {
          compared++;
          if (Number.isFinite(loss[k]) && !(Math.abs(walks[i][k] - loss[k]) <= 1e-8 * Math.max(1e-3, Math.abs(loss[k])))) {
            wrong.push(`${name} ${trial.label}, step ${k}: ${walks[i][k]} and ${loss[k]}`);
            break;
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });
});
