import type { Activation, ConvolutionSpec, Initializer, LayerSpec, PoolingSpec } from '../../core/nn/spec';
import { pyNumber, pyString, pyTuple } from './python';

/** The lines that build a model, and the classes of its layers that PyTorch has not. */
export interface LayersCode {
  readonly lines: readonly string[];
  readonly blocks: readonly string[];
}

export const TORCH_ACTIVATIONS: Readonly<Record<Exclude<Activation, 'linear'>, string>> = {
  relu: 'nn.ReLU()', leakyRelu: 'nn.LeakyReLU(0.01)', elu: 'nn.ELU()', gelu: 'nn.GELU()', silu: 'nn.SiLU()',
  sigmoid: 'nn.Sigmoid()', tanh: 'nn.Tanh()', softplus: 'nn.Softplus()', softmax: 'nn.Softmax(1)',
};

/** @param inLoss whether the last activation is computed with the loss, from the logits. */
export function torchLayers(layers: readonly LayerSpec[], inLoss: boolean): LayersCode {
  const needs = new Set<keyof typeof LAYER_BLOCKS>();
  const lines: string[] = [];
  layers.forEach((layer, i) => {
    const last = inLoss && i === layers.length - 1;
    const name = pyString(layer.name);
    const add = (made: string, more = ''): void => void lines.push(`add(${name}, ${made}${more})`);
    const activate = (activation: Activation): void => {
      if (activation !== 'linear' && !last) lines.push(`add(None, ${TORCH_ACTIVATIONS[activation]})`);
    };
    switch (layer.type) {
      case 'dense':
      case 'conv1d':
      case 'conv2d': {
        if (layer.type !== 'dense' && layer.fixed) {
          needs.add('same').add('fixed');
          add(`FixedKernel(${`[${layer.fixed.map((row) => `[${row.map(pyNumber).join(', ')}]`).join(', ')}]`}, stride=${pyTuple(layer.stride)}, same=${layer.padding === 'same' ? 'True' : 'False'})`);
        } else {
          const initialize = initializer(layer.initializer);
          const more = [initialize && `initialize=lambda weight: ${initialize}`, layer.trainable ? '' : 'trainable=False'].filter(Boolean).map((each) => `, ${each}`).join('');
          add(layer.type === 'dense' ? `nn.Linear(x.shape[1], ${layer.units}${layer.bias ? '' : ', bias=False'})` : convolution(layer, needs), more);
        }
        activate(layer.activation);
        break;
      }
      case 'maxPool2d':
      case 'avgPool2d':
        add(pooling(layer, needs));
        break;
      case 'globalAvgPool2d':
        add('nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())');
        break;
      case 'flatten':
        add('nn.Flatten()');
        break;
      case 'batchNorm':
        needs.add(layer.unbiased ? 'batchNorm' : 'kerasBatchNorm');
        add(`BatchNorm(x.shape[1], eps=${pyNumber(layer.epsilon)}, momentum=${pyNumber(layer.momentum)})`);
        break;
      case 'layerNorm':
        needs.add('layerNorm');
        add(`ChannelNorm(x.shape[1], eps=${pyNumber(layer.epsilon)})`);
        break;
      case 'dropout':
        add(`nn.Dropout(${pyNumber(layer.rate)})`);
        break;
      case 'gaussianNoise':
        needs.add('gaussianNoise');
        add(`GaussianNoise(${pyNumber(layer.stddev)})`);
        break;
      case 'activation':
        if (last) lines.push('# The last activation is computed with the loss.');
        activate(layer.activation);
    }
  });
  return { lines, blocks: [...needs].map((name) => LAYER_BLOCKS[name]) };
}

function convolution(layer: ConvolutionSpec, needs: Set<keyof typeof LAYER_BLOCKS>): string {
  const flat = layer.type === 'conv1d';
  const kernel = flat ? pyNumber(layer.kernel[1]) : pyTuple(layer.kernel);
  const stride = flat ? pyNumber(layer.stride[1]) : pyTuple(layer.stride);
  const strided = layer.stride.some((length) => length > 1);
  const bias = layer.bias ? '' : ', bias=False';
  if (layer.padding === 'same' && strided) {
    needs.add('same').add(flat ? 'sameConv1d' : 'sameConv2d');
    return `SameConv${flat ? 1 : 2}d(x.shape[1], ${layer.filters}, ${kernel}, stride=${stride}${bias})`;
  }
  return `nn.Conv${flat ? 1 : 2}d(x.shape[1], ${layer.filters}, ${kernel}${strided ? `, stride=${stride}` : ''}${layer.padding === 'same' ? ', padding="same"' : ''}${bias})`;
}

function pooling(layer: PoolingSpec, needs: Set<keyof typeof LAYER_BLOCKS>): string {
  const windows = `${pyTuple(layer.size)}, stride=${pyTuple(layer.stride)}`;
  if (layer.padding === 'valid') return `nn.${layer.type === 'maxPool2d' ? 'MaxPool2d' : 'AvgPool2d'}(${windows})`;
  needs.add('same').add(layer.type === 'maxPool2d' ? 'sameMaxPool' : 'sameAvgPool');
  return `Same${layer.type === 'maxPool2d' ? 'MaxPool2d' : 'AvgPool2d'}(${windows})`;
}

/** What draws a weight; empty where PyTorch's own layers draw it so. */
function initializer(initializer: Initializer): string {
  switch (initializer.kind) {
    case 'torch': return '';
    case 'glorotUniform': return 'nn.init.xavier_uniform_(weight)';
    case 'glorotNormal': return 'nn.init.xavier_normal_(weight)';
    case 'heUniform': return 'nn.init.kaiming_uniform_(weight, nonlinearity="relu")';
    case 'heNormal': return 'nn.init.kaiming_normal_(weight, nonlinearity="relu")';
    case 'lecunNormal': return 'nn.init.normal_(weight, std=weight[0].numel() ** -0.5)';
    case 'zeros': return 'nn.init.zeros_(weight)';
    case 'constant': return `nn.init.constant_(weight, ${pyNumber(initializer.value)})`;
    case 'normal': return `nn.init.normal_(weight, std=${pyNumber(initializer.value)})`;
    case 'uniform': return `nn.init.uniform_(weight, -${pyNumber(initializer.value)}, ${pyNumber(initializer.value)})`;
  }
}

const LAYER_BLOCKS = {
  same: `
def same(x, kernel, stride, value=0.0):
    """Padded as Keras pads "same": an odd place stands after."""
    around = []
    for size, k, s in zip(reversed(x.shape[2:]), reversed(kernel), reversed(stride)):
        total = max(0, (math.ceil(size / s) - 1) * s + k - size)
        around += [total // 2, total - total // 2]
    return F.pad(x, around, value=value)`,
  sameConv2d: `
class SameConv2d(nn.Conv2d):
    def forward(self, x):
        return super().forward(same(x, self.kernel_size, self.stride))`,
  sameConv1d: `
class SameConv1d(nn.Conv1d):
    def forward(self, x):
        return super().forward(same(x, self.kernel_size, self.stride))`,
  sameMaxPool: `
class SameMaxPool2d(nn.MaxPool2d):
    def forward(self, x):
        return super().forward(same(x, self.kernel_size, self.stride, -math.inf))`,
  sameAvgPool: `
class SameAvgPool2d(nn.AvgPool2d):
    """The mean of what a window sees of the picture, not of the zeros around it."""

    def forward(self, x):
        mean = super().forward
        return mean(same(x, self.kernel_size, self.stride)) / mean(same(torch.ones_like(x), self.kernel_size, self.stride))`,
  fixed: `
class FixedKernel(nn.Module):
    """One kernel that is not trained, on every channel by itself."""

    def __init__(self, kernel, stride, same):
        super().__init__()
        self.kernel, self.stride, self.same = torch.tensor(kernel, dtype=torch.get_default_dtype()), stride, same

    def forward(self, x):
        groups, picture = x.shape[1], x if x.dim() == 4 else x.unsqueeze(2)
        if self.same:
            picture = same(picture, self.kernel.shape, self.stride)
        out = F.conv2d(picture, self.kernel.expand(groups, 1, *self.kernel.shape), stride=self.stride, groups=groups)
        return out if x.dim() == 4 else out.squeeze(2)`,
  batchNorm: `
class BatchNorm(nn.BatchNorm1d):
    """Of rows, sequences and pictures alike."""

    def _check_input_dim(self, x):
        pass`,
  kerasBatchNorm: `
class BatchNorm(nn.BatchNorm1d):
    """Of rows, sequences and pictures alike; the running variance takes the biased variance of a batch, as in Keras."""

    def forward(self, x):
        if not self.training:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps)
        axes = [axis for axis in range(x.dim()) if axis != 1]
        with torch.no_grad():
            self.running_mean += self.momentum * (x.mean(axes) - self.running_mean)
            self.running_var += self.momentum * (x.var(axes, unbiased=False) - self.running_var)
        return F.batch_norm(x, None, None, self.weight, self.bias, True, 0.0, self.eps)`,
  layerNorm: `
class ChannelNorm(nn.LayerNorm):
    """Over the channels of each place of each row."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)`,
  gaussianNoise: `
class GaussianNoise(nn.Module):
    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + self.stddev * torch.randn_like(x) if self.training else x`,
} as const;
