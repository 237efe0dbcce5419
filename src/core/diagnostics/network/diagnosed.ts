import type { Vector } from '../../kernels/kernels';
import type { PreparedModel } from '../../training/modelParts';
import type { ModelTrial } from '../../training/trial';
import { median } from '../path';
import { UnitActivity, type Activity } from './activity';
import { ALGEBRA_COST, PRODUCT_OVERHEAD, PRODUCT_PASSES, STEP_PASSES } from './cost';
import { atParameters, SHARPNESS_ITERATIONS, sharpnessFor, SPECTRUM_ITERATIONS, spectrumOf, type Sharpness, type Spectrum } from './curvature';
import { FULL_HESSIAN } from '../hessian';
import { gradientNoise } from './noise';

/** λ_max of the whole batch's loss at the end of an epoch, as the optimizer meets it, and what its rule allows there. */
export interface SharpnessProbe extends Sharpness {
  readonly epoch: number;
  readonly learningRate: number;
}

interface Weights {
  readonly parameters: Vector;
  readonly state: Vector;
}

interface Seen {
  readonly turns: readonly number[];
  readonly ratios: readonly number[];
  readonly reaches: readonly number[];
  readonly probes: readonly SharpnessProbe[];
  readonly updates: number;
  readonly lastRate: number;
  readonly start: Weights;
  readonly end: Weights;
  /** Room for the parameters while another point is looked at. */
  readonly kept: Vector;
}

/** Rows at most that a verdict looks at the units with. */
const MOST_ROWS = 4096;
/** Rows at least that anything is measured on, where there are so many … */
const LEAST_ROWS = 32;
/** … and iterations of Lanczos that a sharpness takes at least: it is exact to a tenth then. */
const LEAST_ITERATIONS = 8;
/** What each may take of what a verdict may cost: the units (at the start and at the end), the sharpness (likewise), the spectrum, the noise. */
const ACTIVITY_SHARE = 0.1;
const SHARPNESS_SHARE = 0.25;
const SPECTRUM_SHARE = 0.5;
const NOISE_SHARE = 0.1;

/** What a verdict may cost and what its parts do, in multiply-adds. */
export interface VerdictCost {
  readonly allowed: number;
  /** The forward pass of one row. */
  readonly forward: number;
}

/** What was measured of a run, for its verdict; what a verdict may ask besides is measured when it is asked for, at the first and the last weights. */
export class Diagnosed {
  /** Cosines between the gradients of successive updates, one an epoch. */
  readonly turns: readonly number[];
  /** ‖g_first‖/‖g_last‖ by weighted layers, one an epoch. */
  readonly ratios: readonly number[];
  /** −uᵀHu/gᵀu, one each time that it was measured: 1 at the bottom of the parabola, γκ for plain descent. */
  readonly reaches: readonly number[];
  /** Of runs on the whole batch. */
  readonly probes: readonly SharpnessProbe[];
  /** The rate of the last update of an epoch. */
  readonly lastRate: number;

  constructor(private readonly parts: PreparedModel, private readonly trial: ModelTrial, private readonly seen: Seen, private readonly cost: VerdictCost) {
    this.turns = seen.turns;
    this.ratios = seen.ratios;
    this.reaches = seen.reaches;
    this.probes = seen.probes;
    this.lastRate = seen.lastRate;
  }

  get reach(): number {
    return median(this.reaches);
  }

  /** Works at the first or the last weights; afterwards parameters and running statistics are as they were. */
  private at<T>(when: 'start' | 'end', work: () => T): T {
    const { network } = this.parts;
    const kept = network.state.slice();
    const { parameters, state } = this.seen[when];
    network.state.set(state);
    try {
      return atParameters(network, parameters, this.seen.kept, work);
    } finally {
      network.state.set(kept);
    }
  }

  /** Fills the first rows of the training part, without augmentation, and takes a training step on them. */
  private fillBatch(rows: number): void {
    const { network, training, evaluator } = this.parts;
    evaluator.each({ data: training.data, rows: training.rows.subarray(0, rows) }, () => undefined);
    const state = network.state.slice();
    network.trainStep(rows);
    network.state.set(state);
  }

  /** Rows of the first batch, fewer where its products would cost too much, and how many iterations of them there may be; null: none. */
  private affordable(iterations: number, least: number, share: number): { readonly rows: number; readonly iterations: number } | null {
    const { parts: { network, batches }, cost: { allowed, forward } } = this;
    const product = (rows: number): number => PRODUCT_PASSES * forward * rows + ALGEBRA_COST * network.parameterCount + PRODUCT_OVERHEAD;
    let rows = batches.batch(0).count;
    while (iterations * product(rows) > share * allowed && rows > LEAST_ROWS) rows = Math.max(LEAST_ROWS, rows >> 1);
    const possible = Math.min(iterations, Math.floor((share * allowed) / product(rows)));
    return possible < Math.min(least, network.parameterCount) ? null : { rows, iterations: possible };
  }

  /** Dead and saturated units over the training part (its first rows, if it is large). */
  activity(when: 'start' | 'end'): Activity {
    const { parts: { network, training, evaluator }, cost: { allowed, forward } } = this;
    const activity = new UnitActivity(network);
    const most = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.floor((ACTIVITY_SHARE * allowed) / forward)));
    this.at(when, () => evaluator.each({ data: training.data, rows: training.rows.subarray(0, most) }, (count) => {
      network.infer(count);
      activity.add(count);
    }));
    return activity.result();
  }

  /** λ_max on the first batch, and the limit at a rate; null where it would cost too much. At the start an adaptive rule has no preconditioner yet: then null. */
  sharpness(when: 'start' | 'end', rate: number): Sharpness | null {
    const { network, optimizer } = this.parts;
    const plan = this.affordable(SHARPNESS_ITERATIONS, LEAST_ITERATIONS, SHARPNESS_SHARE);
    if (!plan) return null;
    if (when === 'start' && optimizer.preconditioner(new Float64Array(network.parameterCount), this.seen.updates)) return null;
    return this.at(when, () => {
      this.fillBatch(plan.rows);
      return sharpnessFor(network, plan.rows, optimizer, rate, this.seen.updates, this.trial.seed, plan.iterations);
    });
  }

  /** Of the first batch's loss at the last weights; null where it would cost too much: of fewer rows it would be another. */
  spectrum(): Spectrum | null {
    const { network, batches } = this.parts;
    const rows = batches.batch(0).count;
    const products = network.parameterCount <= FULL_HESSIAN ? network.parameterCount : SPECTRUM_ITERATIONS;
    if (this.affordable(products, products, SPECTRUM_SHARE)?.rows !== rows) return null;
    return this.at('end', () => {
      this.fillBatch(rows);
      return spectrumOf(network, rows, this.trial.seed);
    });
  }

  /** tr Σ/‖G‖² at the last weights, on the first batch; infinite where the gradient drowns in the noise, NaN where it cannot be told. */
  noiseScale(): number {
    const { parts: { network, batches }, cost: { allowed, forward } } = this;
    const rows = Math.min(batches.batch(0).count, Math.floor((NOISE_SHARE * allowed) / (2 * STEP_PASSES * forward)));
    return this.at('end', () => {
      if (rows < 2) return NaN;
      this.fillBatch(rows);
      const noise = gradientNoise(network, rows);
      return noise === null ? NaN : noise.square > 0 ? noise.scale : Infinity;
    });
  }
}
