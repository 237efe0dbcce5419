import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/core/optimizers/spec';
import { dropped, OBJECTIVES, relativeError, run, specOf } from './objectives';

interface FormulaCase {
  readonly dialect: Dialect;
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly objective: string;
  readonly drop: readonly [number, number] | null;
  readonly path: readonly (readonly [number, readonly number[], (readonly number[])?])[];
}

const { cases }: { cases: FormulaCase[] } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'dumps', 'formulas.json'), 'utf8'));

/** The probes of make_formulas.py: entry i of probe k. */
function probes(dimension: number): () => number {
  let drawn = 0;
  return () => {
    const k = Math.floor(drawn / dimension);
    const i = drawn++ % dimension;
    return 2 * Math.cos(1 + 7 * k + 3 * i);
  };
}

// No framework made these: make_formulas.py transcribes the published formulas of Keras and the papers in 40-digit arithmetic.
describe('paths in 40-digit arithmetic from published formulas', () => {
  for (const { dialect, type, fields, objective, drop, path: expected } of cases) {
    it(`${dialect} ${type} ${JSON.stringify(fields)}${drop ? ` rate × ${drop[1]} every ${drop[0]}` : ''} on ${objective}`, () => {
      const spec = specOf(type, dialect, fields);
      const start = OBJECTIVES.get(objective)!;
      const { points, reported } = run(spec, start, 150, dropped(spec.learningRate, drop), probes(start.start.length));
      for (const [t, theta, average] of expected) {
        expect(relativeError(points[t - 1], theta), `step ${t}: ${points[t - 1]} for ${theta}`).toBeLessThan(1e-10);
        if (average) expect(relativeError(reported[t - 1], average), `average at step ${t}`).toBeLessThan(1e-10);
      }
    });
  }
});
