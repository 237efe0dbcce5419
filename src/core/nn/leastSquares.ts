import type { Kernels, Vector } from '../kernels/kernels';
import { parameterOf, type Layer, type Parameter, type Signal } from './layers/layer';
import type { LossSpec } from './spec';

/**
 * Linear regression, one dense layer of one output without an activation under the mean squared error, in one pass over its rows where
 * forward pass, loss and backward pass would be three. What the passes leave behind stands at the same places, the same to rounding.
 */
export class LeastSquares {
  private constructor(private readonly kernels: Kernels, private readonly input: Signal, private readonly output: Signal, private readonly weight: Parameter, private readonly bias: Parameter | null, private readonly target: Vector) {}

  /** null where the network is anything else, or its weights are not trained. @param dense whether the input is: rows × inputs. */
  static of(kernels: Kernels, [layer, ...more]: readonly Layer[], loss: LossSpec, target: Vector, dense: boolean): LeastSquares | null {
    const { spec, input, output, parameters } = layer;
    if (!dense || more.length > 0 || spec.type !== 'dense' || spec.activation !== 'linear' || loss.type !== 'meanSquaredError') return null;
    const weight = parameterOf(parameters, 'weight')!;
    const bias = parameterOf(parameters, 'bias');
    if (output.size !== 1 || input.shape.length !== 1 || !weight.gradient || (bias && !bias.gradient)) return null;
    return new LeastSquares(kernels, input, output, weight, bias, target);
  }

  /** The mean over the rows; where `derive`, with the gradients of the output and of the parameters. */
  evaluate(rows: number, derive: boolean): number {
    const { kernels, input, output, weight, bias, target } = this;
    const slopes = derive ? output.gradient : null;
    const squares = kernels.linearSquaredError(rows, input.size, input.value, weight.value, bias?.value ?? null, target, output.value, slopes, derive ? weight.gradient : null, derive && bias ? bias.gradient : null, 2 / rows);
    return squares * (1 / rows);
  }
}
