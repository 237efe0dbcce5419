import type { OptimizerSpec, Schedule } from '../optimizers/spec';
import { randomStream } from '../training/random';
import type { ObjectiveTrial, Remedy, Trial } from '../training/trial';
import type { Ending, Outcome } from './ending';
import { ELSEWHERE_GAIN, ELSEWHERE_ROUNDING, GAP_CLOSED, LONGEST_PART, TRIAL_EVALUATIONS } from './thresholds';

/** A change of the file and the trial that it makes. */
interface Candidate {
  readonly remedy: Remedy;
  readonly trial: ObjectiveTrial;
}

/** A candidate that helps: the descended loss that came of it (NaN: not tried) and whether the run met a tolerance. */
interface Found {
  readonly remedy: Remedy;
  readonly value: number;
  readonly arrives: boolean;
}

type Test = (outcome: Outcome | null) => boolean;

/**
 * Changes that make a run better. Where the ending allows, each is tried out on the objective itself, within a budget of evaluations,
 * and proposed only if it helps; what the budget does not reach is proposed by its reasons alone.
 */
export class Remedies {
  private budget = TRIAL_EVALUATIONS;

  /**
   * @param gain what is still to be gained in the bowl where the run ended, NaN where there is none.
   * @param reach a bound of what the loss differs by from that of the critical point nearby: ‖g‖ times the length of Newton's step.
   */
  constructor(private readonly ending: Ending, private readonly gain: number, private readonly reach: number) {}

  /** Smaller rates: `factor` of the present one, then halves of that until one is good. `better`: it must improve on this run, not only hold. */
  slower(factor: number, better = false): Remedy[] {
    for (let i = 0, f = factor; i < 12; i++, f *= i < 4 ? 0.5 : 0.1) {
      const candidate = this.rate(f);
      if (!candidate) return [];
      const outcome = this.attempt(candidate);
      if (outcome === undefined || (better ? this.improves(outcome) : this.holds(outcome))) return [candidate.remedy];
    }
    return [];
  }

  /** The best of some larger rates. */
  faster(factors: readonly number[]): Remedy[] {
    return remedyOf(this.best(this.raised(factors), false));
  }

  /** Larger rates of either kind: the initial one kept, or a higher schedule; first the one that helps more, or that arrives with less of a change. */
  larger(factors: readonly number[]): Remedy[] {
    const constant = this.constant();
    const kept = constant && this.best([constant], false);
    const raised = this.best(this.raised(factors), false);
    const keptFirst = kept?.arrives || !raised || !(raised.value < (kept?.value ?? NaN));
    return (keptFirst ? [kept, raised] : [raised, kept]).flatMap((each) => remedyOf(each));
  }

  /** The rate that a schedule is named by, null where the rate is constant. */
  get initialRate(): number | null {
    const { learningRate } = this.ending.trial.optimizer;
    return typeof learningRate === 'number' ? null : baseRate(learningRate);
  }

  /** The initial rate kept instead of a schedule that decays it. */
  constantRate(): Remedy[] {
    const candidate = this.constant();
    return candidate ? this.good(candidate) : [];
  }

  private raised(factors: readonly number[]): readonly (Candidate | null)[] {
    return factors.filter((factor) => factor > 1).map((factor) => this.rate(factor));
  }

  private constant(): Candidate | null {
    const { trial } = this.ending;
    const rate = this.initialRate;
    return rate === null ? null : {
      remedy: { id: 'constantRate', path: this.optimizerPath('learningRate'), value: rate },
      trial: { ...trial, optimizer: { ...trial.optimizer, learningRate: rate } },
    };
  }

  /** A rate that decays to zero along half a cosine over the run. */
  decay(): Remedy[] {
    const { trial, steps } = this.ending;
    const initial = trial.optimizer.learningRate;
    if (typeof initial !== 'number' || !(initial > 0)) return [];
    const length = trial.stop.steps ?? steps;
    return this.good({
      remedy: { id: 'schedule', path: this.optimizerPath('learningRate'), value: { schedule: 'cosine', initial, steps: length } },
      trial: { ...trial, optimizer: { ...trial.optimizer, learningRate: { schedule: 'cosine', initial, final: 0, steps: length, unit: 'step' } } },
    });
  }

  /** Momentum .9 where there is none. `leaving`: it must lead elsewhere, not only there sooner. */
  momentum(leaving = false): Remedy[] {
    const { trial } = this.ending;
    const { optimizer } = trial;
    if ((optimizer.type !== 'sgd' && optimizer.type !== 'rmsprop') || Number(optimizer.momentum ?? 0) > 0) return [];
    return this.good({
      remedy: { id: 'momentum', path: this.optimizerPath('momentum'), value: 0.9 },
      trial: { ...trial, optimizer: { ...optimizer, momentum: 0.9 } },
    }, leaving ? (outcome) => this.leaves(outcome) : undefined);
  }

  /** Twice the steps. */
  longer(): Remedy[] {
    const { trial } = this.ending;
    if (trial.stop.steps === null) return [];
    const steps = 2 * trial.stop.steps;
    const candidate: Candidate = { remedy: { id: 'steps', path: '/stop/steps', value: steps }, trial: { ...trial, stop: { ...trial.stop, steps } } };
    // The mean of a late quarter falls by itself while a schedule calms the noise: the end must be lower too.
    const { sign, loss } = this.ending;
    return this.good(candidate, (outcome) => this.improves(outcome) && (!this.noisy || sign * (loss - (outcome?.loss ?? NaN)) >= this.visible(loss)));
  }

  /** Gradient noise that carries the run out of a local minimum. */
  noise(): Remedy[] {
    const { trial, firstGradientNorm } = this.ending;
    if (trial.objective.gradientNoise > 0 || !(firstGradientNorm > 0)) return [];
    const candidates = [0.3, 1, 3].map((share) => {
      const gradientNoise = roundDown(share * firstGradientNorm);
      return { remedy: { id: 'noise', path: '/objective/gradientNoise', value: gradientNoise }, trial: { ...trial, objective: { ...trial.objective, gradientNoise } } };
    });
    return remedyOf(this.best(candidates, true));
  }

  /** The same start, a little to either side along a direction of negative curvature. */
  perturbed(direction: Float64Array): Remedy[] {
    const { start } = this.ending.trial;
    const size = Math.max(1, Math.hypot(...start));
    for (const share of [0.01, 0.1, 0.5]) {
      const distance = share * size;
      // As fine as the perturbation itself needs: the other coordinates stay what they were, and specks are left out.
      const grid = 10 ** (Math.floor(Math.log10(distance)) - 1);
      const sides = [1, -1].map((side) => this.start(start.map((t, i) => {
        const step = Math.round((side * distance * direction[i]) / grid) * grid;
        return step === 0 ? t : decimal((Math.abs(t) < grid ? 0 : t) + step);
      })));
      const found = this.best(sides, false, (outcome) => this.leaves(outcome));
      if (found) return remedyOf(found);
    }
    return [];
  }

  /** A start from which the run gets lower: towards a known minimum, else the most promising of points spread over the ground. */
  elsewhere(): Remedy[] {
    const { trial, objective, sign } = this.ending;
    const declared = trial.objective.minima.map(({ at, value }) => ({ at, value: value ?? objective.evaluate(Float64Array.from(at), null) }));
    const known = [...(sign > 0 ? objective.minima : []), ...declared].sort((a, b) => sign * (a.value - b.value));
    if (known.length > 0) {
      const lowest = known.filter(({ value }) => Math.abs(value - known[0].value) <= 1e-9 * Math.max(1, Math.abs(value)));
      const { at } = lowest.reduce((a, b) => (squaredDistance(a.at, trial.start) <= squaredDistance(b.at, trial.start) ? a : b));
      const gap = sign * (this.ending.loss - known[0].value);
      let best: Found | null = null;
      for (const share of [0.7, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05]) {
        const candidate = this.start(at.map((m, i) => roundNear(m + share * (trial.start[i] - m), Math.max(Math.abs(m), Math.abs(trial.start[i])))));
        const outcome = this.attempt(candidate);
        if (outcome === undefined) {
          if (!best && share > 0.25) continue;
          return [best?.remedy ?? candidate.remedy];
        }
        if (outcome === null || !this.leaves(outcome)) continue;
        const found = this.found(candidate, outcome);
        if (sign * this.ending.loss - found.value >= GAP_CLOSED * gap) return [found.remedy];
        if (!best || found.value < best.value) best = found;
      }
      if (best) return [best.remedy];
    }
    return remedyOf(this.best(this.spread().map((point) => this.start(point)), true, (outcome) => this.leaves(outcome)));
  }

  /** A handful of the steepest and lowest of seeded points in the domain, and of the start drawn towards the origin. */
  private spread(): readonly (readonly number[])[] {
    const { trial, objective, sign } = this.ending;
    const box = trial.objective.view ?? objective.domain ?? trial.start.map((t) => [-2 * Math.max(1, Math.abs(t)), 2 * Math.max(1, Math.abs(t))] as const);
    const random = randomStream(trial.seed, 'remedy');
    const points: (readonly number[])[] = [0.5, 0.25, 0.1, 0].map((share) => trial.start.map((t) => roundNear(share * t, Math.abs(t))));
    for (let i = 0; i < 200; i++) points.push(box.map(([low, high]) => roundNear(low + (high - low) * random.uniform(), high - low)));
    const gradient = new Float64Array(objective.dimension);
    const seen = points.map((point) => {
      const loss = sign * objective.evaluate(Float64Array.from(point), gradient);
      return { point, loss, slope: Math.hypot(...gradient) };
    }).filter(({ loss, slope }) => Number.isFinite(loss) && Number.isFinite(slope) && slope > 0);
    this.budget -= points.length;
    const lowest = [...seen].sort((a, b) => a.loss - b.loss).slice(0, 4);
    const steepest = [...seen].sort((a, b) => b.slope - a.slope).slice(0, 2);
    return [...new Set([...lowest, ...steepest])].map(({ point }) => point);
  }

  private start(point: readonly number[]): Candidate {
    const { trial } = this.ending;
    return {
      remedy: { id: 'start', path: '/objective/start', value: point },
      trial: { ...trial, start: point },
    };
  }

  private rate(factor: number): Candidate | null {
    return scaledRate(this.ending.trial, factor);
  }

  private optimizerPath(field: string): string {
    return `/optimizers/${this.ending.trial.optimizerIndex}/${field}`;
  }

  /** The candidate, if it helps (or cannot be tried). */
  private good(candidate: Candidate, helps: Test = (outcome) => this.improves(outcome)): Remedy[] {
    const outcome = this.attempt(candidate);
    return outcome === undefined || helps(outcome) ? [candidate.remedy] : [];
  }

  /** The candidate that helps most. `tried`: one that could not be tried does not count. */
  private best(candidates: readonly (Candidate | null)[], tried: boolean, helps: Test = (outcome) => this.improves(outcome)): Found | null {
    let best: Found | null = null;
    let untried: Found | null = null;
    for (const candidate of candidates) {
      if (!candidate) continue;
      const outcome = this.attempt(candidate);
      if (outcome === undefined) {
        untried ??= { remedy: candidate.remedy, value: NaN, arrives: false };
      } else if (outcome !== null && helps(outcome)) {
        const found = this.found(candidate, outcome);
        if (!best || found.value < best.value) best = found;
      }
    }
    return best ?? (tried ? null : untried);
  }

  private found({ remedy }: Candidate, outcome: Outcome): Found {
    return { remedy, value: this.ending.sign * this.valueOf(outcome), arrives: outcome.status === 'converged' };
  }

  /**
   * What comes of a candidate; null where it cannot run, undefined where the budget does not reach. Of a long run a part is made:
   * it is enough if it ends by itself or is better already.
   */
  private attempt({ trial }: Candidate): Outcome | null | undefined {
    const { tryOut, steps } = this.ending;
    const needed = trial.stop.steps ?? Math.max(100, steps);
    const made = needed > this.budget ? Math.min(needed, this.budget, LONGEST_PART) : needed;
    if (!tryOut || made < 1) return undefined;
    const outcome = tryOut({ ...trial, stop: { ...trial.stop, steps: made } });
    this.budget -= outcome?.evaluations ?? 0;
    const told = made === needed || outcome?.status !== 'completed' || this.improves(outcome);
    return told ? outcome : undefined;
  }

  private get noisy(): boolean {
    return this.ending.trial.objective.gradientNoise > 0;
  }

  private valueOf(outcome: Outcome): number {
    return this.noisy ? outcome.lateLoss : outcome.loss;
  }

  /** A run that neither diverges nor ends above where it began. */
  private holds(outcome: Outcome | null): boolean {
    const { sign, firstLoss } = this.ending;
    return outcome !== null && outcome.status !== 'diverged' && outcome.status !== 'failed' && (!Number.isFinite(firstLoss) || sign * outcome.loss < sign * firstLoss);
  }

  /** Visibly lower than this run, or as low in fewer steps. */
  private improves(outcome: Outcome | null): boolean {
    const { sign, steps, status } = this.ending;
    if (outcome === null || outcome.status === 'failed' || !Number.isFinite(outcome.loss)) return false;
    const loss = this.noisy ? this.lateLoss : this.ending.loss;
    const gained = sign * (loss - this.valueOf(outcome));
    // Diverging upwards is never better; falling without a floor is lower.
    if (outcome.status === 'diverged' && !(gained > 0)) return false;
    if (gained > 0 && gained >= this.visible(loss)) return true;
    return gained >= 0 && outcome.status === 'converged' && (status !== 'converged' || outcome.steps < steps);
  }

  private visible(loss: number): number {
    return Math.min(0.01 * Math.abs(this.ending.firstLoss - loss), 0.1 * Math.abs(loss), this.gain > 0 ? 0.1 * this.gain : Infinity);
  }

  /** Lower than the critical point that the run came to: not only nearer to it. */
  private leaves(outcome: Outcome | null): boolean {
    if (outcome === null || !this.improves(outcome)) return false;
    const { sign } = this.ending;
    const loss = this.noisy ? this.lateLoss : this.ending.loss;
    const size = Math.max(1, Math.abs(loss));
    return sign * (loss - this.valueOf(outcome)) > Math.max(Math.min(2 * this.reach, ELSEWHERE_GAIN * size), ELSEWHERE_ROUNDING * size);
  }

  /** Mean loss of this run's last quarter. */
  private get lateLoss(): number {
    const { trace, steps } = this.ending;
    const late = trace.from(Math.floor(0.75 * steps));
    return late.reduce((sum, stretch) => sum + stretch.lossSum, 0) / late.reduce((sum, stretch) => sum + stretch.count, 0);
  }
}

/** The number that sets the height of a schedule: its initial rate, peak or upper end. */
function baseRate(schedule: Schedule | number): number | null {
  if (typeof schedule === 'number') return schedule;
  switch (schedule.schedule) {
    case 'oneCycle': return schedule.peak;
    case 'cyclic': return schedule.high;
    case 'warmup': return baseRate(schedule.then);
    default: return schedule.initial;
  }
}

/** The trial with its learning rate (of a schedule the rates) multiplied, and the change of the file that makes it so; null where it has none to scale. */
export function scaledRate<T extends Trial>(trial: T, factor: number): { readonly remedy: Remedy; readonly trial: T } | null {
  const scaled = scaleRate(trial.optimizer.learningRate, factor);
  if (!scaled) return null;
  return {
    remedy: { id: 'learningRate', path: `/optimizers/${trial.optimizerIndex}/learningRate${scaled.path}`, value: scaled.value },
    trial: { ...trial, optimizer: { ...trial.optimizer, learningRate: scaled.rate } as OptimizerSpec },
  };
}

/** A rate or schedule `factor` times as high (two significant digits, rounded down): the place below learningRate, the value to write there, and the rate it makes. */
export function scaleRate(rate: number | Schedule, factor: number): { readonly path: string; readonly value: unknown; readonly rate: number | Schedule } | null {
  if (typeof rate === 'number') {
    const value = roundDown(rate * factor);
    return value > 0 && value !== rate ? { path: '', value, rate: value } : null;
  }
  switch (rate.schedule) {
    case 'oneCycle': {
      const peak = roundDown(rate.peak * factor);
      return { path: '/peak', value: peak, rate: { ...rate, peak } };
    }
    case 'cyclic': {
      // Both ends belong together: one written without the other could turn the cycle over.
      const scaled = { ...rate, low: roundDown(rate.low * factor), high: roundDown(rate.high * factor) };
      const { unit, mode, ...written } = scaled;
      return { path: '', value: { ...written, ...(mode === 'triangular' ? {} : { mode }), ...(unit === 'step' ? {} : { unit }) }, rate: scaled };
    }
    case 'warmup': {
      const then = scaleRate(rate.then, factor);
      return then && { path: `/then${then.path}`, value: then.value, rate: { ...rate, then: then.rate } };
    }
    default: {
      const initial = roundDown(rate.initial * factor);
      return { path: '/initial', value: initial, rate: { ...rate, initial } };
    }
  }
}

/** Two significant digits, towards zero: a rate rounded up could cross its limit. */
export function roundDown(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const unit = Math.floor(Math.log10(Math.abs(value))) - 1;
  // Through decimal text, so that 0.0018 is written as 0.0018; a hair is allowed for what division left below a whole number.
  const digits = Math.trunc((value / 10 ** unit) * (1 + 1e-12));
  return Number(`${digits}e${unit}`);
}

/** To two digits of `scale`, the size of numbers around. */
function roundNear(value: number, scale: number): number {
  if (!(scale > 0)) return value;
  const unit = Math.floor(Math.log10(scale)) - 1;
  return Number(`${Math.round(value / 10 ** unit)}e${unit}`);
}

/** The shortest decimal within rounding of a sum: 0.1 + 0.2 is written 0.3. */
function decimal(value: number): number {
  return Number(value.toPrecision(12));
}

function remedyOf(found: Found | null): Remedy[] {
  return found ? [found.remedy] : [];
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
}
