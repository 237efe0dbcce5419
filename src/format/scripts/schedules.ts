import type { Schedule } from '../../core/optimizers/spec';
import { pyFloat, pyNumber, pyValue } from './python';

/** A learning rate as Python: an expression in t, and the functions and classes it needs. */
export interface ScheduleCode {
  /** Of `t`, steps or epochs from 0; of a rate that follows the loss an object with `rate(t)` and `observe(loss)`. */
  readonly expression: string;
  readonly follows: boolean;
  readonly needs: readonly ScheduleNeed[];
}

export type ScheduleNeed = 'cosine' | 'restarts' | 'oneCycle' | 'cyclic' | 'plateau' | 'warmPlateau';

/** The same closed forms as the run uses (core/optimizers/schedules.ts). */
export function scheduleCode(rate: number | Schedule, t = 't'): ScheduleCode {
  const plain = (expression: string, ...needs: ScheduleNeed[]): ScheduleCode => ({ expression, follows: false, needs });
  if (typeof rate === 'number') return plain(pyFloat(rate));
  const s = rate;
  const n = pyNumber;
  switch (s.schedule) {
    case 'step': return plain(`${n(s.initial)} * ${n(s.factor)} ** (${t} // ${n(s.every)})`);
    case 'multiStep': return plain(`${n(s.initial)} * ${n(s.factor)} ** sum(milestone <= ${t} for milestone in ${pyValue(s.milestones)})`);
    case 'exponential': return plain(`${n(s.initial)} * ${n(s.factor)} ** ${t}`);
    case 'polynomial': return plain(`${n(s.final)} + ${n(s.initial - s.final)} * (1 - min(${t}, ${n(s.steps)}) / ${n(s.steps)}) ** ${n(s.power)}`);
    case 'cosine': return plain(`cosine(${n(s.initial)}, ${n(s.final)}, min(${t}, ${n(s.steps)}) / ${n(s.steps)})`, 'cosine');
    case 'cosineRestarts': return plain(`cosine(${n(s.initial)}, ${n(s.final)}, in_period(${t}, ${n(s.period)}, ${n(s.multiplier)}))`, 'cosine', 'restarts');
    case 'oneCycle': return plain(`one_cycle(${t}, ${n(s.peak)}, ${n(s.steps)}, ${n(s.warmupFraction)}, ${n(s.divide)}, ${n(s.finalDivide)})`, 'cosine', 'oneCycle');
    case 'cyclic': return plain(`cyclic(${t}, ${n(s.low)}, ${n(s.high)}, ${n(s.stepUp)}, ${s.mode === 'triangular2' ? 'True' : 'False'})`, 'cyclic');
    case 'inverseTime': return plain(`${n(s.initial)} / (1 + ${n(s.decay)} * ${t})`);
    case 'inverseSqrt': return plain(`${n(s.initial)} * min(math.sqrt(${n(s.warmup)} / (${t} + 1)), (${t} + 1) / ${n(s.warmup)})`);
    case 'plateau':
      return { expression: `Plateau(${n(s.initial)}, ${n(s.factor)}, ${n(s.patience)}, ${n(s.threshold)}, ${n(s.minimum)}, keras=${s.dialect === 'keras' ? 'True' : 'False'})`, follows: true, needs: ['plateau'] };
    case 'warmup': {
      const then = scheduleCode(s.then, `(${t} - ${n(s.steps)})`);
      if (then.follows) return { expression: `Warmup(${then.expression}, ${n(s.steps)}, ${n(s.start)})`, follows: true, needs: [...then.needs, 'warmPlateau'] };
      const full = scheduleCode(s.then, '0');
      return plain(`((${full.expression}) * (${n(s.start)} + ${n(1 - s.start)} * ${t} / ${n(s.steps)}) if ${t} < ${n(s.steps)} else ${then.expression})`, ...then.needs);
    }
  }
}

/** What the expressions call. */
export const SCHEDULE_BLOCKS: Readonly<Record<ScheduleNeed, string>> = {
  cosine: `
def cosine(first, last, part):
    """From first (part 0) to last (part 1) along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * part)) / 2`,
  restarts: `
def in_period(t, period, multiplier):
    """How far t is into its period, each multiplier times as long as the one before."""
    while t >= period:
        t -= period
        period *= multiplier
    return t / period`,
  oneCycle: `
def one_cycle(t, peak, steps, warmup, divide, final_divide):
    """The rate of torch.optim.lr_scheduler.OneCycleLR; momentum is left alone."""
    low, end = peak / divide, warmup * steps - 1
    if t <= end:
        return cosine(low, peak, t / end if end else 1)
    rest = steps - 1 - end
    return cosine(peak, low / final_divide, min(1, (t - end) / rest) if rest else 1)`,
  cyclic: `
def cyclic(t, low, high, step_up, halving):
    """The rate of torch.optim.lr_scheduler.CyclicLR; momentum is left alone."""
    cycle, part = divmod(t / (2 * step_up), 1)
    height = (high - low) * (2 * part if part <= 0.5 else 2 * (1 - part))
    return low + (height / 2 ** cycle if halving else height)`,
  plateau: `
class Plateau:
    """A rate that falls when the loss stalls: as torch's ReduceLROnPlateau, or as Keras's."""

    def __init__(self, rate, factor, patience, threshold, minimum, keras):
        self.now, self.factor, self.patience, self.threshold, self.minimum, self.keras = rate, factor, patience, threshold, minimum, keras
        self.best, self.bad = math.inf, 0

    def rate(self, t):
        return self.now

    def observe(self, loss):
        if loss < (self.best - self.threshold if self.keras else self.best * (1 - self.threshold)):
            self.best, self.bad = loss, 0
            return
        self.bad += 1
        if self.bad < self.patience if self.keras else self.bad <= self.patience:
            return
        self.bad = 0
        reduced = max(self.now * self.factor, self.minimum)
        if self.now > self.minimum if self.keras else self.now - reduced > 1e-8:
            self.now = reduced`,
  warmPlateau: `
class Warmup:
    """A linear warmup before a rate that follows the loss."""

    def __init__(self, then, steps, start):
        self.then, self.steps, self.start, self.seen = then, steps, start, 0

    def rate(self, t):
        if t < self.steps:
            return self.then.rate(0) * (self.start + (1 - self.start) * t / self.steps)
        return self.then.rate(t - self.steps)

    def observe(self, loss):
        self.seen += 1
        if self.seen > self.steps:
            self.then.observe(loss)`,
};
