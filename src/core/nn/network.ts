import { emptyVector, type Kernels, type SparseRows, type Vector } from '../kernels/kernels';
import type { Segment } from '../objectives/objective';
import { randomStream, type RandomStream } from '../training/random';
import { createLayer } from './layers/create';
import { createSignal, type Layer, type Parameter, type Pass, type Signal } from './layers/layer';
import { WeightedLayer } from './layers/weighted';
import { LeastSquares } from './leastSquares';
import { Loss } from './losses';
import { parameterShapes, sizeOf, summarize, type ModelSummary, type ParameterShape } from './shapes';
import type { LossSpec, ModelSpec, RegularizationSpec, Shape } from './spec';

export interface NetworkOptions {
  /** Most rows at once. */
  readonly rows: number;
  /** Most rows of a training step or a Hessian-vector product, where more are only inferred; all, where it is left out. */
  readonly trainedRows?: number;
  readonly sparseInput: boolean;
  readonly loss: LossSpec;
  readonly regularization: RegularizationSpec;
  /** Takes the memory that `hessianVector` needs. */
  readonly secondOrder: boolean;
  readonly seed: number;
}

/** Where a tensor of a layer stands in `parameters`. */
export interface ParameterSegment extends Segment {
  readonly layer: string;
  readonly role: 'weight' | 'bias' | 'gamma' | 'beta';
}

/** Where a tensor that no optimizer moves stands in `state`. */
export interface StateSegment {
  readonly name: string;
  readonly offset: number;
  readonly shape: Shape;
  readonly layer: string;
  readonly role: ParameterShape['kind'];
}

/** What PyTorch calls a tensor of a layer. */
const SUFFIX: Readonly<Record<ParameterShape['kind'], string>> = { weight: 'weight', bias: 'bias', gamma: 'weight', beta: 'bias', runningMean: 'runningMean', runningVariance: 'runningVariance' };

/**
 * A model with its loss over one block of memory. The caller fills `input` (or gives sparse rows) and `target`, then asks for a training
 * step, a prediction or a Hessian-vector product; nothing is allocated by those.
 *
 * The constructor only takes memory and keeps views, so that `measure` can run it; `initialize` comes before anything else.
 */
export class Network {
  readonly summary: ModelSummary;
  readonly layers: readonly Layer[];
  /** What an optimizer moves: all trained tensors in one vector; weights are inputs × outputs, of convolutions kernel × channels × filters. */
  readonly parameters: Vector;
  /** ∂loss/∂parameters after `trainStep`. */
  readonly gradient: Vector;
  readonly segments: readonly ParameterSegment[];
  /** Tensors that are not trained, and the running statistics. */
  readonly state: Vector;
  readonly stateSegments: readonly StateSegment[];
  readonly parameterCount: number;
  readonly rows: number;
  readonly inputShape: Shape;
  readonly inputSize: number;
  readonly outputSize: number;
  /** rows × inputSize, for the caller to fill; empty where a dense layer takes sparse rows. */
  readonly input: Vector;
  /** rows × outputs; of categorical cross-entropy one column a class, rows summing to one. */
  readonly target: Vector;
  /** rows × outputs after the last activation, of the last pass. */
  readonly output: Vector;

  private readonly loss: Loss;
  private readonly leastSquares: LeastSquares | null;
  private readonly weights: readonly ParameterSegment[];
  /** With weight noise: what passes compute with, and the noise on it; otherwise the parameters and nothing. */
  private readonly working: Vector;
  private readonly noise: Vector | null;
  private readonly direction: Vector | null;
  private readonly product: Vector | null;
  private noiseStreams: readonly RandomStream[] = [];
  private noiseDrawn = false;

  /** @throws Error where the shapes of the layers or the loss do not fit; `summarize` tells the former beforehand. */
  constructor(readonly spec: ModelSpec, inputShape: Shape, readonly kernels: Kernels, readonly options: NetworkOptions) {
    const { rows, sparseInput, secondOrder, regularization } = options;
    const summary = summarize(spec, inputShape);
    if (summary.problem) throw new Error(`Layer "${summary.problem.name}" does not fit its input of shape [${summary.problem.input.join(', ')}]: ${summary.problem.code}`);
    if (spec.layers.length === 0) throw new Error('A network needs a layer');
    this.summary = summary;
    this.rows = rows;
    this.inputShape = inputShape;
    this.inputSize = sizeOf(inputShape);
    this.outputSize = sizeOf(summary.output);

    const segments: ParameterSegment[] = [];
    const stateSegments: StateSegment[] = [];
    let count = 0;
    let stateCount = 0;
    const shapes = spec.layers.map((layer, i) => parameterShapes(layer, i === 0 ? inputShape : summary.layers[i - 1].output));
    for (const [i, { name: layer }] of spec.layers.entries()) {
      for (const { kind, shape, trained } of shapes[i]) {
        const name = `${layer}.${SUFFIX[kind]}`;
        if (trained) {
          segments.push({ name, offset: count, shape, layer, role: kind as ParameterSegment['role'] });
          count += sizeOf(shape);
        } else {
          stateSegments.push({ name, offset: stateCount, shape, layer, role: kind });
          stateCount += sizeOf(shape);
        }
      }
    }
    this.segments = segments;
    this.stateSegments = stateSegments;
    this.weights = segments.filter(({ role }) => role === 'weight');
    this.parameterCount = count;
    this.parameters = kernels.alloc(count);
    this.gradient = kernels.alloc(count);
    this.state = kernels.alloc(stateCount);
    const noisy = regularization.weightNoise > 0;
    this.working = noisy ? kernels.alloc(count) : this.parameters;
    this.noise = noisy ? kernels.alloc(count) : null;
    this.direction = secondOrder ? kernels.alloc(count) : null;
    this.product = secondOrder ? kernels.alloc(count) : null;

    const sparseProduct = sparseInput && spec.layers[0].type === 'dense';
    this.input = sparseProduct ? emptyVector(kernels.precision, 0) : kernels.alloc(rows * this.inputSize);
    this.target = kernels.alloc(rows * this.outputSize);
    const around = { kernels, rows, trainedRows: Math.min(rows, options.trainedRows ?? rows), secondOrder };
    let signal: Signal = { shape: inputShape, size: this.inputSize, value: this.input, gradient: null, tangent: null, gradientTangent: null };
    let segment = 0;
    let stateSegment = 0;
    this.layers = spec.layers.map((layer, i) => {
      const parameters = shapes[i].map(({ kind, shape, trained }): Parameter => {
        const { name, offset } = trained ? segments[segment++] : stateSegments[stateSegment++];
        const view = (vector: Vector | null) => vector && vector.subarray(offset, offset + sizeOf(shape));
        if (!trained) return { name, kind, shape, value: view(this.state)!, stored: view(this.state)!, gradient: null, direction: null, product: null };
        return { name, kind, shape, value: view(this.working)!, stored: view(this.parameters)!, gradient: view(this.gradient), direction: view(this.direction), product: view(this.product) };
      });
      const output = createSignal(around, summary.layers[i].output, signal.gradient !== null || shapes[i].some(({ trained }) => trained));
      const created = createLayer(around, layer, parameters, signal, output);
      signal = output;
      return created;
    });
    this.output = signal.value;
    this.loss = new Loss(kernels, options.loss, this.layers.at(-1)!, this.target, rows);
    this.leastSquares = LeastSquares.of(kernels, this.layers, options.loss, this.target, !sparseProduct);
  }

  /** First values of all tensors, and all streams of noise and masks from their beginning. */
  initialize(seed = this.options.seed): void {
    for (const layer of this.layers) {
      layer.initialize(randomStream(seed, 'init', layer.spec.name));
      layer.restart(seed);
    }
    this.noiseStreams = this.noise ? this.weights.map(({ layer }) => randomStream(seed, 'weightNoise', layer)) : [];
    this.noiseDrawn = false;
  }

  /**
   * Sparse rows in place of the input, for the passes up to the next call; the arrays come from `kernels`. A dense first layer reads them
   * in each pass; before any other they are written out into `input`, here and now.
   */
  setSparse(rows: SparseRows): void {
    const { layers: [first], input, inputSize } = this;
    if (first instanceof WeightedLayer && first.spec.type === 'dense') {
      first.setSparse(rows);
      return;
    }
    const count = Math.min(this.rows, rows.offsets.length - 1);
    input.fill(0, 0, count * inputSize);
    for (let row = 0; row < count; row++) {
      for (let entry = rows.offsets[row]; entry < rows.offsets[row + 1]; entry++) input[row * inputSize + rows.columns[entry]] += rows.values[entry];
    }
  }

  /** What this pass's weights are: with noise in training, as they are in inference. */
  private prepareWeights(pass: Pass): void {
    const { noise, working, parameters, weights, noiseStreams, options: { regularization: { weightNoise } } } = this;
    if (!noise) return;
    if (pass === 'inference') {
      working.set(parameters);
      return;
    }
    if (pass === 'training' || !this.noiseDrawn) {
      for (let k = 0; k < weights.length; k++) {
        const { offset, shape } = weights[k];
        const end = offset + sizeOf(shape);
        for (let i = offset; i < end; i++) noise[i] = weightNoise * noiseStreams[k].normal();
      }
      this.noiseDrawn = true;
    }
    for (let i = 0; i < working.length; i++) working[i] = parameters[i] + noise[i];
  }

  /** All layers in order, from the first `rows` rows of the input. */
  forward(rows: number, pass: Pass): void {
    this.prepareWeights(pass);
    const { layers } = this;
    for (let i = 0; i < layers.length; i++) layers[i].forward(rows, pass);
  }

  /**
   * Forward in training mode, loss, backward into `gradient`.
   * @param held keeps the noise and the masks of the last training step and moves no running statistics.
   * @returns the loss of the batch with its penalties.
   */
  trainStep(rows: number, held = false): number {
    const loss = this.lossIn(rows, held ? 'held' : 'training', true);
    const { layers, leastSquares } = this;
    if (this.parameterCount > 0 && !leastSquares) {
      for (let i = layers.length - 1; i >= 0 && layers[i].output.gradient; i--) layers[i].backward(rows);
    }
    return loss + this.penalties(true);
  }

  /** The loss that `trainStep` with held noise would return, without its gradient. */
  heldLoss(rows: number): number {
    return this.lossIn(rows, 'held', false) + this.penalties(false);
  }

  /** Into `output`, as for a prediction. */
  infer(rows: number): void {
    this.forward(rows, 'inference');
  }

  /** The loss of a prediction, without penalties; `output` holds the prediction afterwards. */
  lossOf(rows: number): number {
    return this.lossIn(rows, 'inference', false);
  }

  /** Where `derive`, with what backward passes begin with; least squares have theirs behind them. */
  private lossIn(rows: number, pass: Pass, derive: boolean): number {
    if (this.leastSquares) {
      this.prepareWeights(pass);
      return this.leastSquares.evaluate(rows, derive);
    }
    this.forward(rows, pass);
    return this.loss.evaluate(rows, derive);
  }

  /** What regularization adds to the loss at these parameters. */
  get penalty(): number {
    return this.penalties(false);
  }

  /** l1·Σ|w| + l2·Σw² over the trained weights. */
  private penalties(derive: boolean): number {
    const { weights, parameters, gradient, options: { regularization: { l1, l2 } } } = this;
    if (l1 === 0 && l2 === 0) return 0;
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      const { offset, shape } = weights[k];
      const end = offset + sizeOf(shape);
      for (let i = offset; i < end; i++) {
        const w = parameters[i];
        sum += l1 * Math.abs(w) + l2 * w * w;
        if (derive) gradient[i] += l1 * Math.sign(w) + 2 * l2 * w;
      }
    }
    return sum;
  }

  /**
   * out ← H·v for the loss of a training step on these rows with its penalties, at the current parameters, with the noise and the masks
   * of the last training step and, where there is batchNorm, statistics of the batch. Exact: Pearlmutter's R-operator ("Fast exact
   * multiplication by the Hessian", 1994), forward over reverse. `gradient` and the running statistics stay as they are.
   */
  hessianVector(v: Vector, out: Vector, rows: number): void {
    const { layers, direction, product, weights, options: { regularization: { l2 } } } = this;
    if (!direction || !product) throw new Error('The network was made without second order');
    if (this.parameterCount === 0) return;
    direction.set(v);
    this.forward(rows, 'held');
    this.loss.evaluate(rows, true);
    for (let i = 0; i < layers.length; i++) if (layers[i].output.tangent) layers[i].tangentForward(rows);
    this.loss.tangent(rows);
    for (let i = layers.length - 1; i >= 0 && layers[i].output.gradient; i--) layers[i].tangentBackward(rows);
    out.set(product);
    if (l2 === 0) return;
    for (let k = 0; k < weights.length; k++) {
      const { offset, shape } = weights[k];
      const end = offset + sizeOf(shape);
      for (let i = offset; i < end; i++) out[i] += 2 * l2 * direction[i];
    }
  }
}
