import { describe, expect, it, vi } from 'vitest';
import type { RunRecord, Trial } from '../../src/core/training/trial';
import { compare, type SourceRuns } from '../../src/host/compare/comparison';
import { differences, leaves, trialLeaves } from '../../src/host/compare/differences';
import { readCompareMessage } from '../../src/host/compare/pageMessage';
import { isSourceRef, refsOf } from '../../src/host/compare/sources';
import { Run } from '../../src/host/runs/run';
import { madeRun } from './historyFixtures';

vi.mock('vscode', () => ({}));

function run(n: number, more: Partial<Trial> = {}): Run {
  const { trial, summary, record } = madeRun(n).content;
  const made = Run.create({ ...trial, ...more } as Trial, 1e6);
  made.append(record!);
  made.finish(summary);
  return made;
}

const source = (name: string, runs: readonly Run[], value: unknown = {}, text = name): SourceRuns => ({ source: { name, detail: '', when: '', state: 'ready', note: '', canOpen: true }, runs, value, text });

describe('What differs', () => {
  it('is told by place, of objects, lists and lists of objects', () => {
    expect([...leaves({ a: 1, b: { 'c/d~': [1, 2] }, list: [{ x: 'y' }, { x: null }], points: [[1, 2], [3, 4]], none: [] })]).toEqual([
      ['/a', '1'], ['/b/c~1d~0', '[1,2]'], ['/list/0/x', 'y'], ['/list/1/x', 'null'], ['/points', '[[1,2],[3,4]]'], ['/none', '[]'],
    ]);
    expect([...leaves(undefined)]).toEqual([['', '']]);
  });

  it('leaves out what all have', () => {
    const all = [{ a: 1, b: 2 }, { a: 1, b: 3, c: 4 }].map(leaves);
    expect(differences(all)).toEqual([{ pointer: '/b', values: ['2', '3'] }, { pointer: '/c', values: [null, '4'] }]);
    expect(differences([])).toEqual([]);
  });

  it('is what decides a run, not where it stands nor what is looked at', () => {
    const { trial } = madeRun(1).content;
    const other = { ...trial, id: 'x', label: 'y', optimizerIndex: 7, startIndex: 3, objective: { ...(trial as { objective: object }).objective, view: [[-1, 1]] } } as unknown as Trial;
    expect(differences([trialLeaves([trial]), trialLeaves([other])])).toEqual([]);
    const seeds = [trial, { ...trial, seed: 2 }, { ...trial, seed: 1 }] as Trial[];
    expect(trialLeaves(seeds).get('/seed')).toBe('0, 1, 2');
  });
});

describe('A comparison', () => {
  it('takes seeds of one optimizer together, and starts, variants and swept values apart', () => {
    const runs = [run(1), run(1, { seed: 1 }), run(1, { startIndex: 1 }), run(1, { variant: 'deep', variantIndex: 1 }), run(1, { sweep: { learningRate: 0.1 } })];
    const { contenders } = compare([source('a', runs)]);
    expect(contenders.map(({ name, runs: own }) => [name, own.length])).toEqual([['run 1 · start 1', 2], ['run 1 · start 2', 1], ['run 1 · deep · start 1', 1], ['run 1 · learningRate 0.1 · start 1', 1]]);
  });

  it('keeps equal names of two sources apart, leaves unfinished runs out', () => {
    const going = Run.create(madeRun(5).content.trial, 1e6);
    const { contenders } = compare([source('a', [run(1), going]), source('b', [run(1)])]);
    expect(contenders.map(({ source: of, name }) => [of, name])).toEqual([[0, 'run 1'], [1, 'run 1']]);
    expect(new Set(contenders.map(({ key }) => key)).size).toBe(2);
  });

  it('puts the numbers of all curves into one buffer, unchanged', () => {
    const { contenders } = compare([source('a', [run(1), run(2)]), source('b', [run(3)])]);
    const records = contenders.flatMap(({ runs }) => runs.map(({ record }) => record as RunRecord));
    expect(new Set(records.flatMap(({ columns }) => Object.values(columns).map(({ buffer }) => buffer))).size).toBe(1);
    records.forEach((record, k) => {
      expect(Object.keys(record.columns)).toEqual(['step', 'loss']);
      expect(record.columns.loss).toEqual(madeRun(k + 1).content.record!.columns.loss);
    });
  });

  it('says where objectives differ, and compares texts only where there are two', () => {
    const other = { ...(madeRun(1).content.trial as { objective: object }).objective, function: { kind: 'expression', expression: 'x^4', constants: {} } };
    expect(compare([source('a', [run(1)], { seed: 1 }, 't'), source('b', [run(1)], { seed: 1 }, 't')])).toMatchObject({ oneObjective: true, fileDifferences: [], trialDifferences: [] });
    expect(compare([source('a', [run(1)], { seed: 1 }), source('b', [run(1, { objective: other } as Partial<Trial>)], { seed: 2 })])).toMatchObject({
      oneObjective: false, fileDifferences: [{ pointer: '/seed', values: ['1', '2'] }], trialDifferences: [{ pointer: '/objective/function/expression', values: ['x^2 + y^2', 'x^4'] }],
    });
  });

  it('counts noise on the gradient as no other objective: the loss is the same', () => {
    const noisy = { ...(madeRun(1).content.trial as { objective: object }).objective, gradientNoise: 2 };
    expect(compare([source('a', [run(1)]), source('b', [run(1, { objective: noisy } as Partial<Trial>)])]).oneObjective).toBe(true);
  });

  it('compares kept runs that were started together as one source', () => {
    const entry = (id: string, batch: string, experiment = 'e') => ({ ...madeRun(0).run, id, batch, experiment, text: '', textBytes: 0, pinned: false, bytes: 0 });
    expect(refsOf([entry('1', 'a'), entry('2', 'b'), entry('3', 'a'), entry('4', 'a', 'other')])).toEqual([{ kind: 'runs', ids: ['1', '3'] }, { kind: 'runs', ids: ['2'] }, { kind: 'runs', ids: ['4'] }]);
  });
});

describe('Messages of the comparing page', () => {
  it('are read only where they are whole', () => {
    for (const good of [{ type: 'ready' }, { type: 'add' }, { type: 'open', source: 0 }, { type: 'run', source: 3 }, { type: 'csv', rows: [['a', 1, null]] }, { type: 'image', png: new Uint8Array(3) }, { type: 'problem', message: 'x' }, { type: 'explain', request: 2, terms: ['finalLoss', 'optimizer.adam.beta1'] }, { type: 'openTerm', term: 'field.stop.steps' }]) {
      expect(readCompareMessage(good)).toEqual(good);
    }
    for (const bad of [null, 1, {}, { type: 'open' }, { type: 'open', source: -1 }, { type: 'open', source: 0.5 }, { type: 'csv', rows: [[{}]] }, { type: 'csv', rows: 'x' }, { type: 'image', png: [1] }, { type: 'problem' }, { type: 'exec' }, { type: 'explain', request: -1, terms: [] }, { type: 'explain', request: 1, terms: ['../x'] }, { type: 'explain', request: 1 }, { type: 'openTerm', term: 'x'.repeat(101) }, { type: 'openTerm' }]) {
      expect(readCompareMessage(bad)).toBeNull();
    }
  });

  it('hold what is compared over a reload, and nothing else', () => {
    expect([{ kind: 'file', uri: 'x' }, { kind: 'runs', ids: ['a'] }].every(isSourceRef)).toBe(true);
    for (const bad of [null, {}, { kind: 'file' }, { kind: 'runs', ids: [1] }, { kind: 'other', uri: 'x' }]) expect(isSourceRef(bad)).toBe(false);
  });
});
