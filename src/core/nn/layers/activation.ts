import type { Kernels, PointwiseActivation, Vector } from '../../kernels/kernels';
import { normalDensity } from '../../kernels/normal';
import type { Activation, LayerSpec } from '../spec';
import { copy, Layer, type Pass, type Signal } from './layer';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** out ← out + dy·σ″(z)·rz, element-wise: what bending adds to the tangent of a backward pass. y = σ(z). */
export function addCurvature(activation: PointwiseActivation, count: number, z: Vector, y: Vector, dy: Vector, rz: Vector, out: Vector): void {
  switch (activation) {
    case 'linear':
    case 'relu':
    case 'leakyRelu':
      return;
    case 'elu':
      for (let i = 0; i < count; i++) if (z[i] <= 0) out[i] += dy[i] * rz[i] * (y[i] + 1);
      return;
    case 'gelu':
      for (let i = 0; i < count; i++) out[i] += dy[i] * rz[i] * normalDensity(z[i]) * (2 - z[i] * z[i]);
      return;
    case 'silu':
      for (let i = 0; i < count; i++) {
        const s = sigmoid(z[i]);
        out[i] += dy[i] * rz[i] * s * (1 - s) * (2 + z[i] * (1 - 2 * s));
      }
      return;
    case 'sigmoid':
      for (let i = 0; i < count; i++) out[i] += dy[i] * rz[i] * y[i] * (1 - y[i]) * (1 - 2 * y[i]);
      return;
    case 'tanh':
      for (let i = 0; i < count; i++) out[i] -= 2 * dy[i] * rz[i] * y[i] * (1 - y[i] * y[i]);
      return;
    case 'softplus':
      for (let i = 0; i < count; i++) {
        const s = sigmoid(z[i]);
        out[i] += dy[i] * rz[i] * s * (1 - s);
      }
  }
}

/** Softmax's derivative applied to dy: dz ← p∘(dy − ⟨dy, p⟩), row by row; dz may be dy. It is symmetric, so it serves tangents too. */
function softmaxDerivative(rows: number, columns: number, p: Vector, dy: Vector, dz: Vector): void {
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    let inner = 0;
    for (let j = 0; j < columns; j++) inner += dy[at + j] * p[at + j];
    for (let j = 0; j < columns; j++) dz[at + j] = p[at + j] * (dy[at + j] - inner);
  }
}

/** Tangent of the above: dzT may be dyT. */
function softmaxDerivativeTangent(rows: number, columns: number, p: Vector, pT: Vector, dy: Vector, dyT: Vector, dzT: Vector): void {
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    let inner = 0;
    let innerT = 0;
    for (let j = at; j < at + columns; j++) {
      inner += dy[j] * p[j];
      innerT += dyT[j] * p[j] + dy[j] * pT[j];
    }
    for (let j = at; j < at + columns; j++) dzT[j] = pT[j] * (dy[j] - inner) + p[j] * (dyT[j] - innerT);
  }
}

/** z → y = σ(z) and back, for layers of their own and for those inside a weighted layer. Softmax goes along the last axis. */
export class ActivationStage {
  /** The loss works on z itself and leaves ∂loss/∂z in y's gradient. */
  fused = false;

  constructor(
    private readonly kernels: Kernels,
    readonly activation: Activation,
    private readonly columns: number,
    readonly z: Vector,
    readonly zTangent: Vector | null,
    private readonly y: Signal,
    private readonly delta: Vector | null,
    private readonly deltaTangent: Vector | null,
  ) {}

  /** z ← z + bias, y ← σ(z). */
  forward(rows: number, bias: Vector | null): void {
    const { kernels, activation, columns, z, y } = this;
    const lines = (rows * y.size) / columns;
    if (activation === 'softmax') {
      if (bias) kernels.biasActivate('linear', lines, columns, z, bias, z);
      kernels.softmax(lines, columns, z, y.value);
    } else {
      kernels.biasActivate(activation, lines, columns, z, bias, y.value);
    }
  }

  /** delta from y's gradient; they may be one. */
  backward(rows: number): void {
    const { kernels, activation, columns, z, y, delta } = this;
    const count = rows * y.size;
    if (this.fused) {
      if (delta !== y.gradient) copy(count, y.gradient!, delta!);
    } else if (activation === 'softmax') {
      softmaxDerivative(count / columns, columns, y.value, y.gradient!, delta!);
    } else if (activation !== 'linear' || delta !== y.gradient) {
      kernels.activateBackward(activation, count, z, y.value, y.gradient!, delta!);
    }
  }

  tangentForward(rows: number): void {
    const { kernels, activation, columns, z, zTangent, y } = this;
    const count = rows * y.size;
    if (this.fused) return; // the loss takes zTangent
    if (activation === 'softmax') softmaxDerivative(count / columns, columns, y.value, zTangent!, y.tangent!);
    else if (activation !== 'linear' || zTangent !== y.tangent) kernels.activateBackward(activation, count, z, y.value, zTangent!, y.tangent!);
  }

  tangentBackward(rows: number): void {
    const { kernels, activation, columns, z, zTangent, y, delta, deltaTangent } = this;
    const count = rows * y.size;
    if (this.fused) {
      if (deltaTangent !== y.gradientTangent) copy(count, y.gradientTangent!, deltaTangent!);
    } else if (activation === 'softmax') {
      softmaxDerivativeTangent(count / columns, columns, y.value, y.tangent!, y.gradient!, y.gradientTangent!, deltaTangent!);
    } else {
      if (activation !== 'linear' || deltaTangent !== y.gradientTangent) kernels.activateBackward(activation, count, z, y.value, y.gradientTangent!, deltaTangent!);
      addCurvature(activation, count, z, y.value, y.gradient!, zTangent!, deltaTangent!);
    }
    this.backward(rows);
  }
}

export class ActivationLayer extends Layer {
  readonly stage: ActivationStage;
  readonly preactivation: Vector;
  readonly delta: Vector | null;

  constructor(kernels: Kernels, override readonly spec: Extract<LayerSpec, { type: 'activation' }>, input: Signal, output: Signal) {
    super(spec, [], input, output);
    this.stage = new ActivationStage(kernels, spec.activation, input.shape.at(-1)!, input.value, input.tangent, output, input.gradient, input.gradientTangent);
    this.preactivation = input.value;
    this.delta = input.gradient;
  }

  forward(rows: number, _pass: Pass): void {
    this.stage.forward(rows, null);
  }

  backward(rows: number): void {
    if (this.delta) this.stage.backward(rows);
  }

  tangentForward(rows: number): void {
    if (this.delta) this.stage.tangentForward(rows);
  }

  tangentBackward(rows: number): void {
    if (this.delta) this.stage.tangentBackward(rows);
  }
}
