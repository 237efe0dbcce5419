import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTrial } from '../../src/core/training/run';
import { evaluateExpectations } from '../../src/format/expectations';
import { parseExperiment } from '../../src/format/parse';

const folder = path.resolve(import.meta.dirname, '../../examples');
const files = readdirSync(folder).filter((name) => name.endsWith('.gdexp'));

describe('every lesson', () => {
  it('is among at least fourteen', () => expect(files.length).toBeGreaterThanOrEqual(14));

  it.each(files)('%s is valid, teaches in both languages, and keeps what it claims', (name) => {
    const parsed = parseExperiment(readFileSync(path.join(folder, name), 'utf8'));
    expect(parsed.problems).toEqual([]);
    const experiment = parsed.experiment!;
    expect(experiment.refusal).toBeNull();
    for (const text of [experiment.title, experiment.description]) {
      expect(Object.keys(text as object).sort()).toEqual(['en', 'ko']);
      for (const written of Object.values(text as object)) expect(written).not.toBe('');
    }
    const results = experiment.trials.map((trial) => ({ trial, summary: runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => performance.now() }) }));
    const claims = evaluateExpectations(experiment, results);
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.filter((claim) => !claim.holds)).toEqual([]);
  });
});
