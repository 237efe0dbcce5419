import type { Kernels, PoolingShape, Vector } from '../../kernels/kernels';
import { windowShape } from '../shapes';
import type { LayerSpec, PoolingSpec } from '../spec';
import { Layer, type Pass, type Signal, type Surroundings } from './layer';

/** Largest of each window. */
export class MaxPoolLayer extends Layer {
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly kernels: Kernels;
  private readonly shape: PoolingShape;
  /** Of each output: the place of its largest input inside its picture. */
  private readonly winners: Int32Array;

  constructor({ kernels, rows }: Surroundings, spec: PoolingSpec, input: Signal, output: Signal) {
    super(spec, [], input, output);
    this.kernels = kernels;
    this.shape = windowShape(spec, input.shape, rows);
    this.winners = kernels.allocInts(rows * output.size);
    this.preactivation = output.value;
    this.delta = output.gradient;
  }

  forward(rows: number, _pass: Pass): void {
    this.kernels.maxPool(this.shape, rows, this.input.value, this.output.value, this.winners);
  }

  backward(rows: number): void {
    if (this.input.gradient) this.kernels.maxPoolBackward(this.shape, rows, this.output.gradient!, this.winners, this.input.gradient);
  }

  tangentForward(rows: number): void {
    const from = this.input.tangent;
    if (!from) return;
    const to = this.output.tangent!;
    const { winners, input, output } = this;
    for (let row = 0, at = 0; row < rows; row++) {
      for (let end = at + output.size; at < end; at++) to[at] = from[row * input.size + winners[at]];
    }
  }

  tangentBackward(rows: number): void {
    if (this.input.gradientTangent) this.kernels.maxPoolBackward(this.shape, rows, this.output.gradientTangent!, this.winners, this.input.gradientTangent);
    this.backward(rows);
  }
}

/** Mean of each window; of the whole picture where it is global. */
export class AveragePoolLayer extends Layer {
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly kernels: Kernels;
  private readonly shape: PoolingShape;

  constructor({ kernels, rows }: Surroundings, spec: LayerSpec, input: Signal, output: Signal) {
    super(spec, [], input, output);
    this.kernels = kernels;
    const [height, width] = input.shape;
    const pooling: PoolingSpec = spec.type === 'avgPool2d' ? spec as PoolingSpec : { name: spec.name, index: spec.index, type: 'avgPool2d', size: [height, width], stride: [1, 1], padding: 'valid' };
    this.shape = windowShape(pooling, input.shape, rows);
    this.preactivation = output.value;
    this.delta = output.gradient;
  }

  forward(rows: number, _pass: Pass): void {
    this.kernels.avgPool(this.shape, rows, this.input.value, this.output.value);
  }

  backward(rows: number): void {
    if (this.input.gradient) this.kernels.avgPoolBackward(this.shape, rows, this.output.gradient!, this.input.gradient);
  }

  tangentForward(rows: number): void {
    if (this.input.tangent) this.kernels.avgPool(this.shape, rows, this.input.tangent, this.output.tangent!);
  }

  tangentBackward(rows: number): void {
    if (this.input.gradientTangent) this.kernels.avgPoolBackward(this.shape, rows, this.output.gradientTangent!, this.input.gradientTangent);
    this.backward(rows);
  }
}
