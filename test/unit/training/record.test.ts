import { describe, expect, it } from 'vitest';
import { decimate, RecordBuilder } from '../../../src/core/training/record';
import type { RunRecord } from '../../../src/core/training/trial';

/** A record of a made-up loss, a column a name. */
function piece(from: number, rows: number, loss: (step: number) => number): RunRecord {
  const step = Float64Array.from({ length: rows }, (_, i) => from + i);
  return { rows, columns: { step, loss: step.map(loss), gradientNorm: step.map((k) => 1 / (1 + k)), learningRate: step.map(() => 0.1) }, kept: 'all', snapshots: null };
}

const wavy = (k: number) => Math.sin(k / 50) + 2 - k / 1e6;
const spiked = (k: number) => (k === 77_777 ? 1e6 : k === 33_333 ? -1e6 : k === 50_001 ? NaN : wavy(k));

describe('RecordBuilder', () => {
  it('keeps every row below the cap', () => {
    const builder = new RecordBuilder();
    for (let from = 0; from < 10_000; from += 100) builder.append(piece(from, 100, wavy));
    const record = builder.build();
    expect(record).toMatchObject({ rows: 10_000, kept: 'all' });
    expect(Array.from(record.columns.step)).toEqual(Array.from({ length: 10_000 }, (_, k) => k));
    expect(record.columns.loss).toEqual(record.columns.step.map(wavy));
  });

  it('keeps first, last and every spike beyond the cap, in bounded memory', () => {
    const capBytes = 4 * 8 * 1000;
    const builder = new RecordBuilder({ capBytes });
    for (let from = 0; from < 100_000; from += 777) builder.append(piece(from, Math.min(777, 100_000 - from), spiked));
    const { rows, columns, kept } = builder.build();
    expect(kept).toBe('buckets');
    expect(rows).toBeLessThanOrEqual(1000);
    expect(columns.step[0]).toBe(0);
    expect(columns.step[rows - 1]).toBe(99_999);
    expect(Array.from(columns.step)).toEqual(expect.arrayContaining([33_333, 50_001, 77_777]));
    for (let i = 0; i < rows; i++) {
      expect(columns.loss[i]).toEqual(spiked(columns.step[i]));
      if (i > 0) expect(columns.step[i]).toBeGreaterThan(columns.step[i - 1]);
    }
    // No stretch of the run is left bare.
    let widest = 0;
    for (let i = 1; i < rows; i++) widest = Math.max(widest, columns.step[i] - columns.step[i - 1]);
    expect(widest).toBeLessThan(100_000 / 50);
  });

  it('takes one piece larger than the cap', () => {
    const builder = new RecordBuilder({ capBytes: 4 * 8 * 500 });
    builder.append(piece(0, 100_000, spiked));
    const { rows, columns } = builder.build();
    expect(rows).toBeLessThanOrEqual(500);
    expect(Array.from(columns.step)).toEqual(expect.arrayContaining([0, 33_333, 50_001, 77_777, 99_999]));
  });

  it('thins the points of a large dimension and keeps the last', () => {
    const dimension = 100_000;
    const builder = new RecordBuilder();
    for (let k = 0; k < 101; k++) {
      builder.append({ ...piece(k, 1, wavy), snapshots: { steps: Float64Array.of(k), points: new Float64Array(dimension).fill(k) } });
    }
    const { snapshots } = builder.build();
    const steps = Array.from(snapshots?.steps ?? []);
    expect(snapshots?.points.byteLength).toBeLessThanOrEqual(16 * 2 ** 20 + 2 * 8 * dimension);
    expect(steps[0]).toBe(0);
    expect(steps[steps.length - 1]).toBe(100);
    steps.forEach((step, i) => expect(snapshots?.points[i * dimension]).toBe(step));
  });
});

describe('decimate', () => {
  it('selects real rows, with the first, the last and the extremes', () => {
    const whole = piece(0, 100_000, spiked);
    for (const most of [10, 300, 3000]) {
      const { rows, columns, kept } = decimate(whole, most);
      expect(rows).toBeLessThanOrEqual(most);
      expect(rows).toBeGreaterThan(most / 6);
      expect(kept).toBe('buckets');
      expect(columns.step[0]).toBe(0);
      expect(columns.step[rows - 1]).toBe(99_999);
      expect(Array.from(columns.loss)).toEqual(Array.from(columns.step, spiked));
      if (most >= 300) expect(Array.from(columns.step)).toEqual(expect.arrayContaining([33_333, 50_001, 77_777]));
    }
  });

  it('returns a short record as it is', () => {
    const whole = piece(0, 20, wavy);
    expect(decimate(whole, 20)).toBe(whole);
  });
});
