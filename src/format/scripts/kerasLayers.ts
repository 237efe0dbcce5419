import type { Activation, ConvolutionSpec, Initializer, LayerSpec } from '../../core/nn/spec';
import { pyFloat, pyNumber, pyString, pyTuple } from './python';
import type { LayersCode } from './pytorchLayers';

const KERAS_ACTIVATIONS: Readonly<Record<Exclude<Activation, 'linear'>, string>> = {
  relu: 'keras.layers.ReLU()', leakyRelu: 'keras.layers.LeakyReLU(negative_slope=0.01)', elu: 'keras.layers.ELU()', gelu: 'keras.layers.Activation("gelu")', silu: 'keras.layers.Activation("silu")',
  sigmoid: 'keras.layers.Activation("sigmoid")', tanh: 'keras.layers.Activation("tanh")', softplus: 'keras.layers.Activation("softplus")', softmax: 'keras.layers.Softmax()',
};

/** @param inLoss whether the last activation is computed with the loss, from the logits. */
export function kerasLayers(layers: readonly LayerSpec[], inLoss: boolean): LayersCode {
  const blocks = new Set<string>();
  const lines: string[] = [];
  layers.forEach((layer, i) => {
    const last = inLoss && i === layers.length - 1;
    const name = pyString(layer.name);
    const add = (made: string): void => void lines.push(`add(${name}, ${made})`);
    const activate = (activation: Activation): void => {
      if (activation !== 'linear' && !last) lines.push(`add(None, ${KERAS_ACTIVATIONS[activation]})`);
    };
    switch (layer.type) {
      case 'dense':
        add(`keras.layers.Dense(${layer.units}, ${weighted(layer, 'x.shape[-1]')})`);
        activate(layer.activation);
        break;
      case 'conv1d':
      case 'conv2d':
        if (layer.fixed) {
          const dimensions = layer.type === 'conv1d' ? 1 : 2;
          if (layer.stride[0] !== layer.stride[1] && dimensions === 2) {
            lines.push('raise NotImplementedError("TensorFlow has no depthwise convolution with different strides, which a fixed kernel here needs")');
            break;
          }
          blocks.add(FIXED);
          const kernel = `[${layer.fixed.map((row) => `[${row.map(pyNumber).join(', ')}]`).join(', ')}]`;
          const size = dimensions === 1 ? pyNumber(layer.kernel[1]) : pyTuple(layer.kernel);
          add(`fixed(keras.layers.DepthwiseConv${dimensions}D(${size}, strides=${layer.stride[1]}, padding="${layer.padding}", use_bias=False), ${dimensions === 1 ? `${kernel}[0]` : kernel}, x)`);
        } else add(convolution(layer));
        activate(layer.activation);
        break;
      case 'maxPool2d':
      case 'avgPool2d':
        add(`keras.layers.${layer.type === 'maxPool2d' ? 'MaxPooling2D' : 'AveragePooling2D'}(${pyTuple(layer.size)}, strides=${pyTuple(layer.stride)}, padding="${layer.padding}")`);
        break;
      case 'globalAvgPool2d':
        add('keras.layers.GlobalAveragePooling2D()');
        break;
      case 'flatten':
        lines.push('if len(x.shape) > 2:', '    add(None, keras.layers.Permute((len(x.shape) - 1, *range(1, len(x.shape) - 1))))  # channels first, as PyTorch flattens');
        add('keras.layers.Flatten()');
        break;
      case 'batchNorm':
        if (layer.unbiased) {
          blocks.add(UNBIASED);
          add(`BatchNorm(epsilon=${pyNumber(layer.epsilon)}, momentum=${pyNumber(layer.momentum)})`);
        } else add(`keras.layers.BatchNormalization(epsilon=${pyNumber(layer.epsilon)}, momentum=${pyNumber(1 - layer.momentum)})`);
        break;
      case 'layerNorm':
        add(`keras.layers.LayerNormalization(epsilon=${pyNumber(layer.epsilon)})`);
        break;
      case 'dropout':
        add(`keras.layers.Dropout(${pyFloat(layer.rate)})`);
        break;
      case 'gaussianNoise':
        add(`keras.layers.GaussianNoise(${pyFloat(layer.stddev)})`);
        break;
      case 'activation':
        if (last) lines.push('# The last activation is computed with the loss.');
        activate(layer.activation);
    }
  });
  return { lines, blocks: [...blocks] };
}

function convolution(layer: ConvolutionSpec): string {
  const flat = layer.type === 'conv1d';
  const taps = layer.kernel[0] * layer.kernel[1];
  const [kernel, strides] = flat ? [pyNumber(layer.kernel[1]), pyNumber(layer.stride[1])] : [pyTuple(layer.kernel), pyTuple(layer.stride)];
  return `keras.layers.Conv${flat ? 1 : 2}D(${layer.filters}, ${kernel}, strides=${strides}, padding="${layer.padding}", ${weighted(layer, `${taps} * x.shape[-1]`)})`;
}

function weighted(layer: { readonly bias: boolean; readonly initializer: Initializer; readonly trainable: boolean }, fanIn: string): string {
  const scaling = (scale: string, mode: string, distribution: string): string => `keras.initializers.VarianceScaling(${scale}, "${mode}", "${distribution}")`;
  const { initializer } = layer;
  const kernel = ((): string => {
    switch (initializer.kind) {
      case 'torch': return scaling('1 / 3', 'fan_in', 'uniform');
      case 'glorotUniform': return scaling('1.0', 'fan_avg', 'uniform');
      case 'glorotNormal': return scaling('1.0', 'fan_avg', 'untruncated_normal');
      case 'heUniform': return scaling('2.0', 'fan_in', 'uniform');
      case 'heNormal': return scaling('2.0', 'fan_in', 'untruncated_normal');
      case 'lecunNormal': return scaling('1.0', 'fan_in', 'untruncated_normal');
      case 'zeros': return '"zeros"';
      case 'constant': return `keras.initializers.Constant(${pyNumber(initializer.value)})`;
      case 'normal': return `keras.initializers.RandomNormal(0.0, ${pyFloat(initializer.value)})`;
      case 'uniform': return `keras.initializers.RandomUniform(-${pyFloat(initializer.value)}, ${pyFloat(initializer.value)})`;
    }
  })();
  const bias = initializer.kind === 'torch' ? `keras.initializers.RandomUniform(-((${fanIn}) ** -0.5), (${fanIn}) ** -0.5)` : '"zeros"';
  return [
    `kernel_initializer=${kernel}`, layer.bias ? `bias_initializer=${bias}` : 'use_bias=False', ...(layer.trainable ? [] : ['trainable=False']),
  ].join(', ');
}

const FIXED = `
def fixed(layer, kernel, x):
    """One kernel that is not trained, on every channel by itself."""
    layer.build(tuple(x.shape))
    values = numpy.array(kernel, dtype=PRECISION)[..., None, None]
    layer.set_weights([numpy.broadcast_to(values, layer.get_weights()[0].shape)])
    layer.trainable = False
    return layer`;

const UNBIASED = `
class BatchNorm(keras.layers.Layer):
    """Batch normalization whose running variance takes the unbiased variance of a batch, as in PyTorch."""

    def __init__(self, epsilon, momentum):
        super().__init__()
        self.epsilon, self.momentum = epsilon, momentum

    def build(self, shape):
        add = lambda name, start, trainable: self.add_weight(shape=(shape[-1],), initializer=start, trainable=trainable, name=name)
        self.gamma, self.beta = add("gamma", "ones", True), add("beta", "zeros", True)
        self.moving_mean, self.moving_variance = add("moving_mean", "zeros", False), add("moving_variance", "ones", False)

    def call(self, x, training=False):
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            mean, variance = tf.nn.moments(x, list(range(len(x.shape) - 1)))
            lines = math.prod(x.shape[:-1])
            self.moving_mean.assign(self.moving_mean + self.momentum * (mean - self.moving_mean))
            self.moving_variance.assign(self.moving_variance + self.momentum * (variance * lines / max(1, lines - 1) - self.moving_variance))
        return (x - mean) / tf.sqrt(variance + self.epsilon) * self.gamma + self.beta`;
