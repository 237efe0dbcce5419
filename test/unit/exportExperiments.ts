/** Experiments whose exported scripts must train to the same losses. Paths of data start from the folder of the examples. */

export interface ExportCase {
  readonly name: string;
  readonly file: Readonly<Record<string, unknown>>;
}

const IRIS = { csv: 'data/iris.csv', target: 'species', scale: 'standardize', validation: 0.2, stratify: true };
const MOONS = { generate: 'moons', samples: 90, noise: 0.15, validation: 0.2 };
const DIGITS = { csv: 'data/digits.csv', target: 'digit', imageShape: [8, 8, 1], scale: 0.0625, validation: 1500, test: 100 };
const dense = (units: number, activation = 'linear', rest: object = {}) => ({ type: 'dense', units, activation, ...rest });
const classes = [dense(8, 'tanh'), dense(3, 'softmax')];
const answer = [dense(8, 'relu', { repeat: 2 }), dense(1, 'sigmoid')];
const experiment = (name: string, rest: Readonly<Record<string, unknown>>): ExportCase => ({ name, file: { gdexp: 1, title: name, seed: 3, training: { batchSize: 32, epochs: 3 }, ...rest } });
const schedule = (name: string, fields: object) => ({ type: 'sgd', label: name, learningRate: { schedule: name, ...fields } });

export const EXPORT_CASES: readonly ExportCase[] = [
  experiment('iris by every framework rule of torch', {
    data: IRIS, model: { layers: classes }, loss: 'categoricalCrossentropy', metrics: ['accuracy', 'precision', 'recall', 'f1'],
    optimizers: [
      { type: 'sgd', learningRate: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 }, { type: 'sgd', label: 'nesterov', learningRate: 0.05, momentum: 0.8, nesterov: true },
      { type: 'adagrad', learningRateDecay: 0.01, initialAccumulator: 0.1, weightDecay: 0.01 }, { type: 'adadelta' }, { type: 'rmsprop', momentum: 0.5, centered: true }, { type: 'adam', amsgrad: true, weightDecay: 0.1 },
      { type: 'adamw', weightDecay: 0.1 }, { type: 'adamax' }, { type: 'nadam' }, { type: 'radam', learningRate: 0.01 }, { type: 'rprop' },
    ],
  }),
  experiment('moons by the rules of Keras and of papers', {
    data: MOONS, model: { layers: answer }, loss: { type: 'binaryCrossentropy', labelSmoothing: 0.1 }, training: { batchSize: 16, epochs: 3, clipNorm: 0.5 },
    optimizers: [
      { type: 'sgd', dialect: 'keras', momentum: 0.9, nesterov: true, learningRate: { schedule: 'exponential', initial: 0.1, factor: 0.9 } }, { type: 'rmsprop', dialect: 'keras', momentum: 0.3, centered: true, weightDecay: 0.01 },
      { type: 'adagrad', dialect: 'keras' }, { type: 'adadelta', dialect: 'keras', learningRate: 1 }, { type: 'adam', dialect: 'keras', amsgrad: true }, { type: 'adamw', dialect: 'keras' }, { type: 'adamax', dialect: 'keras' },
      { type: 'nadam', dialect: 'keras', weightDecay: 0.01 }, { type: 'lion', dialect: 'keras', weightDecay: 0.1 }, { type: 'lamb', dialect: 'keras', weightDecay: 0.1 }, { type: 'adam', dialect: 'paper', amsgrad: true, label: 'AMSGrad' },
      { type: 'lamb', dialect: 'paper', label: 'lamb of the paper' }, { type: 'lion', dialect: 'paper', label: 'lion of the paper', learningRate: 0.01 }, { type: 'adan', weightDecay: 0.1, learningRate: 0.01 }, { type: 'adabelief', amsgrad: true, learningRate: 0.01 },
      { type: 'muon', weightDecay: 0.1 },
    ],
  }),
  experiment('digits by convolution', {
    data: DIGITS, training: { batchSize: 64, epochs: 2 }, loss: { type: 'categoricalCrossentropy', labelSmoothing: 0.05 },
    model: { layers: [
      { type: 'conv2d', filters: 4, kernel: [3, 2], stride: 2, padding: 'same', activation: 'gelu' }, { type: 'maxPool2d', size: 2, stride: 1, padding: 'same' },
      { type: 'conv2d', filters: 3, kernel: 2, padding: 'same', activation: 'silu', bias: false }, { type: 'avgPool2d', size: [2, 1], stride: 2, padding: 'same' }, { type: 'flatten' }, dense(10, 'softmax'),
    ] },
    optimizers: [{ type: 'adam', learningRate: 0.01 }],
  }),
  experiment('pictures with fixed kernels, norms and a frozen layer', {
    data: { ...DIGITS, validation: 1600 }, training: { batchSize: 50, epochs: 2, clipValue: 0.01 }, loss: 'categoricalCrossentropy', dialect: 'keras',
    model: { layers: [
      { type: 'conv2d', fixed: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], padding: 'same' }, { type: 'conv2d', filters: 4, kernel: 3, name: 'learnt "kernel"' }, { type: 'batchNorm' }, { type: 'activation', activation: 'elu' }, { type: 'layerNorm' },
      { type: 'globalAvgPool2d' }, dense(6, 'leakyRelu', { trainable: false }), dense(10), { type: 'activation', activation: 'softmax' },
    ] },
    optimizers: [{ type: 'sgd', learningRate: 0.1 }],
  }),
  experiment('convolutions without padding, by the rules of Keras', {
    data: { ...DIGITS, validation: 0, test: 1600 }, training: { batchSize: 40, epochs: 2 }, loss: 'categoricalCrossentropy', dialect: 'keras',
    model: { layers: [
      { type: 'conv2d', fixed: [[0, 1, 0], [1, -4, 1], [0, 1, 0]] }, { type: 'conv2d', filters: 5, kernel: [3, 2], activation: 'relu' }, { type: 'batchNorm' },
      { type: 'conv2d', filters: 4, kernel: 2, stride: [1, 2], bias: false, activation: 'silu' }, { type: 'maxPool2d', size: [2, 1], stride: 1 }, { type: 'flatten' }, dense(7, 'leakyRelu'), dense(10, 'softmax'),
    ] },
    optimizers: [{ type: 'sgd', learningRate: 0.05, momentum: 0.9 }, { type: 'adam' }, { type: 'adamax', learningRate: 0.01 }],
  }),
  experiment('means of pictures', {
    data: { ...DIGITS, validation: 0.1, test: 1500 }, training: { batchSize: 64, epochs: 2 }, loss: 'categoricalCrossentropy', regularization: { l2: 0.001 },
    model: { layers: [{ type: 'conv2d', filters: 6, kernel: 3, stride: 2, activation: 'elu' }, { type: 'avgPool2d', size: 2, stride: 1 }, { type: 'conv2d', filters: 4, kernel: 1, activation: 'gelu' }, { type: 'globalAvgPool2d' }, dense(10, 'softmax')] },
    optimizers: [{ type: 'sgd', dialect: 'keras', learningRate: 0.1, nesterov: true, momentum: 0.5 }],
  }),
  experiment('a sequence of steps', {
    data: { inline: { x: [[1, 0, 2, 1, 0, 3], [0, 1, 1, 2, 2, 0], [2, 2, 0, 0, 1, 1], [3, 1, 0, 1, 0, 2]], y: [0, 1, 1, 0] }, imageShape: [3, 2] }, training: { batchSize: 2, epochs: 6 },
    model: { layers: [{ type: 'conv1d', filters: 3, kernel: 2, activation: 'tanh' }, { type: 'flatten' }, dense(1, 'sigmoid')] },
    loss: 'binaryCrossentropy', optimizers: [{ type: 'adam', dialect: 'keras', learningRate: 0.05 }],
  }),
  experiment('batch normalization of rows', {
    data: IRIS, model: { layers: [dense(6), { type: 'batchNorm' }, { type: 'activation', activation: 'relu' }, { type: 'layerNorm' }, dense(3, 'softmax')] }, loss: 'categoricalCrossentropy',
    optimizers: [{ type: 'adamw', learningRate: 0.01 }],
  }),
  experiment('penalties', {
    data: { csv: 'data/diabetes.csv', target: 'progression', features: ['age', { column: 'bmi', powers: 3 }, 'sex'], scale: 'minMax', scaleTarget: 'standardize', validation: 0.1, test: 0.1, shuffle: false },
    model: { layers: [dense(5, 'softplus'), dense(1)] }, loss: 'huber', metrics: ['r2', 'meanAbsoluteError'], regularization: { l1: 0.01, l2: 0.02 }, optimizers: [{ type: 'sgd', learningRate: 0.05 }],
    predict: [[50, 25, 1]],
  }),
  experiment('schedules by step', {
    data: MOONS, model: { layers: answer }, loss: 'binaryCrossentropy', training: { batchSize: 10, epochs: 3 },
    optimizers: [
      schedule('step', { initial: 0.5, every: 3 }), schedule('multiStep', { initial: 0.5, milestones: [2, 9] }), schedule('polynomial', { initial: 0.5, steps: 12, power: 2 }), schedule('cosine', { initial: 0.5, steps: 15 }),
      schedule('cosineRestarts', { initial: 0.5, period: 3, multiplier: 2 }), schedule('oneCycle', { peak: 1, steps: 24 }), schedule('cyclic', { low: 0.1, high: 1, stepUp: 3, mode: 'triangular2' }), schedule('inverseTime', { initial: 0.5, decay: 0.1 }),
      schedule('inverseSqrt', { initial: 0.5, warmup: 4 }), schedule('warmup', { steps: 5, then: { schedule: 'exponential', initial: 0.4, factor: 0.9 } }), schedule('plateau', { initial: 0.5, patience: 2, factor: 0.5, threshold: 0.1 }),
    ],
  }),
  experiment('schedules by epoch, and early stopping', {
    data: MOONS, model: { layers: answer }, loss: 'binaryCrossentropy', training: { batchSize: 20, epochs: 8 }, stop: { patience: 2, minDelta: 0.02, monitor: 'validationLoss' },
    optimizers: [
      { type: 'rmsprop', learningRate: { schedule: 'exponential', initial: 0.05, factor: 0.5, unit: 'epoch' } },
      { type: 'sgd', label: 'keras plateau', dialect: 'keras', learningRate: { schedule: 'plateau', initial: 0.8, patience: 1, threshold: 0.1, unit: 'epoch' } },
    ],
  }),
  experiment('yes and no from text', {
    data: { csv: 'data/titanic.csv', target: 'survived', validation: 0.25, stratify: true }, training: { batchSize: 200, epochs: 2 },
    model: { initializer: 'heNormal', layers: [dense(5, 'relu'), dense(1)] }, loss: 'hinge', optimizers: [{ type: 'adam', learningRate: 0.01 }],
  }),
  experiment('written rows, a full batch and a line search', {
    data: { inline: { x: [[1, 2], [2, 1], [3, 5], [4, 3], [5, 4]], y: [[1, 2], [2, 2], [3, 1], [4, 0], [5, 5]] } }, training: { batchSize: 'full', epochs: 6 },
    model: { layers: [dense(4, 'tanh'), dense(2)] }, loss: 'meanSquaredError', optimizers: [{ type: 'lbfgs' }, { type: 'lbfgs', label: 'several iterations', maxIterations: 5, lineSearch: null, learningRate: 0.1 }],
  }),
  experiment('counts of a sequence', {
    data: { inline: { x: [[1, 0, 2, 1, 0, 3], [0, 1, 1, 2, 2, 0], [2, 2, 0, 0, 1, 1], [3, 1, 0, 1, 0, 2]], y: [3, 4, 2, 5] }, imageShape: [3, 2] }, training: { batchSize: 3, epochs: 4 },
    model: { layers: [{ type: 'conv1d', filters: 3, kernel: 2, padding: 'same', stride: 2, activation: 'sigmoid' }, { type: 'conv1d', fixed: [0.5, 1], padding: 'same' }, { type: 'flatten' }, dense(1, 'softplus')] },
    loss: 'poisson', optimizers: [{ type: 'sgd', learningRate: 0.1 }],
  }),
  experiment('absolute errors with stops', {
    data: { generate: 'sine', samples: 40, noise: 0.1, validation: { generate: 'sine', samples: 20 } }, training: { batchSize: 8, epochs: 5 }, stop: { steps: 13 },
    model: { layers: [dense(6, 'elu'), dense(1)] }, loss: 'meanAbsoluteError', optimizers: [{ type: 'adam', learningRate: 0.02 }],
  }),
];
