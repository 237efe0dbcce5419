import type { Vector } from '../../kernels/kernels';
import type { PreparedModel } from '../../training/modelParts';
import type { ModelTrial } from '../../training/trial';
import { median } from '../path';
import { UnitActivity, type Activity } from './activity';
import { atParameters, sharpnessFor, spectrumOf, type Sharpness, type Spectrum } from './curvature';
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
}

/** Rows at most that a verdict looks at the units with. */
const MOST_ROWS = 4096;

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

  constructor(private readonly parts: PreparedModel, private readonly trial: ModelTrial, private readonly seen: Seen) {
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
      return atParameters(network, parameters, work);
    } finally {
      network.state.set(kept);
    }
  }

  /** Fills the first batch of the training part, without augmentation, and takes a training step on it. @returns its rows. */
  private fillBatch(): number {
    const { network, training, evaluator, batches } = this.parts;
    const rows = batches.batch(0).count;
    evaluator.each({ data: training.data, rows: training.rows.subarray(0, rows) }, () => undefined);
    const state = network.state.slice();
    network.trainStep(rows);
    network.state.set(state);
    return rows;
  }

  /** Dead and saturated units over the training part (its first rows, if it is large). */
  activity(when: 'start' | 'end'): Activity {
    const { network, training, evaluator } = this.parts;
    const activity = new UnitActivity(network);
    this.at(when, () => evaluator.each({ data: training.data, rows: training.rows.subarray(0, MOST_ROWS) }, (count) => {
      network.infer(count);
      activity.add(count);
    }));
    return activity.result();
  }

  /** λ_max on the first batch, and the limit at a rate. At the start an adaptive rule has no preconditioner yet: then null. */
  sharpness(when: 'start' | 'end', rate: number): Sharpness | null {
    const { network, optimizer } = this.parts;
    const adaptive = optimizer.preconditioner(new Float64Array(network.parameterCount), this.seen.updates);
    if (when === 'start' && adaptive) return null;
    return this.at(when, () => {
      const rows = this.fillBatch();
      return sharpnessFor(network, rows, optimizer, rate, this.seen.updates, this.trial.seed);
    });
  }

  /** Of the first batch's loss at the last weights. */
  spectrum(): Spectrum | null {
    return this.at('end', () => spectrumOf(this.parts.network, this.fillBatch(), this.trial.seed));
  }

  /** tr Σ/‖G‖² at the last weights, on the first batch; infinite where the gradient drowns in the noise, NaN where it cannot be told. */
  noiseScale(): number {
    return this.at('end', () => {
      const rows = this.fillBatch();
      const noise = gradientNoise(this.parts.network, rows);
      return noise === null ? NaN : noise.square > 0 ? noise.scale : Infinity;
    });
  }
}
