import type { Schedule } from './spec';

/** A learning rate over time. */
export interface RateSchedule {
  /** The rate where it never changes, else null: the run loop then need not ask. */
  readonly constant: number | null;
  /**
   * The rate of the update that leaves step (or epoch) t, from 0. Times past a schedule's end keep its last rate.
   * For `plateau` t is not read: the rate is what the losses observed so far have made it.
   */
  rate(t: number): number;
  /**
   * Only where the rate follows the loss: tell it the monitored loss once a unit, after the update that it led to,
   * as `scheduler.step(loss)` stands after `optimizer.step()` in PyTorch. Non-finite losses count as no improvement.
   */
  observe?(loss: number): void;
}

/** Makes the schedule of a resolved learning rate. Formulas: PyTorch's lr_scheduler where it has the schedule (closed forms), else Keras's. */
export function createSchedule(learningRate: number | Schedule): RateSchedule {
  if (typeof learningRate === 'number') return { constant: learningRate, rate: () => learningRate };
  const s = learningRate;
  switch (s.schedule) {
    case 'step':
      return varying((t) => s.initial * s.factor ** Math.floor(t / s.every));
    case 'multiStep':
      return varying((t) => s.initial * s.factor ** countUpTo(s.milestones, t));
    case 'exponential':
      return varying((t) => s.initial * s.factor ** t);
    case 'polynomial':
      return varying((t) => s.final + (s.initial - s.final) * (1 - Math.min(t, s.steps) / s.steps) ** s.power);
    case 'cosine':
      return varying((t) => cosine(s.initial, s.final, Math.min(t, s.steps) / s.steps));
    case 'cosineRestarts':
      return varying((t) => cosine(s.initial, s.final, positionInPeriod(t, s.period, s.multiplier)));
    case 'oneCycle':
      return varying((t) => oneCycle(s, t));
    case 'cyclic':
      return varying((t) => cyclic(s, t));
    case 'inverseTime':
      return varying((t) => s.initial / (1 + s.decay * t));
    case 'inverseSqrt':
      return varying((t) => s.initial * Math.min(Math.sqrt(s.warmup / (t + 1)), (t + 1) / s.warmup));
    case 'warmup': {
      const then = createSchedule(s.then);
      const full = then.rate(0);
      const rate = (t: number): number => (t < s.steps ? full * (s.start + (1 - s.start) * (t / s.steps)) : then.rate(t - s.steps));
      if (!then.observe) return varying(rate);
      // The rate held back by the warmup can't be judged by its losses.
      let observed = 0;
      return { constant: null, rate, observe: (loss) => { if (++observed > s.steps) then.observe?.(loss); } };
    }
    case 'plateau':
      return new Plateau(s);
  }
}

const varying = (rate: (t: number) => number): RateSchedule => ({ constant: null, rate });

const countUpTo = (milestones: readonly number[], t: number): number => milestones.reduce((count, milestone) => (milestone <= t ? count + 1 : count), 0);

/** From `start` (part 0) to `end` (part 1) along half a cosine. */
const cosine = (start: number, end: number, part: number): number => end + ((start - end) * (1 + Math.cos(Math.PI * part))) / 2;

/** How far t is into its period, 0 to 1 (exclusive); period i is period·multiplierⁱ long. */
function positionInPeriod(t: number, period: number, multiplier: number): number {
  if (multiplier === 1) return (t % period) / period;
  let length = period;
  let rest = t;
  while (rest >= length) {
    rest -= length;
    length *= multiplier;
  }
  return rest / length;
}

/** PyTorch's OneCycleLR with two phases and cosine annealing: its phases end at fractional times, one before the round number. */
function oneCycle(s: Extract<Schedule, { schedule: 'oneCycle' }>, t: number): number {
  const low = s.peak / s.divide;
  const warmupEnd = s.warmupFraction * s.steps - 1;
  if (t <= warmupEnd) return cosine(low, s.peak, warmupEnd === 0 ? 1 : t / warmupEnd);
  const length = s.steps - 1 - warmupEnd;
  return cosine(s.peak, low / s.finalDivide, length === 0 ? 1 : Math.min(1, (t - warmupEnd) / length));
}

/** Smith 2017, as PyTorch's CyclicLR with equal ways up and down. */
function cyclic(s: Extract<Schedule, { schedule: 'cyclic' }>, t: number): number {
  const cycles = t / (2 * s.stepUp);
  const cycle = Math.floor(cycles);
  const x = cycles - cycle;
  const height = (s.high - s.low) * (x <= 0.5 ? x / 0.5 : (x - 1) / -0.5);
  return s.low + (s.mode === 'triangular2' ? height / 2 ** cycle : height);
}

/** ReduceLROnPlateau of PyTorch (relative threshold, cut after more than `patience` bad counts) or Keras (absolute, cut at `patience`). */
class Plateau implements RateSchedule {
  readonly constant = null;
  private current: number;
  private best = Infinity;
  private bad = 0;

  constructor(private readonly spec: Extract<Schedule, { schedule: 'plateau' }>) {
    this.current = spec.initial;
  }

  rate(): number {
    return this.current;
  }

  observe(loss: number): void {
    const { dialect, factor, minimum, patience, threshold } = this.spec;
    const keras = dialect === 'keras';
    const bar = keras ? this.best - threshold : this.best * (1 - threshold);
    if (loss < bar) {
      this.best = loss;
      this.bad = 0;
      return;
    }
    this.bad++;
    if (keras ? this.bad < patience : this.bad <= patience) return;
    this.bad = 0;
    const next = Math.max(this.current * factor, minimum);
    // PyTorch leaves the rate alone where the change would be at most its eps.
    if (keras ? this.current > minimum : this.current - next > 1e-8) this.current = next;
  }
}
