import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import katex from 'katex';
import { beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program';
import { OPTIMIZERS, SCHEDULES } from '../../../src/core/optimizers/catalog';
import type { RunSummary } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { resultDocument } from '../../../src/format/report/document';
import { fileText, MODEL_FILE, OBJECTIVE_FILE } from '../../../src/reference/formatExamples';
import { formatFields, exampleOf } from '../../../src/reference/fields';
import { JSON_EXAMPLE, KEY_WORDS, NETWORK_KEY_WORDS, documentKeys, jsonExampleDocument } from '../../../src/reference/jsonExample';
import { json } from '../../../src/reference/markdown';
import { limitOf } from '../../../src/reference/optimizersPage';
import { makeReference, type Reference } from '../../../src/reference/pages';
import { scheduleExample } from '../../../src/reference/schedulePicture';
import { headingAnchor } from '../../../src/wording/reference';

const root = path.resolve(import.meta.dirname, '../../..');
const docs = path.join(root, 'docs');
const korean = JSON.parse(readFileSync(path.join(root, 'l10n/bundle.l10n.ko.json'), 'utf8')) as Record<string, string>;
const onDisk = () => readdirSync(docs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(docs, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
const text = (name: string) => readFileSync(path.join(docs, name), 'utf8');

/** Headings outside of code, with GitHub's and VS Code's numbers on those that come again. */
function anchors(page: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = headingAnchor(heading);
    let name = anchor;
    for (let i = 1; found.has(name); i++) name = `${anchor}-${i}`;
    found.add(name);
  }
  return found;
}

describe('the reference', () => {
  let reference: Reference;
  beforeAll(() => {
    reference = makeReference(korean);
  });

  it('is on disk as the program makes it: if not, npm run docs', () => {
    const stale = [...reference.files].filter(([name, made]) => !existsSync(path.join(docs, name)) || text(name) !== made).map(([name]) => name);
    expect(stale).toEqual([]);
  });

  it('leaves nothing behind that is made no more', () => {
    expect(onDisk().filter((name) => !reference.files.has(name))).toEqual([]);
  });

  it('has words for everything it names, in both languages', () => expect(reference.missing).toEqual([]));

  it('is Korean where it says so', () => {
    // A block that has three English words in a row and no Korean letter was forgotten; code, formulas, links and sources are the same everywhere.
    const forgotten = [...reference.files].filter(([name]) => name.endsWith('.ko.md')).flatMap(([name, made]) => made
      .replace(/^```[\s\S]*?^```/gm, '').replace(/^\$\$[\s\S]*?^\$\$/gm, '').split('\n')
      .map((line) => line.replace(/`[^`]*`|\$[^$]*\$|\]\([^)]*\)|출처: .*/g, ''))
      .filter((line) => !/[가-힣]/.test(line) && /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/.test(line)).map((line) => `${name}: ${line}`));
    expect(forgotten).toEqual([]);
  });

  it('has no broken link, neither to a page nor to a heading', () => {
    const pages = new Map([...onDisk().filter((name) => name.endsWith('.md')), '../README.md'].map((name) => [name, text(name)]));
    const broken = [...pages].flatMap(([name, page]) => [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
      if (/^https?:/.test(target)) return [];
      const [file, fragment] = decodeURI(target).split('#');
      const place = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
      if (!existsSync(path.join(docs, place))) return [`${name}: ${target}`];
      return fragment === undefined || anchors(text(place)).has(fragment) ? [] : [`${name}: ${target}`];
    }));
    expect(broken).toEqual([]);
    expect(pages.size).toBeGreaterThan(12);
  });

  it('has the same headings of names in both languages', () => {
    for (const page of ['format', 'optimizers', 'functions', 'layers', 'verdicts', 'quantities', 'cli']) {
      const names = (file: string) => [...anchors(reference.files.get(file)!)].filter((anchor) => /^[a-z0-9]+$/.test(anchor));
      const koreanNames = new Set(names(`${page}.ko.md`));
      const titles = ['quantities', 'layers', 'activations', 'initializers', 'losses', 'metrics', 'schedules', 'expressions', 'contents', 'statuses', 'json'];
      expect(names(`${page}.md`).filter((name) => !koreanNames.has(name) && !titles.includes(name)), page).toEqual([]);
    }
  });

  it('says what every field of the format is', () => {
    const fields = formatFields();
    expect(fields.length).toBeGreaterThan(200);
    expect(fields.filter(({ help }) => help === '').map(({ key, owner }) => `${owner ?? ''} ${key}`)).toEqual([]);
    const format = anchors(reference.files.get('format.md')!);
    expect(fields.filter(({ owner, key }) => owner === null && !format.has(headingAnchor(key))).map(({ key }) => key)).toEqual([]);
  });

  it('has no formula that KaTeX, which the preview draws with, refuses', () => {
    const formulas = [...reference.files].filter(([name]) => name.endsWith('.md')).flatMap(([name, page]) => {
      const prose = page.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
      const display = [...prose.matchAll(/^\$\$\n([\s\S]*?)\n\$\$$/gm)].map((match) => ({ name, latex: match[1], displayMode: true }));
      const inline = [...prose.replace(/^\$\$\n[\s\S]*?\n\$\$$/gm, '').matchAll(/\$(\\?[^$\n]+)\$/g)].filter(([whole]) => !whole.includes('schema')).map((match) => ({ name, latex: match[1], displayMode: false }));
      return [...display, ...inline];
    });
    expect(formulas.length).toBeGreaterThan(250);
    const refused = formulas.flatMap(({ name, latex, displayMode }) => {
      try {
        katex.renderToString(latex, { displayMode, throwOnError: true, strict: (code: string) => (code === 'unicodeTextInMathMode' ? 'error' : 'ignore') });
        return [];
      } catch (error) {
        return [`${name}: ${latex}: ${String(error)}`];
      }
    });
    expect(refused).toEqual([]);
  });

  it('breaks no table with a formula', () => {
    const broken = [...reference.files].flatMap(([name, page]) => page.split('\n').filter((line) => line.startsWith('|') && /\$[^$]*[^\\]\|[^$]*\$/.test(line.replace(/ \| /g, ' ¦ '))).map((line) => `${name}: ${line}`));
    expect(broken).toEqual([]);
  });
});

describe('the examples of the reference', () => {
  it('are valid files', () => {
    for (const file of [OBJECTIVE_FILE, MODEL_FILE, JSON_EXAMPLE]) expect(parseExperiment(fileText(file, json)).problems, file.title).toEqual([]);
  });

  it('of the schedules are valid', () => {
    for (const info of SCHEDULES.values()) {
      const file = { gdexp: 1, objective: { function: 'sphere' }, optimizers: [{ type: 'sgd', learningRate: scheduleExample(info) }] };
      expect(parseExperiment(JSON.stringify(file)).problems, info.schedule).toEqual([]);
    }
  });

  it('of the fields of a stop, a training and a sweep are valid where they stand', () => {
    const tried = formatFields().filter(({ owner, paths }) => owner === null && /^(stop|diagnostics|training|regularization)\.\w+$/.test(paths[0]));
    expect(tried.length).toBeGreaterThan(12);
    for (const { key, schema } of tried) {
      const [section, name] = key.split('.');
      const file = { ...MODEL_FILE, expect: [], sweep: undefined, [section]: { ...(section === 'stop' ? { patience: 5 } : {}), [name]: exampleOf(schema) } };
      expect(parseExperiment(JSON.stringify(file)).problems.filter(({ severity }) => severity === 'error'), key).toEqual([]);
    }
  });

  it('of the JSON document is what the program prints', async () => {
    const out: string[] = [];
    const folder = mkdtempSync(path.join(tmpdir(), 'gdexp-reference-'));
    const file = fileText(JSON_EXAMPLE, json);
    writeFileSync(path.join(folder, 'bowl.gdexp'), file);
    try {
      await runProgram(['run', 'bowl.gdexp', '--json', '--history', '3'], { out: (line) => out.push(line), err: () => {}, cwd: folder, locale: 'en', color: false, workerFile: null, signal: new AbortController().signal });
    } finally {
      rmSync(folder, { recursive: true });
    }
    const printed = JSON.parse(out.join('')) as { runs: { seconds: number }[] };
    const shown = JSON.parse(jsonExampleDocument(file, '0.0.0', 'en')) as { version: string };
    expect({ ...printed, version: '0.0.0', runs: [{ ...printed.runs[0], seconds: 0.002 }] }).toEqual(shown);
  });
});

it('names every key that the document of a network has besides', () => {
  const { sweep: _sweep, evaluate: _evaluate, ...file } = MODEL_FILE;
  const parsed = parseExperiment(JSON.stringify(file));
  const [trial] = parsed.experiment!.trials;
  const summary: RunSummary = {
    trialId: trial.id, status: 'completed', reason: { rule: 'epochs' }, steps: 1, seconds: 0, evaluations: 1, loss: 1, gradientNorm: 1, parameters: null, criticalPoint: null,
    verdict: { kind: 'overfitting', evidence: {}, remedies: [{ id: 'stop', path: '/stop/patience', value: 5, also: [{ path: '/stop/monitor', value: 'loss' }] }] },
    model: { epochs: 1, bestEpoch: 1, validationLoss: 1, testLoss: null, metrics: {}, predict: null, parameterCount: 9, kernels: 'simd', rows: { training: 1, validation: 1, test: 0 }, scored: null },
  };
  const wording = { reason: () => '', verdict: () => '', remedy: () => '' };
  const document = resultDocument(parsed, [{ trial, summary, record: null }], { file: 'm', version: '', locale: 'en', history: 'none', wording });
  const words = { ...KEY_WORDS, ...NETWORK_KEY_WORDS };
  const keys = documentKeys(JSON.parse(JSON.stringify(document)));
  expect(keys).toContain('runs[].parameterCount');
  expect(keys.filter((key) => !(key in words) && !key.startsWith('runs[].verdict.remedies[].also[]'))).toEqual([]);
  expect(Object.keys(NETWORK_KEY_WORDS).filter((key) => !key.startsWith('runs[].history.') && !keys.includes(key))).toEqual([]);
});

/** Iterates a rule on ½hθ² by its recurrence: whether the distance shrinks. */
function shrinks(step: (h: number) => (x: number, v: number) => readonly [number, number], h: number): boolean {
  let [x, v] = [1, 0];
  for (let i = 0; i < 4000; i++) [x, v] = step(h)(x, v);
  return Math.abs(x) < 1;
}

describe('the stability that the reference states', () => {
  it.each([
    ['sgd', (h: number) => (x: number, v: number) => [x - h * x, v] as const, 2],
    // m ← β₁m + (1 − β₁)g, θ ← θ − m: Adam on its preconditioned Hessian once the corrections are 1.
    ['adam', (h: number) => (x: number, v: number) => { const m = 0.9 * v + 0.1 * h * x; return [x - m, m] as const; }, 38],
  ])('of %s is where its recurrence turns', (type, step, expected) => {
    const { timesRate } = limitOf(OPTIMIZERS.get(type)!, 'torch')!;
    expect(timesRate).toBeCloseTo(expected, 9);
    expect(shrinks(step, 0.99 * timesRate)).toBe(true);
    expect(shrinks(step, 1.01 * timesRate)).toBe(false);
  });
});
