import { describe, expect, it } from 'vitest';
import { parameterShapes, summarize, windowShape } from '../../../src/core/nn/shapes';
import type { Shape } from '../../../src/core/nn/spec';
import { layersOf, type Draft } from './networks';

const summary = (input: Shape | null, layers: readonly Draft[]) => summarize({ layers: layersOf(layers), precision: 'float32', kernels: null }, input);

describe('The summary of a model', () => {
  it('counts LeNet-5 as its authors do where every map sees all others: 61,706 parameters', () => {
    const conv = (filters: number, padding: string): Draft => ({ type: 'conv2d', filters, kernel: [5, 5], padding });
    const { layers, parameters, output, problem } = summary([28, 28, 1], [
      conv(6, 'same'), { type: 'avgPool2d' }, conv(16, 'valid'), { type: 'avgPool2d' }, { type: 'flatten' },
      { type: 'dense', units: 120 }, { type: 'dense', units: 84 }, { type: 'dense', units: 10 },
    ]);
    expect(problem).toBeNull();
    expect(layers.map((layer) => layer.output)).toEqual([[28, 28, 6], [14, 14, 6], [10, 10, 16], [5, 5, 16], [400], [120], [84], [10]]);
    expect(layers.map((layer) => layer.parameters)).toEqual([156, 0, 2416, 0, 0, 48120, 10164, 850]);
    expect(parameters).toBe(61706);
    expect(output).toEqual([10]);
  });

  it('tells trained parameters from those that are not; running statistics are no parameters', () => {
    const { layers } = summary([6, 6, 3], [
      { type: 'conv2d', filters: 1, kernel: [3, 3], fixed: [[0, 1, 0], [1, -4, 1], [0, 1, 0]], bias: false, trainable: false },
      { type: 'batchNorm' },
      { type: 'flatten' },
      { type: 'dense', units: 2, trainable: false },
      { type: 'dense', units: 2, bias: false },
    ]);
    expect(layers.map(({ parameters, trainable }) => [parameters, trainable])).toEqual([[9, 0], [6, 6], [0, 0], [98, 0], [4, 4]]);
    expect(layers[0].output).toEqual([4, 4, 3]);
  });

  it('counts what is known where the number of columns is not', () => {
    const { layers, parameters, output, problem } = summary(null, [{ type: 'dense', units: 3 }, { type: 'layerNorm' }, { type: 'dense', units: 2 }]);
    expect(problem).toBeNull();
    expect(layers.map((layer) => layer.parameters)).toEqual([NaN, 6, 8]);
    expect(parameters).toBeNaN();
    expect(output).toEqual([2]);
  });

  it('tells where a layer does not fit, and why', () => {
    expect(summary([4, 4, 1], [{ type: 'activation', activation: 'relu' }, { type: 'dense', units: 3 }]).problem).toEqual({ code: 'needsFlatten', layer: 1, name: 'dense2', type: 'dense', index: 1, input: [4, 4, 1], window: null });
    expect(summary([4, 2], [{ type: 'dense', units: 3 }]).problem?.code).toBe('needsFlatten');
    expect(summary([16], [{ type: 'conv2d', filters: 3, kernel: [3, 3] }]).problem?.code).toBe('needsPicture');
    expect(summary([16, 2], [{ type: 'maxPool2d' }]).problem?.code).toBe('needsPicture');
    expect(summary([16, 2], [{ type: 'globalAvgPool2d' }]).problem?.code).toBe('needsPicture');
    expect(summary([4, 4, 1], [{ type: 'conv1d', filters: 3, kernel: [1, 3] }]).problem?.code).toBe('needsSequence');
    expect(summary(null, [{ type: 'conv1d', filters: 3, kernel: [1, 3] }]).problem?.code).toBe('needsSequence');
    const small = summary([6, 6, 1], [{ type: 'conv2d', filters: 3, kernel: [4, 3] }, { type: 'maxPool2d' }, { type: 'maxPool2d' }]);
    expect(small.problem).toMatchObject({ code: 'windowTooLarge', layer: 2, input: [1, 2, 3], window: [2, 2] });
    expect(small.layers).toHaveLength(2);
    expect(summary([3, 2], [{ type: 'conv1d', filters: 3, kernel: [1, 4] }]).problem?.code).toBe('windowTooLarge');
    expect(summary([3, 2], [{ type: 'conv1d', filters: 3, kernel: [1, 4], padding: 'same' }]).problem).toBeNull();
  });

  it('pads "same" as Keras does: an odd zero after, the output ⌈size/stride⌉', () => {
    const [layer] = layersOf([{ type: 'conv2d', filters: 1, kernel: [4, 3], stride: [2, 3], padding: 'same' }]);
    // Height 7: 4 windows span 2·3 + 4 = 10, three zeros: 1 before. Width 7: 3 windows span 3·2 + 3 = 9, two zeros: 1 before.
    expect(windowShape(layer as never, [7, 7, 1], 1)).toMatchObject({ outHeight: 4, outWidth: 3, padTop: 1, padLeft: 1 });
    expect(windowShape(layer as never, [8, 9, 1], 1)).toMatchObject({ outHeight: 4, outWidth: 3, padTop: 1, padLeft: 0 });
  });

  it('keeps inputs before outputs in every weight', () => {
    const [dense, one, two] = layersOf([{ type: 'dense', units: 5 }, { type: 'conv1d', filters: 4, kernel: [1, 3] }, { type: 'conv2d', filters: 4, kernel: [2, 3] }]);
    expect(parameterShapes(dense, [7])).toEqual([{ kind: 'weight', shape: [7, 5], trained: true }, { kind: 'bias', shape: [5], trained: true }]);
    expect(parameterShapes(one, [9, 2])[0].shape).toEqual([3, 2, 4]);
    expect(parameterShapes(two, [9, 9, 2])[0].shape).toEqual([2, 3, 2, 4]);
  });
});
