import { OPTIMIZERS, dialectFor, fieldsOf, type FieldKind } from '../../../src/core/optimizers/catalog';
import type { Dialect } from '../../../src/core/optimizers/spec';

/** A small deterministic generator (mulberry32) with the draws that a random file needs. */
export class Draw {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)];
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

type Json = Record<string, unknown>;

const ACTIVATIONS = ['linear', 'relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'softplus', 'softmax'] as const;
const INITIALIZERS = ['glorotUniform', 'glorotNormal', 'heUniform', 'heNormal', 'lecunNormal', 'zeros', { constant: 0.1 }, { normal: 0.3 }, { uniform: 0.2 }] as const;

interface Question {
  readonly data: Json;
  readonly shape: readonly number[];
  readonly loss: Json | string;
  readonly outputs: number;
  readonly last: string;
  readonly metrics: readonly string[];
  readonly classes: boolean;
  readonly sparse: boolean;
  readonly rows: number;
}

function common(draw: Draw, rows: number, sparse: boolean, classes: boolean, regression: boolean): Json {
  const data: Json = {};
  if (draw.chance(0.4)) data.scale = sparse ? draw.of(['none', 0.5]) : draw.of(['none', 'standardize', 'minMax', 0.5]);
  if (regression && draw.chance(0.3)) data.scaleTarget = draw.of(['standardize', 'minMax', 2]);
  if (draw.chance(0.6)) data.validation = draw.of([0.2, Math.max(1, Math.floor(rows / 5))]);
  if (draw.chance(0.3)) data.test = draw.of([0.2, 2]);
  if (classes && draw.chance(0.3)) data.stratify = true;
  if (draw.chance(0.3)) data.shuffle = draw.chance(0.5);
  if (!sparse && draw.chance(0.2)) data.augment = draw.of<Json>([{ noise: 0.1 }, { mixup: 0.2 }, { noise: 0.05, mixup: 0.4 }]);
  return data;
}

/** Data, and what must follow them at the end of a network. */
function question(draw: Draw, paths: { readonly csv: string; readonly npz: string; readonly libsvm: string }): Question {
  const kind = draw.of(['classes', 'classes', 'classes', 'two', 'two', 'numbers', 'numbers', 'several', 'picture', 'picture', 'sequence', 'sparse', 'csv', 'npz', 'libsvm', 'text'] as const);
  const rows = draw.int(6, 40);
  const smoothing = draw.chance(0.2) ? 0.1 : 0;
  const crossentropy = (type: string): Json | string => (smoothing > 0 ? { type, labelSmoothing: smoothing } : type);
  const many = { loss: crossentropy('categoricalCrossentropy'), last: 'softmax', metrics: ['accuracy', 'precision', 'recall', 'f1'], classes: true };
  const two = (): Pick<Question, 'loss' | 'last' | 'metrics' | 'classes' | 'outputs'> => (draw.chance(0.6)
    ? { loss: crossentropy('binaryCrossentropy'), last: 'sigmoid', metrics: ['accuracy', 'precision', 'recall', 'f1'], classes: true, outputs: 1 }
    : { loss: 'hinge', last: draw.of(['linear', 'tanh']), metrics: ['accuracy'], classes: true, outputs: 1 });
  const numbers = (): Pick<Question, 'loss' | 'last' | 'metrics' | 'classes'> => ({ loss: draw.of(['meanSquaredError', 'meanAbsoluteError', 'huber']), last: 'linear', metrics: ['r2', 'meanAbsoluteError'], classes: false });
  const made = (data: Json, shape: readonly number[], rest: Pick<Question, 'loss' | 'last' | 'metrics' | 'classes'> & { readonly outputs: number }, sparse = false): Question =>
    ({ data: { ...data, ...common(draw, rows, sparse, rest.classes, !rest.classes && rest.loss !== 'poisson') }, shape, sparse, rows, ...rest });
  switch (kind) {
    case 'classes': {
      const classes = draw.int(2, 4);
      const columns = draw.int(1, 4);
      const blobs = draw.chance(0.5);
      return made(blobs ? { generate: 'blobs', samples: rows, classes, columns, noise: draw.of([0.1, 1]) } : { generate: 'spirals', samples: rows, classes }, [blobs ? columns : 2], { ...many, outputs: classes });
    }
    case 'two': return made({ generate: draw.of(['moons', 'circles', 'xor']), samples: rows }, [2], two());
    case 'numbers': {
      const generator = draw.of(['linear', 'sine', 'polynomial']);
      return made({ generate: generator, samples: rows, ...(generator === 'linear' ? { columns: 3 } : {}), ...(draw.chance(0.5) ? { noise: 0.3 } : {}) }, [generator === 'linear' ? 3 : 1], { ...numbers(), outputs: 1 });
    }
    case 'several': {
      const outputs = draw.int(1, 3);
      const poisson = draw.chance(0.4);
      const data = { inline: { x: Array.from({ length: rows }, () => [draw.normal(), draw.normal()]), y: Array.from({ length: rows }, () => Array.from({ length: outputs }, () => (poisson ? draw.int(0, 4) : draw.normal()))) } };
      return made(data, [2], poisson ? { loss: 'poisson', last: 'softplus', metrics: ['meanAbsoluteError'], classes: false, outputs } : { ...numbers(), outputs });
    }
    case 'picture': {
      const shape = [draw.int(3, 6), draw.int(3, 6), draw.int(1, 2)];
      const size = shape[0] * shape[1] * shape[2];
      const data: Json = { inline: { x: Array.from({ length: rows }, () => Array.from({ length: size }, () => draw.next())), y: Array.from({ length: rows }, (_, i) => i % 3) }, imageShape: shape };
      const whole = made(data, shape, { ...many, outputs: 3 });
      return draw.chance(0.3) ? { ...whole, data: { ...whole.data, augment: draw.of<Json>([{ shift: 1 }, { flip: 'both' }, { shift: 1, flip: 'horizontal', noise: 0.1, mixup: 0.3 }]) } } : whole;
    }
    case 'sequence': {
      const shape = [draw.int(4, 8), draw.int(1, 2)];
      return made({ inline: { x: Array.from({ length: rows }, () => Array.from({ length: shape[0] * shape[1] }, () => draw.normal())), y: Array.from({ length: rows }, () => draw.normal()) }, imageShape: shape }, shape, { ...numbers(), outputs: 1 });
    }
    case 'sparse': return made({ generate: 'multiHot', samples: rows, columns: 30, nonZeros: 5, classes: 3 }, [30], { ...many, outputs: 3 }, true);
    case 'csv': return made({ csv: paths.csv, target: 'y', ...(draw.chance(0.5) ? { features: ['a', { column: 'b', powers: 3 }] } : {}) }, [NaN], { ...many, outputs: 3 });
    case 'npz': return made({ npz: paths.npz, x: 'x', y: 'y' }, [3], { ...numbers(), outputs: 1 });
    case 'libsvm': return made({ libsvm: paths.libsvm, columns: 12 }, [12], two(), true);
    case 'text': return made({ inline: { x: Array.from({ length: rows }, (_, i) => [draw.normal(), ['red', 'green', 'blue'][i % 3]]), y: Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 'yes' : 'no')) } }, [4], two());
  }
}

function weighted(draw: Draw): Json {
  const layer: Json = {};
  if (draw.chance(0.7)) layer.activation = draw.of(ACTIVATIONS);
  if (draw.chance(0.2)) layer.bias = false;
  if (draw.chance(0.3)) layer.initializer = draw.of(INITIALIZERS);
  if (draw.chance(0.1)) layer.trainable = false;
  return layer;
}

function layersFor(draw: Draw, { shape, outputs, last }: Question): Json[] {
  const layers: Json[] = [];
  if (shape.length === 3) {
    let height = shape[0];
    let width = shape[1];
    for (let k = draw.int(0, 2); k > 0; k--) {
      const same = draw.chance(0.5);
      const picked = draw.of(['conv2d', 'conv2d', 'maxPool2d', 'avgPool2d', 'fixed', 'batchNorm', 'layerNorm'] as const);
      const window = Math.min(draw.int(1, 3), height, width);
      if (picked === 'conv2d') layers.push({ type: 'conv2d', filters: draw.int(1, 3), kernel: window, padding: same ? 'same' : 'valid', ...(draw.chance(0.2) ? { stride: 2 } : {}), ...weighted(draw) });
      else if (picked === 'fixed') layers.push({ type: 'conv2d', fixed: [[-1, 1], [0, 0.5]], padding: 'same' });
      else if (picked === 'batchNorm' || picked === 'layerNorm') layers.push({ type: picked });
      else layers.push({ type: picked, size: window, padding: same ? 'same' : 'valid' });
      if (picked !== 'fixed' && picked !== 'batchNorm' && picked !== 'layerNorm') {
        const { stride: written, size } = layers.at(-1)! as { stride?: number; size?: number };
        const stride = written ?? size ?? 1;
        const after = (length: number): number => (same ? Math.ceil(length / stride) : Math.floor((length - window) / stride) + 1);
        height = after(height);
        width = after(width);
      }
    }
    layers.push({ type: draw.of(['flatten', 'flatten', 'globalAvgPool2d']) });
  } else if (shape.length === 2) {
    if (draw.chance(0.7)) layers.push({ type: 'conv1d', filters: draw.int(1, 3), kernel: draw.int(1, 3), padding: draw.of(['same', 'valid']), ...weighted(draw) });
    else if (draw.chance(0.5)) layers.push({ type: 'conv1d', fixed: [-1, 0, 1], padding: 'same' });
    layers.push({ type: 'flatten' });
  }
  for (let k = draw.int(0, 3); k > 0; k--) {
    const picked = draw.of(['dense', 'dense', 'dense', 'dropout', 'gaussianNoise', 'batchNorm', 'layerNorm', 'activation'] as const);
    if (picked === 'dense') layers.push({ type: 'dense', units: draw.int(1, 6), ...(draw.chance(0.15) ? { repeat: draw.int(1, 3) } : {}), ...weighted(draw) });
    else if (picked === 'dropout') layers.push({ type: 'dropout', rate: draw.of([0, 0.3, 0.9]) });
    else if (picked === 'gaussianNoise') layers.push({ type: 'gaussianNoise', stddev: draw.of([0, 0.2]) });
    else if (picked === 'activation') layers.push({ type: 'activation', activation: draw.of(ACTIVATIONS) });
    else layers.push({ type: picked });
  }
  if (draw.chance(0.8)) layers.push({ type: 'dense', units: outputs, ...(last === 'linear' ? {} : { activation: last }) });
  else layers.push({ type: 'dense', units: outputs }, { type: 'activation', activation: last });
  return layers;
}

function valueOf(draw: Draw, name: string, type: FieldKind): unknown {
  switch (type.kind) {
    case 'boolean': return draw.chance(0.5);
    case 'choice': return draw.of(type.choices);
    case 'integer': return draw.int(type.minimum ?? 1, Math.min(type.maximum ?? 5, (type.minimum ?? 1) + 4));
    case 'number': {
      const low = type.minimum ?? type.exclusiveMinimum ?? 0;
      const high = Math.min(type.maximum ?? type.exclusiveMaximum ?? low + 1, low + 1);
      return name === 'weightDecay' ? draw.of([0, 0.01]) : low + (high - low) * draw.of([0.1, 0.5, 0.9]);
    }
    case 'rate': return rate(draw);
    case 'integers': return [1, 3];
  }
}

function rate(draw: Draw, inner = false): unknown {
  const initial = draw.of([1e-3, 0.01, 0.1, 0.5]);
  if (draw.chance(0.6)) return initial;
  const unit = draw.chance(0.5) ? { unit: draw.of(['step', 'epoch']) } : {};
  const schedule = draw.of<Json>([
    { schedule: 'step', initial, every: 2 }, { schedule: 'multiStep', initial, milestones: [1, 3] }, { schedule: 'exponential', initial, factor: 0.9 },
    { schedule: 'polynomial', initial, steps: 5 }, { schedule: 'cosine', initial, steps: 6 }, { schedule: 'cosineRestarts', initial, period: 3, multiplier: 2 },
    { schedule: 'oneCycle', peak: initial, steps: 8 }, { schedule: 'cyclic', low: initial / 10, high: initial, stepUp: 2 }, { schedule: 'inverseTime', initial, decay: 0.1 },
    { schedule: 'inverseSqrt', initial, warmup: 2 }, { schedule: 'plateau', initial, patience: 0, factor: 0.5 },
  ]);
  if (!inner && draw.chance(0.15)) return { schedule: 'warmup', steps: 2, then: rate(draw, true) };
  return { ...schedule, ...unit };
}

function optimizers(draw: Draw, dialect: Dialect, fullBatch: boolean): Json[] {
  const possible = [...OPTIMIZERS.values()].filter((info) => dialectFor(info, dialect) !== null && (fullBatch || !info.needsFullBatch));
  return Array.from({ length: draw.chance(0.3) ? 2 : 1 }, (_, i) => {
    const info = draw.of(possible);
    const written: Json = { type: info.type, label: `o${i}` };
    const effective = dialectFor(info, dialect)!;
    for (const field of fieldsOf(info, effective)) {
      if (field.name === 'learningRate' ? draw.chance(0.8) : draw.chance(0.15)) written[field.name] = valueOf(draw, field.name, field.type);
    }
    return written;
  });
}

/** A file of an experiment with a network that is meant to be valid; tiny and short. Some data and layers do not fit each other on purpose. */
export function randomModelFile(seed: number, paths: { readonly csv: string; readonly npz: string; readonly libsvm: string }): Json {
  const draw = new Draw(seed);
  const asked = question(draw, paths);
  const dialect = draw.of(['torch', 'torch', 'keras'] as const);
  const fullBatch = draw.chance(0.3);
  const metrics = asked.metrics.filter(() => draw.chance(0.6));
  const file: Json = {
    gdexp: 1, seed: draw.int(0, 1000), dialect, data: asked.data, model: { layers: layersFor(draw, asked), ...(draw.chance(0.2) ? { initializer: draw.of(INITIALIZERS) } : {}) },
    loss: asked.loss, metrics,
    training: {
      batchSize: fullBatch ? 'full' : draw.of([1, 4, 7, 16, 1000]), epochs: draw.int(1, 4),
      ...(draw.chance(0.2) ? { shuffle: false } : {}), ...(draw.chance(0.2) ? { clipNorm: 0.5 } : {}), ...(draw.chance(0.1) ? { clipValue: 0.1 } : {}),
    },
    optimizers: optimizers(draw, dialect, fullBatch && !draw.chance(0.2)),
    diagnostics: { tier: draw.of(['basic', 'standard', 'full']), every: draw.int(1, 2) },
  };
  if (draw.chance(0.3)) file.precision = draw.of(['float32', 'float64']);
  if (draw.chance(0.2)) file.regularization = draw.of<Json>([{ l1: 0.01 }, { l2: 0.01 }, { weightNoise: 0.05 }, { l1: 1e-3, l2: 1e-3, weightNoise: 0.01 }]);
  const stop: Json = {};
  if (draw.chance(0.15)) stop.steps = draw.int(1, 12);
  if (draw.chance(0.1)) stop.gradientNorm = 0.05;
  if (draw.chance(0.1)) stop.loss = 0.5;
  if (draw.chance(0.1)) stop.change = 0.1;
  if (draw.chance(0.3)) {
    stop.patience = draw.int(1, 2);
    if (asked.data.validation === undefined || draw.chance(0.3)) stop.monitor = metrics.length > 0 && draw.chance(0.5) ? draw.of(metrics) : 'loss';
    if (draw.chance(0.4)) stop.restoreBest = draw.chance(0.5);
    if (draw.chance(0.3)) stop.minDelta = 0.01;
  }
  if (Object.keys(stop).length > 0) file.stop = stop;
  if (!asked.sparse && !Number.isNaN(asked.shape[0]) && draw.chance(0.2)) {
    const width = asked.shape.reduce((product, size) => product * size, 1);
    file.predict = Array.from({ length: draw.int(1, 3) }, () => Array.from({ length: width }, () => draw.normal()));
  }
  if (draw.chance(0.12)) file.evaluate = draw.of<Json>([{ crossValidation: { folds: 2 } }, { bootstrap: { rounds: 2 } }, ...(['meanSquaredError', 'binaryCrossentropy', 'categoricalCrossentropy'].includes(asked.loss as string) ? [{ boosting: { rounds: 2 } }] : [])]);
  if (draw.chance(0.1)) file.variants = [{ label: 'one', set: { '/training/epochs': 1 } }, { label: 'two', set: { '/seed': 3 } }];
  else if (draw.chance(0.1) && !file.evaluate) file.sweep = { '/training/epochs': [1, 2], metric: 'loss' };
  if (draw.chance(0.08)) file.seeds = 2;
  return file;
}
