/** The networks W2 to W7 of the benchmark as trials, with the peers' data, weights and order of rows. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Dataset, Datasets } from '../../src/core/data/dataset';
import type { ModelTrial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';

interface Work {
  readonly n: number;
  readonly d?: number;
  readonly img?: number;
  readonly batch?: number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly lr: number;
  readonly rho?: number;
  readonly eps?: number;
  readonly shapes?: readonly (readonly number[])[];
}

export interface NetworkWork {
  readonly trial: ModelTrial;
  readonly datasets: Datasets;
  /** Rows (of W2 updates) of one training. */
  readonly units: number;
}

const dense = (units: number, activation = 'linear') => ({ type: 'dense', units, activation });
const conv = (filters: number) => ({ type: 'conv2d', filters, kernel: 3, activation: 'relu' });
const POOL = { type: 'maxPool2d', size: 2 };
const LAYERS: Readonly<Record<string, readonly object[]>> = {
  W2: [dense(1)],
  W3: [dense(64, 'relu'), dense(64, 'relu'), dense(46, 'softmax')],
  W4: [dense(16, 'tanh'), dense(16, 'tanh'), dense(1, 'sigmoid')],
  W5: [conv(16), conv(32), POOL, { type: 'flatten' }, dense(64, 'relu'), dense(10, 'softmax')],
  W6: [conv(32), POOL, conv(64), POOL, { type: 'flatten' }, dense(128, 'relu'), dense(10, 'softmax')],
  W7: [dense(512, 'relu'), dense(512, 'relu'), dense(10, 'softmax')],
};

/** @param folder that the peers' gen-data.mjs has written. @param kernels null: the best that the host has. @param precision if not that of the peers. */
export function networkWork(name: string, folder: string, kernels: 'plain' | 'simd' | 'relaxedSimd' | null, precision = name === 'W2' ? 'float64' : 'float32'): NetworkWork {
  const spec = (JSON.parse(readFileSync(path.join(folder, 'spec.json'), 'utf8')) as Record<string, Work>)[name];
  const bytes = (file: string): ArrayBuffer => {
    const { buffer, byteOffset, byteLength } = readFileSync(path.join(folder, `${name}.${file}`));
    return (byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
  };
  const image = spec.img;
  const loss = name === 'W2' ? 'meanSquaredError' : name === 'W4' ? 'binaryCrossentropy' : 'categoricalCrossentropy';
  const optimizer = name === 'W2' ? { type: 'sgd', learningRate: spec.lr } : name === 'W3' ? { type: 'rmsprop', learningRate: spec.lr, rho: spec.rho, epsilon: spec.eps } : { type: 'adam', learningRate: spec.lr, epsilon: spec.eps };
  const text = JSON.stringify({
    gdexp: 1, precision,
    data: { ...(image ? { npz: 'x.npz', x: 'x', y: 'y', imageShape: [image, image, 1] } : name === 'W3' ? { libsvm: 'x.svm', columns: spec.d } : { npz: 'x.npz', x: 'x', y: 'y' }), shuffle: false },
    model: { initializer: 'zeros', layers: LAYERS[name], ...(spec.shapes ? { weights: 'w.npz' } : {}) }, loss, metrics: [],
    optimizers: [optimizer], diagnostics: { tier: 'basic' },
    training: { batchSize: spec.batch ?? 'full', epochs: spec.epochs ?? spec.steps, shuffle: name === 'W4' },
  });
  const { experiment, problems } = parseExperiment(text);
  const [trial] = experiment?.trials ?? [];
  if (trial?.kind !== 'model') throw new Error(problems.map(({ message }) => message).join(' | '));
  // The peers' first epoch: rows in its order, which then is not shuffled (W4 has a hundred; its order is ours).
  const order = spec.batch && name !== 'W4' ? new Int32Array(bytes('perm.i32')).subarray(0, spec.n) : Int32Array.from({ length: spec.n }, (_, i) => i);
  const main = name === 'W3' ? sparse(bytes, spec, order) : table(bytes, name, spec, order);
  return {
    trial: { ...trial, model: { ...trial.model, kernels } },
    datasets: { main, validation: null, test: null, weights: spec.shapes ? weights(new Float32Array(bytes('init.f32')), spec.shapes, trial) : null },
    units: name === 'W2' ? spec.steps! : spec.n * spec.epochs!,
  };
}

function table(bytes: (file: string) => ArrayBuffer, name: string, { n, d, img }: Work, order: Int32Array): Dataset {
  const width = img ? img * img : d!;
  const source = name === 'W2' ? new Float64Array(bytes('x.f64')) : new Float32Array(bytes('x.f32'));
  const values = source.slice();
  order.forEach((row, i) => values.set(source.subarray(row * width, (row + 1) * width), i * width));
  const y = name === 'W2' ? new Float64Array(bytes('y.f64')) : name === 'W4' ? new Float32Array(bytes('y.f32')) : new Int32Array(bytes('y.i32'));
  const classes = name === 'W2' ? null : Array.from({ length: name === 'W4' ? 2 : 10 }, (_, k) => String(k));
  return { rows: n, shape: img ? [img, img, 1] : [width], features: [], x: { kind: 'dense', values }, y: Float64Array.from(order, (row) => y[row]), targets: 1, classes, encoding: null };
}

function sparse(bytes: (file: string) => ArrayBuffer, { n, d }: Work, order: Int32Array): Dataset {
  const from = new Int32Array(bytes('ptr.i32'));
  const words = new Int32Array(bytes('idx.i32'));
  const y = new Int32Array(bytes('y.i32'));
  const offsets = new Int32Array(n + 1);
  const indices = new Int32Array(words.length);
  order.forEach((row, i) => {
    indices.set(words.subarray(from[row], from[row + 1]), offsets[i]);
    offsets[i + 1] = offsets[i] + from[row + 1] - from[row];
  });
  return {
    rows: n, shape: [d!], features: [], x: { kind: 'sparse', columns: d!, offsets, indices, values: new Float32Array(words.length).fill(1) },
    y: Float64Array.from(order, (row) => y[row]), targets: 1, classes: Array.from({ length: 46 }, (_, k) => String(k)), encoding: null,
  };
}

/** Keras's layouts, in which the peers' weights are written, to PyTorch's: (in, out) to (out, in), (height, width, in, out) to (out, in, height, width), pictures flattened channel by channel. */
function weights(flat: Float32Array, shapes: readonly (readonly number[])[], trial: ModelTrial): NonNullable<Datasets['weights']> {
  const names = trial.model.layers.filter(({ type }) => type === 'dense' || type === 'conv2d').map(({ name }) => name);
  let at = 0;
  let channels = 0;
  return shapes.map((shape, k) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const source = flat.subarray(at, (at += size));
    const name = `${names[k >> 1]}.${shape.length === 1 ? 'bias' : 'weight'}`;
    if (shape.length === 1) return { name, shape, values: source.slice() };
    const outputs = shape[shape.length - 1];
    const inputs = shape[shape.length - 2];
    const values = new Float32Array(size);
    if (shape.length === 4) {
      const taps = shape[0] * shape[1];
      for (let tap = 0; tap < taps; tap++) for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) values[(o * inputs + i) * taps + tap] = source[(tap * inputs + i) * outputs + o];
      channels = outputs;
      return { name, shape: [outputs, inputs, shape[0], shape[1]], values };
    }
    // Their first dense layer after a convolution reads height, width, channel; ours channel, height, width.
    const places = channels > 0 ? inputs / channels : inputs;
    for (let i = 0; i < inputs; i++) {
      const to = channels > 0 ? (i % channels) * places + Math.floor(i / channels) : i;
      for (let o = 0; o < outputs; o++) values[o * inputs + to] = source[i * outputs + o];
    }
    channels = 0;
    return { name, shape: [outputs, inputs], values };
  });
}
