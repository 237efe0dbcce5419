import { expect, it } from 'vitest';
import { applyNetwork } from '../../../src/core/training/apply';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { prepareModel } from '../../../src/core/training/modelParts';
import { trialOf } from '../diagnostics/networkRuns';

it('sparse rows are answered with their entries, of long rows with the first ones and how many there are', async () => {
  const { trial, datasets } = await trialOf(JSON.stringify({
    gdexp: 1, data: { generate: 'multiHot', samples: 30, columns: 2000, nonZeros: 180, classes: 2 }, model: { layers: [{ type: 'dense', units: 1, activation: 'sigmoid' }] },
    loss: 'binaryCrossentropy', optimizers: [{ type: 'sgd' }], training: { epochs: 1 },
  }));
  const parts = prepareModel(trial, { ...DEPENDENCIES, datasets: () => datasets });
  const answer = applyNetwork(parts, new Float64Array(2001), { kind: 'rows', part: 'training', from: 3, count: 20 });
  if (answer.kind !== 'rows' || !answer.sparse || datasets.main.x.kind !== 'sparse') throw new Error();
  const { offsets, columns, values, totals } = answer.sparse;
  const { x } = datasets.main;
  expect(answer.inputs).toHaveLength(0);
  expect(totals).toHaveLength(20);
  expect(Math.max(...totals)).toBeGreaterThan(200);
  expect(Math.min(...totals)).toBeLessThan(200);
  parts.training.rows.slice(3, 23).forEach((row, i) => {
    const whole = x.indices.slice(x.offsets[row], x.offsets[row + 1]);
    expect(totals[i]).toBe(whole.length);
    expect([...columns.slice(offsets[i], offsets[i + 1])]).toEqual([...whole.slice(0, 200)]);
  });
  expect(values.every((value) => value === 1)).toBe(true);
  expect(offsets[20]).toBe(columns.length);
});
