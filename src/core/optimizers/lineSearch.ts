import type { Vector } from '../kernels/kernels';
import type { Oracle } from './optimizer';
import { dot, maxAbs } from './vectors';

/** One end of a bracket: the step, the loss there, the slope along d, the gradient. */
class Trial {
  step = 0;
  loss = 0;
  slope = 0;
  readonly gradient: Float64Array;

  constructor(dimension: number) {
    this.gradient = new Float64Array(dimension);
  }

  copy(other: Trial): void {
    this.step = other.step;
    this.loss = other.loss;
    this.slope = other.slope;
    this.gradient.set(other.gradient);
  }
}

/** The minimum of the cubic through two losses and slopes (Nocedal & Wright, 3.59), kept within [low, high]; their middle where there is none. */
function cubicMinimum(a: Trial, b: Trial, low: number, high: number): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.step - b.step);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const position = a.step <= b.step
    ? b.step - (b.step - a.step) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    : a.step - (a.step - b.step) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  // A loss that is not finite leaves no cubic; PyTorch would go on with NaN.
  return Number.isNaN(position) ? (low + high) / 2 : Math.min(Math.max(position, low), high);
}

const SUFFICIENT_DECREASE = 1e-4;
const BRACKET_TOLERANCE = 1e-9;
const MAX_EVALUATIONS = 25;

/**
 * A step that meets the strong Wolfe conditions: bracketing, then zooming by cubic interpolation (Nocedal & Wright, algorithms
 * 3.5 and 3.6; the safeguards and limits are those of PyTorch's L-BFGS, step for step, so that paths agree).
 */
export class StrongWolfe {
  /** Of the step found. */
  step = 0;
  loss = 0;
  readonly gradient: Float64Array;
  /** Of the last search. */
  evaluations = 0;
  private readonly point: Float64Array;
  private readonly first: Trial;
  private readonly second: Trial;
  private readonly current: Trial;

  /** @param curvature c₂: 0.9 for quasi-Newton directions, 0.1 for conjugate gradients. */
  constructor(dimension: number, private readonly curvature: number) {
    this.gradient = new Float64Array(dimension);
    this.point = new Float64Array(dimension);
    this.first = new Trial(dimension);
    this.second = new Trial(dimension);
    this.current = new Trial(dimension);
  }

  /**
   * Searches along `direction` from `theta` (neither is changed); the result stands in `step`, `loss` and `gradient`.
   * @param start the first step tried. @param slope gᵀd < 0 at `theta`.
   */
  search(oracle: Oracle, theta: Vector, direction: Float64Array, start: number, loss: number, gradient: Vector, slope: number): void {
    const { current } = this;
    const width = maxAbs(direction);
    this.evaluations = 0;
    const { first, second } = this;
    let low = first;
    let high = second;
    // While bracketing, `low` is the trial before the current one.
    low.step = 0;
    low.loss = loss;
    low.slope = slope;
    low.gradient.set(gradient);
    this.evaluate(oracle, theta, direction, start);
    let iteration = 0;
    let done = false;
    let bracketed = false;
    while (iteration < MAX_EVALUATIONS) {
      // Negated, so that a loss that is not a number bounds the step too.
      if (!(current.loss <= loss + SUFFICIENT_DECREASE * current.step * slope) || (iteration > 1 && current.loss >= low.loss)) {
        bracketed = true;
        break;
      }
      if (Math.abs(current.slope) <= -this.curvature * slope) {
        done = true;
        break;
      }
      if (current.slope >= 0) {
        bracketed = true;
        break;
      }
      const least = current.step + 0.01 * (current.step - low.step);
      const next = cubicMinimum(low, current, least, current.step * 10);
      low.copy(current);
      this.evaluate(oracle, theta, direction, next);
      iteration++;
    }
    if (done) {
      this.accept(current);
      return;
    }
    if (!bracketed) {
      // Out of evaluations while still going down: the start and the last trial.
      low.step = 0;
      low.loss = loss;
      low.gradient.set(gradient);
    }
    second.copy(current);
    if (second.loss < first.loss) {
      low = second;
      high = first;
    }

    let stalled = false;
    while (!done && iteration < MAX_EVALUATIONS) {
      const from = Math.min(low.step, high.step);
      const to = Math.max(low.step, high.step);
      if ((to - from) * width < BRACKET_TOLERANCE) break;
      let step = cubicMinimum(low, high, from, to);
      const margin = 0.1 * (to - from);
      if (Math.min(to - step, step - from) < margin) {
        if (stalled || step >= to || step <= from) {
          step = Math.abs(step - to) < Math.abs(step - from) ? to - margin : from + margin;
          stalled = false;
        } else {
          stalled = true;
        }
      } else {
        stalled = false;
      }
      this.evaluate(oracle, theta, direction, step);
      iteration++;
      if (!(current.loss <= loss + SUFFICIENT_DECREASE * step * slope) || current.loss >= low.loss) {
        high.copy(current);
        // A tie goes to the end stored first, as in PyTorch.
        low = second.loss < first.loss ? second : first;
        high = low === first ? second : first;
        continue;
      }
      if (Math.abs(current.slope) <= -this.curvature * slope) done = true;
      else if (current.slope * (high.step - low.step) >= 0) high.copy(low);
      low.copy(current);
    }
    this.accept(low);
  }

  private evaluate(oracle: Oracle, theta: Vector, direction: Float64Array, step: number): void {
    const { point, current } = this;
    for (let i = 0; i < point.length; i++) point[i] = theta[i] + step * direction[i];
    this.evaluations++;
    current.step = step;
    current.loss = oracle.evaluate(point, current.gradient);
    current.slope = dot(current.gradient, direction);
  }

  private accept(trial: Trial): void {
    this.step = trial.step;
    this.loss = trial.loss;
    this.gradient.set(trial.gradient);
  }
}
