import type { Vector } from '../kernels/kernels';
import type { RandomStream } from '../training/random';
import { sizeOf } from './shapes';
import type { Initializer, Shape } from './spec';

/** How many numbers each output of a weight sums up, and each input feeds; a kernel's taps count on both sides, as in PyTorch and Keras. */
export function fans(weight: Shape): { fanIn: number; fanOut: number } {
  const taps = sizeOf(weight.slice(0, -2));
  return { fanIn: taps * weight.at(-2)!, fanOut: taps * weight.at(-1)! };
}

/**
 * Draws a layer's weight, then its bias (null: none). Normal distributions are not cut off, as in PyTorch.
 * @param shape of the weight, input axes before the output's.
 */
export function drawWeights(initializer: Initializer, shape: Shape, weight: Vector, bias: Vector | null, random: RandomStream): void {
  const { fanIn, fanOut } = fans(shape);
  bias?.fill(0);
  switch (initializer.kind) {
    case 'torch':
      uniform(weight, 1 / Math.sqrt(fanIn), random);
      if (bias) uniform(bias, 1 / Math.sqrt(fanIn), random);
      return;
    case 'glorotUniform':
      return uniform(weight, Math.sqrt(6 / (fanIn + fanOut)), random);
    case 'glorotNormal':
      return normal(weight, Math.sqrt(2 / (fanIn + fanOut)), random);
    case 'heUniform':
      return uniform(weight, Math.sqrt(6 / fanIn), random);
    case 'heNormal':
      return normal(weight, Math.sqrt(2 / fanIn), random);
    case 'lecunNormal':
      return normal(weight, Math.sqrt(1 / fanIn), random);
    case 'zeros':
      weight.fill(0);
      return;
    case 'constant':
      weight.fill(initializer.value);
      return;
    case 'normal':
      return normal(weight, initializer.value, random);
    case 'uniform':
      return uniform(weight, initializer.value, random);
  }
}

function uniform(values: Vector, bound: number, random: RandomStream): void {
  for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.uniform() - 1);
}

function normal(values: Vector, deviation: number, random: RandomStream): void {
  for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
}
