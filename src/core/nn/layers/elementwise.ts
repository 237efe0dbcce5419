import type { Kernels, Vector } from '../../kernels/kernels';
import { randomStream, type RandomStream } from '../../training/random';
import type { LayerSpec } from '../spec';
import { copy, Layer, type Pass, type Signal, type Surroundings } from './layer';

/** Each entry is dropped with probability `rate`, the others are multiplied by 1/(1 − rate), in training alone: inverted dropout. */
export class DropoutLayer extends Layer {
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly kernels: Kernels;
  /** 0 or 1/(1 − rate). */
  private readonly mask: Vector;
  private readonly bits = new Uint32Array(1024);
  private drawn = 0;
  private random: RandomStream | null = null;

  constructor({ kernels, rows }: Surroundings, override readonly spec: Extract<LayerSpec, { type: 'dropout' }>, input: Signal, output: Signal) {
    super(spec, [], input, output);
    this.kernels = kernels;
    this.mask = kernels.alloc(rows * output.size);
    this.preactivation = output.value;
    this.delta = output.gradient;
  }

  override restart(seed: number): void {
    this.random = randomStream(seed, 'dropout', this.spec.name);
    this.drawn = 0;
  }

  forward(rows: number, pass: Pass): void {
    const { input, output } = this;
    const count = rows * output.size;
    if (pass === 'inference') return copy(count, input.value, output.value);
    if (pass === 'training' || this.drawn < count) {
      this.draw(count);
    }
    this.apply(count, input.value, output.value);
  }

  private draw(count: number): void {
    const { mask, bits, random, spec } = this;
    const dropped = Math.round(spec.rate * 2 ** 31) - 1;
    const kept = 1 / (1 - spec.rate);
    for (let from = 0; from < count; from += bits.length) {
      const part = Math.min(bits.length, count - from);
      random!.fillBits(bits);
      // The sign of a difference of 31-bit numbers: a branch on chance would be guessed wrong half the time.
      for (let i = 0; i < part; i++) mask[from + i] = kept * ((dropped - (bits[i] >>> 1)) >>> 31);
    }
    this.drawn = count;
  }

  private apply(count: number, from: Vector, to: Vector): void {
    this.kernels.multiply(count, from, this.mask, to);
  }

  backward(rows: number): void {
    if (this.input.gradient) this.apply(rows * this.output.size, this.output.gradient!, this.input.gradient);
  }

  tangentForward(rows: number): void {
    if (this.input.tangent) this.apply(rows * this.output.size, this.input.tangent, this.output.tangent!);
  }

  tangentBackward(rows: number): void {
    if (this.input.gradientTangent) this.apply(rows * this.output.size, this.output.gradientTangent!, this.input.gradientTangent);
    this.backward(rows);
  }
}

/** x + N(0, stddev²) in training alone. */
export class GaussianNoiseLayer extends Layer {
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly noise: Vector;
  private drawn = 0;
  private random: RandomStream | null = null;

  constructor({ kernels, rows }: Surroundings, override readonly spec: Extract<LayerSpec, { type: 'gaussianNoise' }>, input: Signal, output: Signal) {
    super(spec, [], input, output);
    this.noise = kernels.alloc(rows * output.size);
    this.preactivation = output.value;
    this.delta = output.gradient;
  }

  override restart(seed: number): void {
    this.random = randomStream(seed, 'gaussianNoise', this.spec.name);
    this.drawn = 0;
  }

  forward(rows: number, pass: Pass): void {
    const { noise, input, output, random, spec } = this;
    const count = rows * output.size;
    if (pass === 'inference') return copy(count, input.value, output.value);
    if (pass === 'training' || this.drawn < count) {
      for (let i = 0; i < count; i++) noise[i] = spec.stddev * random!.normal();
      this.drawn = count;
    }
    for (let i = 0; i < count; i++) output.value[i] = input.value[i] + noise[i];
  }

  backward(rows: number): void {
    if (this.input.gradient) copy(rows * this.output.size, this.output.gradient!, this.input.gradient);
  }

  tangentForward(rows: number): void {
    if (this.input.tangent) copy(rows * this.output.size, this.input.tangent, this.output.tangent!);
  }

  tangentBackward(rows: number): void {
    if (this.input.gradientTangent) copy(rows * this.output.size, this.output.gradientTangent!, this.input.gradientTangent);
    this.backward(rows);
  }
}

/** [height, width, channels] to channel, height, width, the order in which PyTorch's flatten leaves its pictures. */
export class FlattenLayer extends Layer {
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly kernels: Kernels;
  private readonly positions: number;
  private readonly channels: number;

  constructor({ kernels }: Surroundings, spec: LayerSpec, input: Signal, output: Signal) {
    super(spec, [], input, output);
    this.kernels = kernels;
    this.channels = input.shape.at(-1)!;
    this.positions = input.size / this.channels;
    this.preactivation = output.value;
    this.delta = output.gradient;
  }

  /** Each row of `from`, m × n, turned into n × m. */
  private turn(rows: number, m: number, n: number, from: Vector, to: Vector): void {
    if (m === 1 || n === 1) copy(rows * m * n, from, to);
    else this.kernels.transpose(rows, m, n, from, to);
  }

  forward(rows: number, _pass: Pass): void {
    this.turn(rows, this.positions, this.channels, this.input.value, this.output.value);
  }

  backward(rows: number): void {
    if (this.input.gradient) this.turn(rows, this.channels, this.positions, this.output.gradient!, this.input.gradient);
  }

  tangentForward(rows: number): void {
    if (this.input.tangent) this.turn(rows, this.positions, this.channels, this.input.tangent, this.output.tangent!);
  }

  tangentBackward(rows: number): void {
    if (this.input.gradientTangent) this.turn(rows, this.channels, this.positions, this.output.gradientTangent!, this.input.gradientTangent);
    this.backward(rows);
  }
}
