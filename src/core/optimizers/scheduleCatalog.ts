import type { FieldKind, FieldValue } from './catalog';
import type { Rule } from './rules';
import type { Dialect, Schedule } from './spec';

export interface ScheduleFieldInfo {
  readonly name: string;
  readonly type: FieldKind;
  /** undefined: the field is required. */
  readonly default?: FieldValue;
}

export interface ScheduleInfo {
  readonly schedule: Schedule['schedule'];
  /** A plain English name; wording/optimizers.ts has it for people. */
  readonly title: string;
  /** Without `schedule` and `unit`. */
  readonly fields: readonly ScheduleFieldInfo[];
  /** γ(t), for hovers. */
  readonly rule: Rule;
}

/** What t counts. */
export const SCHEDULE_UNITS = ['step', 'epoch'] as const;

const RATE: FieldKind = { kind: 'number', minimum: 0 };
const COUNT: FieldKind = { kind: 'integer', minimum: 1 };
const POSITIVE: FieldKind = { kind: 'number', exclusiveMinimum: 0 };
const required = (name: string, type: FieldKind): ScheduleFieldInfo => ({ name, type });
const optional = (name: string, type: FieldKind, value: FieldValue): ScheduleFieldInfo => ({ name, type, default: value });

const LIST: readonly ScheduleInfo[] = [
  {
    schedule: 'step', title: 'Steps',
    fields: [required('initial', RATE), required('every', COUNT), optional('factor', POSITIVE, 0.1)],
    rule: { latex: String.raw`\gamma(t)=\mathrm{initial}\cdot\mathrm{factor}^{\lfloor t/\mathrm{every}\rfloor}`, text: 'γ(t) = initial · factor^⌊t/every⌋' },
  },
  {
    schedule: 'multiStep', title: 'Milestones',
    fields: [required('initial', RATE), required('milestones', { kind: 'integers' }), optional('factor', POSITIVE, 0.1)],
    rule: { latex: String.raw`\gamma(t)=\mathrm{initial}\cdot\mathrm{factor}^{\#\{m\le t\}}`, text: 'γ(t) = initial · factor^(number of milestones ≤ t)' },
  },
  {
    schedule: 'exponential', title: 'Exponential decay',
    fields: [required('initial', RATE), required('factor', POSITIVE)],
    rule: { latex: String.raw`\gamma(t)=\mathrm{initial}\cdot\mathrm{factor}^{t}`, text: 'γ(t) = initial · factor^t' },
  },
  {
    schedule: 'polynomial', title: 'Polynomial decay',
    fields: [required('initial', RATE), optional('final', RATE, 0), required('steps', COUNT), optional('power', POSITIVE, 1)],
    rule: {
      latex: String.raw`\gamma(t)=\mathrm{final}+(\mathrm{initial}-\mathrm{final})\left(1-\frac{\min(t,\mathrm{steps})}{\mathrm{steps}}\right)^{\mathrm{power}}`,
      text: 'γ(t) = final + (initial − final)·(1 − min(t, steps)/steps)^power',
    },
  },
  {
    schedule: 'cosine', title: 'Cosine decay',
    fields: [required('initial', RATE), optional('final', RATE, 0), required('steps', COUNT)],
    rule: {
      latex: String.raw`\gamma(t)=\mathrm{final}+\tfrac12(\mathrm{initial}-\mathrm{final})\left(1+\cos\frac{\pi\min(t,\mathrm{steps})}{\mathrm{steps}}\right)`,
      text: 'γ(t) = final + ½·(initial − final)·(1 + cos(π·min(t, steps)/steps))',
    },
  },
  {
    schedule: 'cosineRestarts', title: 'Cosine decay with warm restarts',
    fields: [required('initial', RATE), optional('final', RATE, 0), required('period', COUNT), optional('multiplier', COUNT, 1)],
    rule: {
      latex: String.raw`\gamma(t)=\mathrm{final}+\tfrac12(\mathrm{initial}-\mathrm{final})\left(1+\cos\frac{\pi\,t_i}{T_i}\right),\quad T_{i+1}=\mathrm{multiplier}\cdot T_i`,
      text: 'γ(t) = final + ½·(initial − final)·(1 + cos(π·tᵢ/Tᵢ)), tᵢ steps into period i, each period multiplier times as long',
    },
  },
  {
    schedule: 'oneCycle', title: 'One cycle',
    fields: [
      required('peak', RATE), required('steps', { kind: 'integer', minimum: 2 }), optional('warmupFraction', { kind: 'number', minimum: 0, maximum: 1 }, 0.3),
      optional('divide', POSITIVE, 25), optional('finalDivide', POSITIVE, 1e4),
    ],
    rule: {
      latex: String.raw`\frac{\mathrm{peak}}{\mathrm{divide}}\;\to\;\mathrm{peak}\;\to\;\frac{\mathrm{peak}}{\mathrm{divide}\cdot\mathrm{finalDivide}}`,
      text: 'peak/divide → peak at t = warmupFraction·steps − 1 → peak/divide/finalDivide at t = steps − 1, along cosines',
    },
  },
  {
    schedule: 'cyclic', title: 'Cyclic',
    fields: [required('low', RATE), required('high', RATE), optional('stepUp', COUNT, 2000), optional('mode', { kind: 'choice', choices: ['triangular', 'triangular2'] }, 'triangular')],
    rule: {
      latex: String.raw`\gamma(t)=\mathrm{low}+(\mathrm{high}-\mathrm{low})\max(0,1-|x|)\cdot s,\quad x=\tfrac{t}{\mathrm{stepUp}}-2c+1,\;c=\left\lfloor 1+\tfrac{t}{2\,\mathrm{stepUp}}\right\rfloor`,
      text: 'a triangle wave between low and high, 2·stepUp long; triangular2 halves its height each cycle',
    },
  },
  {
    schedule: 'inverseTime', title: 'Inverse time decay',
    fields: [required('initial', RATE), required('decay', { kind: 'number', minimum: 0 })],
    rule: { latex: String.raw`\gamma(t)=\frac{\mathrm{initial}}{1+\mathrm{decay}\cdot t}`, text: 'γ(t) = initial/(1 + decay·t)' },
  },
  {
    schedule: 'inverseSqrt', title: 'Inverse square root',
    fields: [required('initial', RATE), required('warmup', COUNT)],
    rule: {
      latex: String.raw`\gamma(t)=\mathrm{initial}\cdot\min\left(\sqrt{\frac{\mathrm{warmup}}{t+1}},\frac{t+1}{\mathrm{warmup}}\right)`,
      text: 'γ(t) = initial · min(√(warmup/(t+1)), (t+1)/warmup)',
    },
  },
  {
    schedule: 'warmup', title: 'Linear warmup',
    fields: [required('steps', COUNT), optional('start', { kind: 'number', minimum: 0, maximum: 1 }, 1 / 3), required('then', { kind: 'rate' })],
    rule: {
      latex: String.raw`\gamma(t)=\gamma_0\left(\mathrm{start}+(1-\mathrm{start})\frac{t}{\mathrm{steps}}\right)\;(t<\mathrm{steps}),\quad \mathrm{then}(t-\mathrm{steps})\text{ afterwards},\quad\gamma_0=\mathrm{then}(0)`,
      text: 'linear from start·γ to γ over steps, γ = then(0); afterwards then(t − steps)',
    },
  },
  {
    schedule: 'plateau', title: 'Reduce on plateau',
    fields: [
      required('initial', RATE), optional('factor', { kind: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 0.1), optional('patience', { kind: 'integer', minimum: 0 }, 10),
      optional('threshold', { kind: 'number', minimum: 0 }, 1e-4), optional('minimum', RATE, 0),
    ],
    rule: {
      latex: String.raw`\gamma\leftarrow\max(\mathrm{factor}\cdot\gamma,\mathrm{minimum})\text{ when the loss stalls for }\mathrm{patience}`,
      text: 'γ ← max(factor·γ, minimum) when the monitored loss stalls: torch after more than patience counts with a relative threshold, keras at patience with an absolute one',
    },
  },
];

/** Every schedule that can be named in a file, by name. */
export const SCHEDULES: ReadonlyMap<string, ScheduleInfo> = new Map(LIST.map((info) => [info.schedule, info]));

/**
 * Makes every field of a schedule explicit.
 * @param fields as written in the file, `schedule` and `unit` among them, already checked for type and range.
 * @throws Error for an unknown schedule or field, or a required field that is missing.
 */
export function resolveSchedule(fields: Readonly<Record<string, unknown>>, dialect: Dialect): Schedule {
  const info = SCHEDULES.get(String(fields.schedule));
  if (!info) throw new Error(`unknown schedule ${String(fields.schedule)}`);
  for (const name of Object.keys(fields)) {
    if (name !== 'schedule' && name !== 'unit' && !info.fields.some((f) => f.name === name)) throw new Error(`${info.schedule} has no field ${name}`);
  }
  const values: [string, unknown][] = info.fields.map((f) => {
    const value = Object.hasOwn(fields, f.name) ? fields[f.name] : f.default;
    if (value === undefined) throw new Error(`${info.schedule} needs ${f.name}`);
    return [f.name, f.type.kind === 'rate' && typeof value !== 'number' ? resolveSchedule(value as Record<string, unknown>, dialect) : value];
  });
  if (info.schedule === 'plateau') values.push(['dialect', dialect]);
  return { schedule: info.schedule, unit: fields.unit ?? 'step', ...Object.fromEntries(values) } as unknown as Schedule;
}
