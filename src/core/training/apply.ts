import type { Part, SparseData } from '../data/dataset';
import type { Network } from '../nn/network';
import type { NamedArray } from '../nn/weights';
import { exportWeights } from '../nn/weights';
import type { PreparedModel } from './modelParts';
import { ModelError } from './modelProblem';
import { unscaled } from './rawRows';

export type PartName = 'training' | 'validation' | 'test';

/** What can be asked of a network with given weights. Features in the units of the file, before scaling. */
export type ApplyRequest =
  /** Outputs over a grid of two features (`second` null: a line over one), the others at their mean in the training part. */
  | { readonly kind: 'surface'; readonly first: number; readonly second: number | null; readonly x: readonly [number, number]; readonly y: readonly [number, number]; readonly width: number; readonly height: number }
  /** Rows of a part with their targets and the outputs: the first `count` from `from` on. */
  | { readonly kind: 'rows'; readonly part: PartName; readonly from: number; readonly count: number }
  /** How often class i is taken for class j. */
  | { readonly kind: 'confusion'; readonly part: PartName }
  /** The forward and the backward pass of one row, layer by layer. */
  | { readonly kind: 'sample'; readonly part: PartName; readonly index: number }
  /** The loss (penalties included) over the plane weights + a·first + b·second, on at most `rows` rows of the training part. */
  | { readonly kind: 'plane'; readonly first: Float64Array; readonly second: Float64Array | null; readonly a: readonly [number, number]; readonly b: readonly [number, number]; readonly width: number; readonly height: number; readonly rows: number }
  /** Weights as named arrays in PyTorch's shapes. */
  | { readonly kind: 'weights' }
  /** Where each tensor stands among the trained parameters. */
  | { readonly kind: 'parameters' };

export type ApplyResult =
  /** width × height × outputs. */
  | { readonly kind: 'surface'; readonly outputs: number; readonly values: Float64Array }
  | {
    readonly kind: 'rows'; readonly total: number; readonly count: number;
    /** count × features (raw; of pictures height × width × channels). */
    readonly inputs: Float64Array; readonly features: number;
    /** count × targets: numbers, or one class index. */
    readonly targets: Float64Array;
    readonly outputs: Float64Array; readonly width: number;
    /** Of sparse rows, which have no `inputs`: the columns that are not zero. */
    readonly sparse?: SparseEntries;
  }
  | { readonly kind: 'confusion'; readonly classes: readonly string[]; /** classes × classes, a row a true class. */ readonly counts: Float64Array }
  | { readonly kind: 'sample'; readonly loss: number; readonly input: Float64Array; readonly shape: readonly number[]; readonly target: Float64Array; readonly layers: readonly SampleLayer[] }
  | { readonly kind: 'plane'; readonly values: Float64Array }
  | { readonly kind: 'weights'; readonly arrays: readonly NamedArray[] }
  | { readonly kind: 'parameters'; readonly places: readonly ParameterPlace[] };

/** Entries of some sparse rows, of each row the first ones: row i has those from offsets[i] to offsets[i + 1], and `totals[i]` in all. */
export interface SparseEntries {
  readonly offsets: Float64Array;
  /** From 0. */
  readonly columns: Float64Array;
  readonly values: Float64Array;
  readonly totals: Float64Array;
}

/** One tensor of the trained parameters, row-major from `offset`; a weight has its outputs (filters) last. */
export interface ParameterPlace {
  readonly layer: string;
  readonly role: 'weight' | 'bias' | 'gamma' | 'beta';
  readonly offset: number;
  readonly shape: readonly number[];
}

/** What one layer made of one row on the way forward, and the gradient of the loss on the way back. */
export interface SampleLayer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly output: Float64Array;
  /** ∂loss/∂z, z being what the layer's activation is applied to (the output itself where it has none); empty where no gradient comes this far. */
  readonly gradient: Float64Array;
}

/** Facts of the data that a page shows; from the loaded sets. */
export interface DataInfo {
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  readonly shape: readonly number[];
  readonly features: readonly { readonly name: string; readonly minimum: number; readonly maximum: number; readonly mean: number; readonly deviation: number }[];
  readonly classes: readonly { readonly name: string; readonly training: number; readonly validation: number; readonly test: number }[] | null;
  readonly targets: number;
  readonly sparse: boolean;
}

/** Entries of a sparse row that are told, at most. */
const MOST_ENTRIES = 200;

/** Most places of a grid. */
const MOST_PLACES = 512 * 512;

/**
 * Asks a network with given weights.
 * @param weights trained parameters, then the rest of the state, as in a snapshot.
 * @throws ModelError for what this network cannot be asked.
 */
export function applyNetwork(parts: PreparedModel, weights: ArrayLike<number>, what: ApplyRequest): ApplyResult {
  const { network } = parts;
  load(network, weights);
  switch (what.kind) {
    case 'surface': return surface(parts, what);
    case 'rows': return rowsOf(parts, what);
    case 'confusion': return confusion(parts, part(parts, what.part));
    case 'sample': return sample(parts, part(parts, what.part), what.index);
    case 'plane': return plane(parts, weights, what);
    case 'weights': return { kind: 'weights', arrays: exportWeights(network) };
    case 'parameters': return { kind: 'parameters', places: network.segments.map(({ layer, role, offset, shape }) => ({ layer, role, offset, shape })) };
  }
}

function load(network: Network, weights: ArrayLike<number>): void {
  const { parameters, state } = network;
  if (weights.length !== parameters.length + state.length) throw new ModelError({ code: 'askedWeights', actual: weights.length, expected: parameters.length + state.length });
  for (let i = 0; i < parameters.length; i++) parameters[i] = weights[i];
  for (let i = 0; i < state.length; i++) state[i] = weights[parameters.length + i];
}

function part(parts: PreparedModel, name: PartName): Part {
  const found = name === 'training' ? parts.training : name === 'validation' ? parts.validation : parts.test;
  if (!found) throw new ModelError({ code: 'askedPart', part: name });
  return found;
}

function surface({ network, evaluator, split }: PreparedModel, what: Extract<ApplyRequest, { kind: 'surface' }>): ApplyResult {
  const { first, second, x, y, width } = what;
  const height = second === null ? 1 : what.height;
  if (width * height > MOST_PLACES) throw new ModelError({ code: 'askedPlaces', places: width * height, limit: MOST_PLACES });
  const features = rawMeans(split.training);
  if (first >= features.length || (second ?? 0) >= features.length) throw new ModelError({ code: 'askedFeature', features: features.length });
  const values = new Float64Array(width * height * network.outputSize);
  const at = ([low, high]: readonly [number, number], k: number, count: number): number => (count === 1 ? (low + high) / 2 : low + ((high - low) * k) / (count - 1));
  let batch: Float64Array[] = [];
  let done = 0;
  const flush = (): void => {
    evaluator.writeRows(batch);
    network.infer(batch.length);
    for (let i = 0; i < batch.length; i++) evaluator.outputRow(i).forEach((value, j) => { values[(done + i) * network.outputSize + j] = value; });
    done += batch.length;
    batch = [];
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const place = features.slice();
      place[first] = at(x, column, width);
      if (second !== null) place[second] = at(y, row, height);
      batch.push(place);
      if (batch.length === evaluator.rowsAtOnce) flush();
    }
  }
  if (batch.length > 0) flush();
  return { kind: 'surface', outputs: network.outputSize, values };
}

/** Mean of each raw feature over a part. Powers of a feature are not features of their own. */
function rawMeans({ data, rows }: Part): Float64Array {
  if (data.x.kind === 'sparse') throw new ModelError({ code: 'askedSparse' });
  const size = data.shape.reduce((product, length) => product * length, 1);
  const places = rawPlaces(data.encoding, size);
  const means = new Float64Array(places.length);
  const { values } = data.x;
  for (const row of rows) for (let i = 0; i < places.length; i++) means[i] += values[row * size + places[i]] / rows.length;
  return means;
}

/** Where each raw feature stands in an encoded row: its first power. */
function rawPlaces(encoding: Part['data']['encoding'], size: number): number[] {
  if (!encoding || !encoding.every(({ kind }) => kind === 'number')) return Array.from({ length: size }, (_, i) => i);
  let at = 0;
  return encoding.map((feature) => {
    const place = at;
    at += feature.kind === 'number' ? feature.powers : 1;
    return place;
  });
}

function rowsOf(parts: PreparedModel, what: Extract<ApplyRequest, { kind: 'rows' }>): ApplyResult {
  const { network, evaluator, split, encoding } = parts;
  const whole = part(parts, what.part);
  const { data } = whole;
  const rows = whole.rows.subarray(what.from, what.from + what.count);
  const size = data.shape.reduce((product, length) => product * length, 1);
  const places = data.x.kind === 'dense' ? rawPlaces(data.encoding, size) : [];
  const inputs = new Float64Array(rows.length * places.length);
  const targets = new Float64Array(rows.length * data.targets);
  const outputs = new Float64Array(rows.length * network.outputSize);
  rows.forEach((row, i) => {
    for (let j = 0; j < places.length; j++) inputs[i * places.length + j] = data.x.kind === 'dense' ? data.x.values[row * size + places[j]] : 0;
    for (let j = 0; j < data.targets; j++) targets[i * data.targets + j] = data.y[row * data.targets + j];
  });
  evaluator.each({ data, rows }, (count, from) => {
    network.infer(count);
    for (let i = 0; i < count * network.outputSize; i++) {
      outputs[from * network.outputSize + i] = encoding.kind === 'numbers' ? unscaled(split.target, network.output[i], i % network.outputSize) : network.output[i];
    }
  });
  return { kind: 'rows', total: whole.rows.length, count: rows.length, inputs, features: places.length, targets, outputs, width: network.outputSize, ...(data.x.kind === 'sparse' ? { sparse: entriesOf(data.x, rows) } : {}) };
}

function entriesOf({ offsets, indices, values }: SparseData, rows: Int32Array): SparseEntries {
  const totals = Float64Array.from(rows, (row) => offsets[row + 1] - offsets[row]);
  const starts = new Float64Array(rows.length + 1);
  totals.forEach((total, i) => {
    starts[i + 1] = starts[i] + Math.min(MOST_ENTRIES, total);
  });
  const told = { offsets: starts, columns: new Float64Array(starts[rows.length]), values: new Float64Array(starts[rows.length]), totals };
  rows.forEach((row, i) => {
    for (let k = 0; k < starts[i + 1] - starts[i]; k++) {
      told.columns[starts[i] + k] = indices[offsets[row] + k];
      told.values[starts[i] + k] = values[offsets[row] + k];
    }
  });
  return told;
}

function confusion({ network, evaluator, encoding, training }: PreparedModel, of: Part): ApplyResult {
  const { classes } = training.data;
  if (!classes || encoding.kind === 'numbers') throw new ModelError({ code: 'askedClasses' });
  const size = Math.max(classes.length, encoding.kind === 'oneHot' ? encoding.outputs : 2);
  const counts = new Float64Array(size * size);
  const threshold = encoding.kind === 'sign' ? 0 : 0.5;
  evaluator.each(of, (count) => {
    network.infer(count);
    const width = network.outputSize;
    const chosen = (values: ArrayLike<number>, i: number): number => {
      if (width === 1) return values[i] > threshold ? 1 : 0;
      let best = 0;
      for (let j = 1; j < width; j++) if (values[i * width + j] > values[i * width + best]) best = j;
      return best;
    };
    for (let i = 0; i < count; i++) counts[chosen(network.target, i) * size + chosen(network.output, i)]++;
  });
  return { kind: 'confusion', classes: Array.from({ length: size }, (_, i) => classes[i] ?? String(i)), counts };
}

function sample(parts: PreparedModel, of: Part, index: number): ApplyResult {
  const { network, evaluator } = parts;
  if (index >= of.rows.length) throw new ModelError({ code: 'askedRow', rows: of.rows.length });
  let result: ApplyResult | null = null;
  evaluator.each({ data: of.data, rows: of.rows.subarray(index, index + 1) }, () => {
    const loss = network.trainStep(1, true);
    network.infer(1);
    const outputs = network.layers.map((layer) => Float64Array.from(layer.output.value.subarray(0, layer.output.size)));
    // In training mode the activations differ where there is dropout: what is shown forward is the prediction.
    network.trainStep(1, true);
    result = {
      kind: 'sample', loss, input: Float64Array.from(network.input.subarray(0, network.inputSize)), shape: network.inputShape, target: Float64Array.from(network.target.subarray(0, network.outputSize)),
      layers: network.layers.map((layer, i) => ({
        name: layer.spec.name, shape: layer.output.shape, output: outputs[i],
        gradient: layer.delta ? Float64Array.from(layer.delta.subarray(0, layer.output.size)) : new Float64Array(0),
      })),
    };
  });
  return result!;
}

function plane(parts: PreparedModel, weights: ArrayLike<number>, what: Extract<ApplyRequest, { kind: 'plane' }>): ApplyResult {
  const { network, evaluator, training } = parts;
  const { first, second, a, b, width } = what;
  const height = second ? what.height : 1;
  const n = network.parameters.length;
  if (first.length < n || (second && second.length < n)) throw new ModelError({ code: 'askedDirection', actual: Math.min(first.length, second?.length ?? Infinity), expected: n });
  const stride = Math.max(1, Math.ceil(training.rows.length / what.rows));
  const rows = training.rows.filter((_, i) => i % stride === 0);
  const values = new Float64Array(width * height);
  const at = ([low, high]: readonly [number, number], k: number, count: number): number => (count === 1 ? (low + high) / 2 : low + ((high - low) * k) / (count - 1));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const s = at(a, column, width);
      const t = second ? at(b, row, height) : 0;
      for (let i = 0; i < n; i++) network.parameters[i] = weights[i] + s * first[i] + (second ? t * second[i] : 0);
      values[row * width + column] = evaluator.score({ data: training.data, rows }) + network.penalty;
    }
  }
  return { kind: 'plane', values };
}
