import type { LayerSpec, PoolingSpec } from '../spec';
import { ActivationLayer } from './activation';
import { BatchNormLayer } from './batchNorm';
import { DropoutLayer, FlattenLayer, GaussianNoiseLayer } from './elementwise';
import type { Layer, Parameter, Signal, Surroundings } from './layer';
import { LayerNormLayer } from './layerNorm';
import { AveragePoolLayer, MaxPoolLayer } from './pooling';
import { WeightedLayer } from './weighted';

export function createLayer(around: Surroundings, spec: LayerSpec, parameters: readonly Parameter[], input: Signal, output: Signal): Layer {
  switch (spec.type) {
    case 'dense':
    case 'conv1d':
    case 'conv2d':
      return new WeightedLayer(around, spec, parameters, input, output);
    case 'maxPool2d':
      return new MaxPoolLayer(around, spec as PoolingSpec, input, output);
    case 'avgPool2d':
    case 'globalAvgPool2d':
      return new AveragePoolLayer(around, spec, input, output);
    case 'batchNorm':
      return new BatchNormLayer(around, spec, parameters, input, output);
    case 'layerNorm':
      return new LayerNormLayer(around, spec, parameters, input, output);
    case 'dropout':
      return new DropoutLayer(around, spec, input, output);
    case 'gaussianNoise':
      return new GaussianNoiseLayer(around, spec, input, output);
    case 'activation':
      return new ActivationLayer(around.kernels, spec, input, output);
    case 'flatten':
      return new FlattenLayer(around, spec, input, output);
  }
}
