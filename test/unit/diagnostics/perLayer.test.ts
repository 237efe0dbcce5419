import { describe, expect, it } from 'vitest';
import { layerNorms, layerRatio, layersOf, updateToWeight } from '../../../src/core/diagnostics/perLayer';
import type { Segment } from '../../../src/core/objectives/objective';
import { EACH, filled, kernelsOf, randomNumbers } from '../kernels/fixtures';

const SEGMENTS: readonly Segment[] = [
  { name: 'dense1/weight', offset: 0, shape: [2, 2], layer: 'dense1', role: 'weight' },
  { name: 'dense1/bias', offset: 4, shape: [2], layer: 'dense1', role: 'bias' },
  { name: 'batchNorm1/gamma', offset: 6, shape: [2], layer: 'batchNorm1', role: 'gamma' },
  { name: 'batchNorm1/beta', offset: 8, shape: [2], layer: 'batchNorm1', role: 'beta' },
  { name: 'dense2/weight', offset: 10, shape: [2, 1], layer: 'dense2', role: 'weight' },
  { name: 'dense2/bias', offset: 12, shape: [1], layer: 'dense2', role: 'bias' },
];
const LAYERS = layersOf(SEGMENTS);
const V = [1, 1, 1, 1, 4, 4, 3, 0, 0, 4, 0.6, 0.8, 10];

describe('quantities of layers', () => {
  it('put the tensors of a layer together, in the order of the model', () => {
    expect(LAYERS).toEqual([
      { name: 'dense1', ranges: [[0, 4], [4, 6]], weights: [0, 4] },
      { name: 'batchNorm1', ranges: [[6, 8], [8, 10]], weights: null },
      { name: 'dense2', ranges: [[10, 12], [12, 13]], weights: [10, 12] },
    ]);
    expect(layersOf([{ name: 'x', offset: 0, shape: [3] }])).toEqual([{ name: 'x', ranges: [[0, 3]], weights: null }]);
  });

  for (const array of [Float64Array, Float32Array]) {
    it(`are right in ${array.name}`, () => {
      const v = array.from(V);
      const out = new Float64Array(3);
      layerNorms(LAYERS, v, out);
      [6, 5, Math.sqrt(101)].forEach((norm, l) => expect(out[l]).toBeCloseTo(norm, 6));
      // Weights alone: 2 against 1; the biases would turn it round.
      expect(layerRatio(LAYERS, v)).toBeCloseTo(2, 6);
      const after = v.slice();
      after[0] += 0.5;
      after[5] -= 0.5;
      after[12] += 1;
      updateToWeight(LAYERS, v, after, out);
      [Math.sqrt(0.5) / 6, 0, 1 / Math.sqrt(101)].forEach((ratio, l) => expect(out[l]).toBeCloseTo(ratio, 6));
    });
  }

  it('sum in float64, where float32 would lose every small entry beside a large one', () => {
    const count = 10_000;
    const layers = layersOf([{ name: 'w', offset: 0, shape: [count + 1] }]);
    const v = new Float32Array(count + 1).fill(1);
    v[0] = 1e4;
    const out = new Float64Array(1);
    layerNorms(layers, v, out);
    expect(out[0]).toBeCloseTo(Math.sqrt(1e8 + count), 9);
  });

  it('have no ratio where fewer than two layers have weights', () => {
    expect(layerRatio(layersOf(SEGMENTS.slice(0, 4)), Float64Array.from(V))).toBeNull();
    expect(layerRatio(layersOf([]), new Float64Array(0))).toBeNull();
  });

  it('say what zeros give', () => {
    const out = new Float64Array(3);
    updateToWeight(LAYERS, new Float64Array(13), Float64Array.from({ length: 13 }, (_, i) => (i < 4 ? 1 : 0)), out);
    expect([...out]).toEqual([Infinity, NaN, NaN]);
    expect(layerRatio(LAYERS, Float64Array.from({ length: 13 }, (_, i) => (i < 10 ? 1 : 0)))).toBe(Infinity);
  });

  it.each(EACH)('are the same of long layers by the kernels of %s in %s', (set, precision) => {
    const layers = layersOf([
      { name: 'a/weight', offset: 0, shape: [37, 41], layer: 'a', role: 'weight' },
      { name: 'a/bias', offset: 1517, shape: [41], layer: 'a', role: 'bias' },
      { name: 'b/weight', offset: 1558, shape: [41, 53], layer: 'b', role: 'weight' },
    ]);
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(4);
    const v = filled(kernels, 1558 + 41 * 53, random);
    const [norms, byKernels] = [new Float64Array(2), new Float64Array(2)];
    layerNorms(layers, v, norms);
    layerNorms(layers, v, byKernels, kernels);
    const squares = (from: number, to: number) => Array.from(v.subarray(from, to)).reduce((sum, value) => sum + value ** 2, 0);
    const exact = [Math.sqrt(squares(0, 1558)), Math.sqrt(squares(1558, v.length))];
    const ratio = Math.sqrt(squares(0, 1517) / squares(1558, v.length));
    for (const found of [norms, byKernels]) found.forEach((norm, l) => expect(Math.abs(norm - exact[l])).toBeLessThan(1e-12 * exact[l]));
    for (const found of [layerRatio(layers, v), layerRatio(layers, v, kernels)]) expect(Math.abs(found! - ratio)).toBeLessThan(1e-12 * ratio);
  });
});
