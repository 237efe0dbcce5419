import { describe, expect, it } from 'vitest';
import { Marks } from '../../../src/core/training/marks';
import { Trace } from '../../../src/core/training/trace';

const loss = (step: number): number => (step * 37) % 101;
const turned = (step: number): boolean => step % 7 === 0;

/** As a run fills it: rows are summed until the trace says that a stretch ends. */
function traceOf(rows: number): Trace {
  const trace = new Trace();
  let [first, count, sum, back] = [0, 0, 0, 0];
  for (let step = 0; step < rows; step++) {
    if (step === trace.end) {
      trace.add(first, loss(first), count, sum, back);
      [first, count, sum, back] = [step, 0, 0, 0];
    }
    count++;
    sum += loss(step);
    back += turned(step) ? 1 : 0;
  }
  trace.add(first, loss(first), count, sum, back);
  return trace;
}

describe('The trace of a run', () => {
  it.each([0, 1, 2, 63, 64, 127, 128, 129, 500, 4096, 10_001])('sums %i rows in stretches that follow each other', (rows) => {
    const trace = traceOf(rows);
    const { stretches } = trace;
    expect(stretches.length).toBeLessThanOrEqual(128);
    if (rows > 128) expect(stretches.length).toBeGreaterThanOrEqual(64);
    let step = 0;
    for (const { firstStep, firstLoss, count, lossSum, back } of stretches) {
      const steps = Array.from({ length: count }, (_, k) => step + k);
      expect([firstStep, firstLoss, lossSum, back]).toEqual([step, loss(step), steps.reduce((sum, k) => sum + loss(k), 0), steps.filter(turned).length]);
      step += count;
    }
    expect(step).toBe(rows);
  });

  it('tells the loss at the beginning of the stretch of a step, and the stretches from a step on', () => {
    const trace = traceOf(1000);
    const { stretches } = trace;
    for (const step of [0, 1, 500, 999]) {
      const holding = stretches.filter(({ firstStep }) => firstStep <= step).at(-1)!;
      expect(trace.lossAt(step)).toBe(loss(holding.firstStep));
      expect(trace.from(step)).toEqual(stretches.filter(({ firstStep }) => firstStep >= step));
    }
    expect(new Trace().lossAt(3)).toBeNaN();
  });
});

describe('The marks of a run', () => {
  it('are as they were put down, evenly spread, and as many as there is room for', () => {
    const marks = new Marks(2);
    for (let step = 0; step < 1000; step++) {
      if (step !== marks.next) continue;
      const at = (k: number) => Float64Array.of(step + k / 10, -step - k / 10);
      marks.add(step, loss(step), 1 / (step + 1), turned(step) ? null : step, at(1), at(2), at(3), step % 2 === 0 ? at(4) : null);
    }
    const list = marks.list();
    expect(list.length).toBeGreaterThanOrEqual(16);
    expect(list.length).toBeLessThanOrEqual(32);
    const stride = list[1].step;
    list.forEach((mark, k) => {
      const step = k * stride;
      const at = (part: number) => [step + part / 10, -step - part / 10];
      expect([mark.step, mark.loss, mark.learningRate, mark.sharpnessLimit]).toEqual([step, loss(step), 1 / (step + 1), turned(step) ? null : step]);
      expect([mark.point, mark.gradient, mark.update].map((vector) => [...vector])).toEqual([at(1), at(2), at(3)]);
      expect(mark.scale && [...mark.scale]).toEqual(step % 2 === 0 ? at(4) : null);
    });
  });
});
