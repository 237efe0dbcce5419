import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExperimentResult, RunResult } from '../../src/host/api/api';
import { definitionOf, explainTopic, runsAbout, termsOf } from '../../src/host/languageModel/explanation';
import { runAnswer, stringify } from '../../src/host/languageModel/runAnswer';

function run(label: string, kind: string, more: Partial<RunResult> = {}): RunResult {
  return {
    label, variant: null, start: 0, seed: 0, sweep: null, status: 'completed', reason: 'step limit 10', steps: 10, seconds: 0.001, loss: 1 / 3, gradientNorm: NaN, parameters: [1 / 3], metrics: null,
    verdict: { kind, title: kind, text: `A sentence on ${label}.`, evidence: { turn: -0.98 }, remedies: [{ text: 'Add momentum 0.9', path: '/optimizers/0/momentum', value: 0.9 }] }, ...more,
  };
}
const result = (...runs: RunResult[]): ExperimentResult => ({ title: 'T', problems: [], refusal: null, runs, expectations: [] });
const parse = (text: string) => JSON.parse(text) as { runs: Record<string, unknown>[]; runsLeftOut?: number };

describe('the answer to a model', () => {
  it('is JSON with six digits, and words for what JSON lacks', () => {
    expect(JSON.parse(stringify({ a: 1 / 3, b: -Infinity, c: NaN, d: 12345678 }))).toEqual({ a: 0.333333, b: '-Infinity', c: 'NaN', d: 12345700 });
  });

  it('gives up points first, then sentences, then the runs that did not arrive', async () => {
    const runs = [...Array.from({ length: 7 }, (_, i) => run(`slow ${i}`, 'tooSlow')), run('NAG', 'converged', { steps: 99 })];
    const whole = await runAnswer(result(...runs), () => true);
    expect(parse(whole).runs[0]).toMatchObject({ parameters: [0.333333], says: 'A sentence on slow 0.', gradientNorm: 'NaN' });
    const fitting = async (length: number) => parse(await runAnswer(result(...runs), (text) => text.length <= length));
    const verdicts = await fitting(whole.length - 1);
    expect(verdicts.runs[0]).toMatchObject({ says: 'A sentence on slow 0.' });
    expect(verdicts.runs[0]).not.toHaveProperty('parameters');
    const few = await fitting(400);
    expect(few.runs[0]).toMatchObject({ optimizer: 'NAG' });
    expect(few.runs[0]).not.toHaveProperty('says');
    expect(few.runs.length + few.runsLeftOut!).toBe(8);
    expect((await fitting(0)).runs).toHaveLength(1);
  });

  it('asks whether it fits instead of guessing tokens', async () => {
    const asked: number[] = [];
    await runAnswer(result(run('a', 'converged')), (text) => Promise.resolve(asked.push(text.length) > 1));
    expect(asked).toHaveLength(2);
    expect(asked[1]).toBeLessThan(asked[0]);
  });
});

describe.each(['.md', '.ko.md'])('explanations from the pages of quantities and verdicts (%s)', (end) => {
  const page = ['quantities', 'verdicts'].map((name) => readFileSync(path.resolve(import.meta.dirname, '../../docs', `${name}${end}`), 'utf8')).join('\n');

  it('find every term, however it is written', () => {
    const terms = termsOf(page);
    expect(terms).toContain('zigzag');
    expect(terms).toContain('sharpnessLimit');
    for (const term of terms) expect(definitionOf(page, term), term).toMatch(/\S{3}/);
    expect(definitionOf(page, 'Sharpness Limit')).toBe(definitionOf(page, 'sharpnessLimit'));
    expect(definitionOf(page, 'sharp')).toBeNull();
  });

  it('give an optimizer by its rule, and name the nearest where there is none', () => {
    expect(explainTopic('Adam', page)).toMatch(/θ ← θ − γm̂\/\(√v̂ \+ ε\)[\s\S]*beta1/);
    expect(() => explainTopic('momentun', page)).toThrow(/momentun/);
    expect(() => explainTopic('zigzg', page)).toThrow(/"zigzag"/);
  });
});

it('knows which runs a topic is about', () => {
  const runs = [{ ...run('plain', 'zigzag'), type: 'sgd' }, { ...run('Adam', 'converged', { verdict: { ...run('', 'converged').verdict, evidence: { gradientNorm: 1e-7 } } }), type: 'adam' }];
  const labels = (topic?: string, optimizer?: string) => runsAbout(runs, topic, optimizer).map(({ label }) => label);
  expect(labels('zigzag')).toEqual(['plain']);
  expect(labels('adam')).toEqual(['Adam']);
  expect(labels('gradient norm')).toEqual(['Adam']);
  expect(labels('converged', 'plain')).toEqual(['plain']);
  expect(labels('saddle')).toEqual([]);
  expect(labels()).toEqual(['plain', 'Adam']);
});
