import { describe, expect, test } from 'vitest';
import type { RunRecord, RunSummary, Trial } from '../../src/core/training/trial';
import { evaluateExpectations } from '../../src/format/expectations';
import { parseExperiment } from '../../src/format/parse';
import { resultsCsv } from '../../src/format/report/csv';
import { type RunReport, resultDocument, stringifyResults } from '../../src/format/report/document';
import { junitXml } from '../../src/format/report/junit';

const text = (rest: string, label = 'A', start = '[1, 2]'): string =>
  `{ "gdexp": 1, "objective": { "expression": "x^2 + y^2", "start": ${start} }, "optimizers": [{ "type": "sgd", "label": ${JSON.stringify(label)} }, { "type": "adam", "label": "B" }]${rest} }`;

const summaryOf = (trial: Trial, more: Partial<RunSummary> = {}): RunSummary => ({
  trialId: trial.id, status: 'converged', reason: { rule: 'gradientNorm', value: 5e-7, limit: 1e-6 }, steps: 120, seconds: 0.25, evaluations: 121, loss: 1e-8, gradientNorm: 5e-7,
  parameters: [1e-4, -2e-4], criticalPoint: { kind: 'minimum', lambdaMin: 2, lambdaMax: 2, negative: 0, zero: 0, positive: 2 }, verdict: { kind: 'converged', evidence: { loss: 1e-8 }, remedies: [] }, ...more,
});

function results(source: string, more: (trial: Trial) => Partial<RunSummary> = () => ({})) {
  const parsed = parseExperiment(source);
  const experiment = parsed.experiment!;
  return { parsed, experiment, reports: experiment.trials.map((trial): RunReport => ({ trial, summary: summaryOf(trial, more(trial)), record: null })) };
}

describe('expectations', () => {
  const one = (condition: string, more: Partial<RunSummary> = {}) => {
    const { experiment, reports } = results(text(`, "expect": [{ "optimizer": "A", ${condition} }]`), () => more);
    return evaluateExpectations(experiment, reports)[0];
  };
  test.each<[string, Partial<RunSummary>, boolean, unknown]>([
    ['"loss": "< 1e-6"', {}, true, 1e-8],
    ['"loss": "<1e-8"', {}, false, 1e-8],
    ['"loss": "<= 1e-8"', {}, true, 1e-8],
    ['"loss": "> 0.5"', { loss: 0.5 }, false, 0.5],
    ['"loss": ">= .5"', { loss: 0.5 }, true, 0.5],
    ['"loss": "= -2"', { loss: -2 }, true, -2],
    ['"loss": "!= 2"', { loss: 2 }, false, 2],
    ['"loss": "< 1"', { loss: NaN }, false, NaN],
    ['"loss": "> 1"', { loss: Infinity }, true, Infinity],
    ['"steps": "<= 100"', {}, false, 120],
    ['"gradientNorm": "< 1e-6"', {}, true, 5e-7],
    ['"seconds": "< 1"', {}, true, 0.25],
    ['"status": "converged"', {}, true, 'converged'],
    ['"status": "diverged"', {}, false, 'converged'],
    ['"verdict": "zigzag"', {}, false, 'converged'],
    ['"criticalPoint": "minimum"', {}, true, 'minimum'],
    ['"criticalPoint": "saddle"', { criticalPoint: null }, false, null],
    ['"parameters": [[0, 0], 1e-3]', {}, true, 2e-4],
    ['"parameters": [[0, 0], 1e-4]', {}, false, 2e-4],
    ['"parameters": [[0, 0], 1]', { parameters: null }, false, null],
    ['"parameters": [[0, 0], 1]', { parameters: [NaN, 0] }, false, NaN],
  ])('%s of %j: %s', (condition, more, holds, actual) => expect(one(condition, more)).toMatchObject({ holds, actual }));

  test('one entry says what fails worst, over seeds and starts', () => {
    const { experiment, reports } = results(text(', "seeds": 3,\n "expect": [{ "optimizer": "A", "loss": "< 1", "status": "converged" }]', 'A', '[[1, 2], [3, 4]]'), ({ seed, startIndex }) => ({ loss: seed === 1 && startIndex === 1 ? 7 : 0.1 * (seed + 1) }));
    expect(evaluateExpectations(experiment, reports)).toEqual([
      { text: 'A: loss < 1', holds: false, actual: 7, line: 2 },
      { text: 'A: status converged', holds: true, actual: 'converged', line: 2 },
    ]);
  });

  test('without a label it is about all; of runs that were not made nothing is said', () => {
    const { experiment, reports } = results(text(', "variants": [{ "label": "v", "set": {} }, { "label": "w", "set": {} }], "expect": [{ "steps": "< 100" }, { "optimizer": "B", "variant": "w", "steps": "> 1" }]'), ({ label, variant }) => ({ steps: label === 'B' && variant === 'w' ? 300 : 20 }));
    expect(evaluateExpectations(experiment, reports)).toMatchObject([{ text: 'steps < 100', holds: false, actual: 300 }, { text: 'B, w: steps > 1', holds: true }]);
    expect(evaluateExpectations(experiment, reports.filter(({ trial }) => trial.label === 'A'))).toMatchObject([{ holds: true, actual: 20 }]);
  });
});

const record: RunRecord = {
  rows: 3, kept: 'all', snapshots: null,
  columns: {
    step: Float64Array.of(0, 1, 2), loss: Float64Array.of(5, NaN, Infinity), gradientNorm: Float64Array.of(4, 1, 0.5), learningRate: Float64Array.of(0.1, 0.1, NaN),
    theta0: Float64Array.of(1, 0.8, -1e-7), theta1: Float64Array.of(2, 1, 0), gradient0: Float64Array.of(2, 1.6, 1), gradient1: Float64Array.of(4, 2, 1),
  },
};

const wording = { reason: () => 'why', verdict: () => 'what', remedy: () => 'how' };
const options = { file: 'a.gdexp', version: '0.1.0', locale: 'en', wording } as const;

test('a run of a network that never began has the fields of one that did', () => {
  const { parsed, experiment, reports } = results('{ "gdexp": 1, "data": { "generate": "moons", "samples": 20 }, "model": { "layers": [{ "type": "dense", "units": 1, "activation": "sigmoid" }] }, "loss": "binaryCrossentropy", "optimizers": [{ "type": "sgd" }] }', () => ({ status: 'cancelled', steps: 0 }));
  const document = resultDocument(parsed, reports, { ...options, history: 'none' }) as { runs: object[] };
  expect(document.runs[0]).toMatchObject({ status: 'cancelled', epochs: 0, bestEpoch: null, parameterCount: null, rows: null });
});

describe('the JSON document', () => {
  test('has the fields of the contract, and strings for what JSON lacks', () => {
    const { parsed, reports } = results(text(', "title": { "ko": "그릇", "en": "Bowl" }, "seed": 3'), () => ({ loss: -Infinity, verdict: { kind: 'tooSlow', evidence: { k: NaN }, remedies: [{ id: 'start', path: '/objective/start', value: [1, 1] }] } }));
    const document = JSON.parse(stringifyResults(resultDocument(parsed, reports.map((report) => ({ ...report, record })), { ...options, history: 'all' }), 2)) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual(['gdexp', 'file', 'title', 'seed', 'version', 'kernels', 'errors', 'runs', 'evaluation', 'expectations']);
    expect(document).toMatchObject({ gdexp: 1, file: 'a.gdexp', title: 'Bowl', seed: 3, errors: [], evaluation: null, expectations: [] });
    const [run] = document.runs as Record<string, unknown>[];
    expect(run).toMatchObject({
      label: 'A', variant: null, start: 0, fold: null, round: null, sweep: null, seed: 3, status: 'converged', reason: 'why', steps: 120, loss: '-Infinity', parameters: [1e-4, -2e-4], predict: null,
      optimizer: { type: 'sgd', dialect: 'torch', learningRate: 0.001, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 },
      verdict: { kind: 'tooSlow', text: 'what', evidence: { k: 'NaN' }, remedies: [{ text: 'how', path: '/objective/start', value: [1, 1] }] },
      criticalPoint: { kind: 'minimum', lambdaMin: 2, lambdaMax: 2 },
    });
    expect(run.history).toMatchObject({ kept: 'all', step: [0, 1, 2], loss: [5, 'NaN', 'Infinity'], learningRate: [0.1, 0.1, null], x: [1, 0.8, -1e-7], y: [2, 1, 0], 'd/dx': [2, 1.6, 1], epochs: null, layers: null });
  });

  test('a remedy names the place where it counts: an override, a start of several', () => {
    const { parsed, reports } = results(text(', "variants": [{ "label": "v", "set": { "/stop/steps": 5 } }]', 'A', '[[1, 2], [3, 4]]'), () => ({ verdict: { kind: 'saddle', evidence: {}, remedies: [{ id: 'start', path: '/objective/start', value: [1, 1] }, { id: 'steps', path: '/stop/steps', value: 9 }] } }));
    const { runs } = resultDocument(parsed, reports, { ...options, history: 'none' }) as { runs: { start: number; verdict: { remedies: { path: string }[] } }[] };
    expect(runs.filter(({ start }) => start === 1)[0].verdict.remedies.map(({ path }) => path)).toEqual(['/objective/start/1', '/variants/0/set/~1stop~1steps']);
  });

  test('a remedy names every place that changes with it', () => {
    const also = [{ path: '/stop/steps', value: 9 }, { path: '/stop/change', value: undefined }];
    const { parsed, reports } = results(text(', "variants": [{ "label": "v", "set": { "/stop/steps": 5 } }]'), () => ({ verdict: { kind: 'saddle', evidence: {}, remedies: [{ id: 'momentum', path: '/optimizers/0/momentum', value: 0.9, also }] } }));
    const { runs } = resultDocument(parsed, reports, { ...options, history: 'none' }) as { runs: { verdict: { remedies: object[] } }[] };
    expect(runs[0].verdict.remedies[0]).toMatchObject({ path: '/optimizers/0/momentum', also: [{ path: '/variants/0/set/~1stop~1steps', value: 9 }, { path: '/stop/change', value: null }] });
  });

  test('of a broken file has the errors and no runs', () => {
    const parsed = parseExperiment('{ "gdexp": 1, "title": "T", "seed": 4, "optimizers": [] }');
    const document = resultDocument(parsed, [], { ...options, history: 200 }) as { errors: object[]; runs: object[] };
    expect(document).toMatchObject({ title: 'T', seed: 4, runs: [], expectations: [] });
    expect(document.errors[0]).toEqual({ line: 1, column: 1, path: '', message: expect.any(String) as string });
  });

  test('of a file that cannot be run yet says why', () => {
    const parsed = parseExperiment(text(', "precision": "float32"'));
    expect(resultDocument(parsed, [], { ...options, history: 200 })).toMatchObject({ errors: [{ message: parsed.experiment!.refusal }], runs: [] });
  });

  test('a history is cut to the rows asked for, with its ends and its spike', () => {
    const rows = 5000;
    const loss = Float64Array.from({ length: rows }, (_, i) => (i === 3333 ? 1e6 : 1 / (i + 1)));
    const long: RunRecord = { rows, kept: 'all', snapshots: null, columns: { step: Float64Array.from({ length: rows }, (_, i) => i), loss, gradientNorm: loss.slice(), learningRate: loss.slice() } };
    const { parsed, reports } = results(text(''));
    const { runs } = resultDocument(parsed, [{ ...reports[0], record: long }], { ...options, history: 200 }) as { runs: { history: { kept: string; step: number[]; loss: number[] } }[] };
    const { history } = runs[0];
    expect(history.kept).toBe('buckets');
    expect(history.step.length).toBeLessThanOrEqual(200);
    expect([history.step[0], history.step.at(-1)]).toEqual([0, rows - 1]);
    expect(Math.max(...history.loss)).toBe(1e6);
  });

  test('lists of numbers stand on one line, and text that looks like one stays', () => {
    const value = { a: [1, -2.5e-7, null, NaN], b: ['[\n1\n]', 'x'], c: [[1], [2, 3]], d: [], e: 'NaN' };
    const written = stringifyResults(value, 2);
    expect(written).toContain('"a": [1, -2.5e-7, null, "NaN"]');
    expect(JSON.parse(written)).toEqual({ ...value, a: [1, -2.5e-7, null, 'NaN'] });
  });
});

describe('CSV', () => {
  test('a row a step, empty where there is no value', () => {
    const { experiment, reports } = results(text(''));
    const lines = resultsCsv(experiment, [{ ...reports[0], record }]).split('\r\n');
    expect(lines).toEqual([
      'label,variant,start,seed,kept,step,loss,gradientNorm,learningRate,x,y,d/dx,d/dy',
      'A,,0,0,all,0,5,4,0.1,1,2,2,4',
      'A,,0,0,all,1,,1,0.1,0.8,1,1.6,2',
      'A,,0,0,all,2,Infinity,0.5,,-1e-7,0,1,1',
      '',
    ]);
  });

  test.each([['=1+1', "'=1+1"], ['+a', "'+a"], ['-a', "'-a"], ['@a', "'@a"], ['a,b', '"a,b"'], ['say "x"', '"say ""x"""'], ['=a,"b"', '"\'=a,""b"""'], ['two\nlines', '"two\nlines"']])('the label %j is written %s', (label, cell) => {
    const { experiment, reports } = results(text('', label));
    expect(resultsCsv(experiment, [{ ...reports[0], record }]).split('\r\n')[1]).toBe(`${cell},,0,0,all,0,5,4,0.1,1,2,2,4`);
  });

  test('a negative number stays a number', () => {
    const { experiment, reports } = results(text(''));
    expect(resultsCsv(experiment, [{ ...reports[0], record }])).toContain(',-1e-7,');
  });
});

test('JUnit XML escapes what it embeds', () => {
  const label = '<a & "b">\u0001\n';
  const { experiment, reports, parsed } = results(text(', "expect": [{ "loss": "> 1" }, { "steps": "> 1" }]', label), () => ({ status: 'failed' }));
  const xml = junitXml([{ file: 'a&b.gdexp', errors: parsed.problems, refusal: null, expectations: evaluateExpectations(experiment, reports), reports, failures: new Map([[reports[0].trial.id, ']]> & so on']]) }]);
  expect(xml).toContain('<testsuite name="a&amp;b.gdexp" tests="3" failures="1" errors="1"');
  expect(xml).toContain('name="&lt;a &amp; &quot;b&quot;&gt;&#10;"><error message="]]&gt; &amp; so on"/>');
  expect(xml).toContain('<failure message="loss &gt; 1: 1e-8">');
  expect(xml).not.toContain('\u0001');
  expect(xml.match(/<testcase /g)).toHaveLength(3);
});
