import { RULES, type Rule } from './rules';
import { resolveSchedule } from './scheduleCatalog';
import type { Dialect, OptimizerSpec, Schedule } from './spec';

export { SCHEDULES, SCHEDULE_UNITS, resolveSchedule, type ScheduleFieldInfo, type ScheduleInfo } from './scheduleCatalog';

/** What a field may hold. Bounds are inclusive unless named exclusive. */
export type FieldKind =
  | { readonly kind: 'number'; readonly minimum?: number; readonly exclusiveMinimum?: number; readonly maximum?: number; readonly exclusiveMaximum?: number }
  | { readonly kind: 'integer'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'boolean' }
  /** One of the choices; null stands for JSON null. */
  | { readonly kind: 'choice'; readonly choices: readonly (string | null)[] }
  /** A number ≥ 0 or a schedule object. */
  | { readonly kind: 'rate' }
  /** An ascending list of integers ≥ 1. */
  | { readonly kind: 'integers' };

export type FieldValue = number | boolean | string | null | readonly number[];

export interface FieldInfo {
  readonly name: string;
  readonly type: FieldKind;
  /** Default per dialect. A dialect without an entry does not know the field (unless `required`). */
  readonly defaults: Readonly<Partial<Record<Dialect, FieldValue>>>;
  /** The field has a meaning only while another field holds one of these values; elsewhere writing it is an error. */
  readonly when?: { readonly field: string; readonly oneOf: readonly FieldValue[] };
  /** A default that depends on another field: taken instead of `defaults` while that field holds the value. */
  readonly defaultWhen?: { readonly field: string; readonly equals: FieldValue; readonly value: FieldValue };
}

export interface OptimizerInfo {
  readonly type: string;
  /** A proper name, the same in every language. */
  readonly title: string;
  /** One line of plain English; wording/optimizers.ts has it for people. */
  readonly summary: string;
  /** Dialects with their own defaults and formula. */
  readonly dialects: readonly Dialect[];
  /**
   * Whether the type comes from a paper or a textbook and no framework defines it, so that it is resolved as "paper"
   * where a file's dialect has no version of its own.
   */
  readonly fallsBackToPaper: boolean;
  /** Dialects that do not fall back: their framework has the type, but with other defaults from version to version. */
  readonly unsettledIn: readonly Dialect[];
  /** In the order of a hover. `learningRate` is the first where there is one. */
  readonly fields: readonly FieldInfo[];
  /** False where the rule finds its own step and the format has no `learningRate` for it. */
  readonly hasLearningRate: boolean;
  /** Updates the weights of a network as matrices: an objective given by a formula has none. */
  readonly needsMatrices: boolean;
  /** Compares losses or gradients of several points, which must then be of the same rows and without chance: a model's batch must be full. */
  readonly needsFullBatch: boolean;
  /** Needs exact Hessian-vector products. */
  readonly needsHessian: boolean;
  /** The update rule, for hovers, per dialect. */
  readonly rule: Readonly<Partial<Record<Dialect, Rule>>>;
  readonly source: string;
}

const RATE: FieldKind = { kind: 'rate' };
const BETA: FieldKind = { kind: 'number', minimum: 0, exclusiveMaximum: 1 };
const FRACTION: FieldKind = { kind: 'number', minimum: 0, maximum: 1 };
const NON_NEGATIVE: FieldKind = { kind: 'number', minimum: 0 };
const POSITIVE: FieldKind = { kind: 'number', exclusiveMinimum: 0 };
const BOOLEAN: FieldKind = { kind: 'boolean' };

type Defaults = Partial<Record<Dialect, FieldValue>>;
const both = (value: FieldValue): Defaults => ({ torch: value, keras: value });
const each = (torch: FieldValue, keras: FieldValue): Defaults => ({ torch, keras });
const field = (name: string, type: FieldKind, defaults: Defaults, more?: Pick<FieldInfo, 'when' | 'defaultWhen'>): FieldInfo => ({ name, type, defaults, ...more });

const rate = (defaults: Defaults, more?: Pick<FieldInfo, 'when' | 'defaultWhen'>): FieldInfo => field('learningRate', RATE, defaults, more);
const decay = (defaults: Defaults): FieldInfo => field('weightDecay', NON_NEGATIVE, defaults);

type Optional = 'fallsBackToPaper' | 'unsettledIn' | 'needsMatrices' | 'needsFullBatch' | 'needsHessian';
type Draft = Omit<OptimizerInfo, Optional | 'rule' | 'hasLearningRate'> & Partial<Pick<OptimizerInfo, Optional>>;

const DRAFTS: readonly Draft[] = [
  {
    type: 'sgd', title: 'SGD', dialects: ['torch', 'keras'], source: 'Polyak 1964; Nesterov 1983; Sutskever et al. 2013',
    summary: 'Gradient descent, with momentum or Nesterov momentum.',
    fields: [
      rate(each(0.001, 0.01)), field('momentum', FRACTION, both(0)), field('dampening', FRACTION, { torch: 0 }),
      field('nesterov', BOOLEAN, both(false)), decay(both(0)),
    ],
  },
  {
    type: 'adagrad', title: 'Adagrad', dialects: ['torch', 'keras'], source: 'Duchi, Hazan & Singer 2011',
    summary: 'Divides by the root of the sum of all squared gradients, so each rate only shrinks.',
    fields: [
      rate(each(0.01, 0.001)), field('initialAccumulator', NON_NEGATIVE, each(0, 0.1)), field('learningRateDecay', NON_NEGATIVE, { torch: 0 }),
      field('epsilon', NON_NEGATIVE, each(1e-10, 1e-7)), decay(both(0)),
    ],
  },
  {
    type: 'adadelta', title: 'Adadelta', dialects: ['torch', 'keras'], source: 'Zeiler 2012',
    summary: 'Scales each step by the ratio of recent steps to recent gradients.',
    fields: [rate(each(1, 0.001)), field('rho', FRACTION, each(0.9, 0.95)), field('epsilon', NON_NEGATIVE, each(1e-6, 1e-7)), decay(both(0))],
  },
  {
    type: 'rmsprop', title: 'RMSprop', dialects: ['torch', 'keras'], source: 'Tieleman & Hinton 2012; Graves 2013 (centered)',
    summary: 'Divides by a running root mean square of the gradient.',
    fields: [
      rate(each(0.01, 0.001)), field('rho', FRACTION, each(0.99, 0.9)), field('epsilon', NON_NEGATIVE, each(1e-8, 1e-7)),
      field('momentum', FRACTION, both(0)), field('centered', BOOLEAN, both(false)), decay(both(0)),
    ],
  },
  {
    type: 'adam', title: 'Adam', dialects: ['torch', 'keras', 'paper'], source: 'Kingma & Ba 2015; Reddi, Kale & Kumar 2018 (AMSGrad)',
    summary: 'Momentum divided by a running root mean square, both corrected for their start at zero.',
    fields: [
      rate({ torch: 0.001, keras: 0.001, paper: 0.001 }), field('beta1', BETA, { torch: 0.9, keras: 0.9, paper: 0.9 }),
      field('beta2', BETA, { torch: 0.999, keras: 0.999, paper: 0.999 }), field('epsilon', NON_NEGATIVE, { torch: 1e-8, keras: 1e-7, paper: 1e-8 }),
      field('amsgrad', BOOLEAN, { torch: false, keras: false, paper: false }), decay({ torch: 0, keras: 0, paper: 0 }),
    ],
  },
  {
    type: 'adamw', title: 'AdamW', dialects: ['torch', 'keras'], source: 'Loshchilov & Hutter 2019',
    summary: 'Adam with weight decay kept apart from the gradient.',
    fields: [
      rate(both(0.001)), field('beta1', BETA, both(0.9)), field('beta2', BETA, both(0.999)), field('epsilon', NON_NEGATIVE, each(1e-8, 1e-7)),
      field('amsgrad', BOOLEAN, both(false)), decay(each(0.01, 0.004)),
    ],
  },
  {
    type: 'adamax', title: 'Adamax', dialects: ['torch', 'keras'], source: 'Kingma & Ba 2015, section 7',
    summary: 'Adam with the largest recent gradient in place of the root mean square.',
    fields: [
      rate(each(0.002, 0.001)), field('beta1', BETA, both(0.9)), field('beta2', BETA, both(0.999)), field('epsilon', NON_NEGATIVE, each(1e-8, 1e-7)), decay(both(0)),
    ],
  },
  {
    type: 'nadam', title: 'Nadam', dialects: ['torch', 'keras'], source: 'Dozat 2016',
    summary: 'Adam with Nesterov momentum.',
    fields: [
      rate(each(0.002, 0.001)), field('beta1', BETA, both(0.9)), field('beta2', BETA, both(0.999)), field('epsilon', NON_NEGATIVE, each(1e-8, 1e-7)),
      field('momentumDecay', NON_NEGATIVE, each(0.004, 1)), decay(both(0)),
    ],
  },
  {
    type: 'radam', title: 'RAdam', dialects: ['torch'], source: 'Liu et al. 2020',
    summary: 'Adam that waits with dividing until its variance estimate can be trusted.',
    fields: [rate({ torch: 0.001 }), field('beta1', BETA, { torch: 0.9 }), field('beta2', BETA, { torch: 0.999 }), field('epsilon', NON_NEGATIVE, { torch: 1e-8 }), decay({ torch: 0 })],
  },
  {
    type: 'rprop', title: 'Rprop', dialects: ['torch'], source: 'Riedmiller & Braun 1993',
    summary: 'Uses only the sign of each partial derivative and grows or shrinks a step of its own for each parameter.',
    fields: [
      rate({ torch: 0.01 }), field('etaMinus', { kind: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, { torch: 0.5 }),
      field('etaPlus', { kind: 'number', exclusiveMinimum: 1 }, { torch: 1.2 }), field('minStep', NON_NEGATIVE, { torch: 1e-6 }), field('maxStep', POSITIVE, { torch: 50 }),
    ],
  },
  {
    type: 'asgd', title: 'ASGD', dialects: ['torch'], source: 'Polyak & Juditsky 1992; Bottou 2010',
    summary: 'Gradient descent with a slowly falling rate, made for averaging its path.',
    fields: [
      rate({ torch: 0.01 }), field('lambda', NON_NEGATIVE, { torch: 1e-4 }), field('alpha', NON_NEGATIVE, { torch: 0.75 }), field('t0', NON_NEGATIVE, { torch: 1e6 }), decay({ torch: 0 }),
    ],
  },
  {
    type: 'lion', title: 'Lion', dialects: ['keras', 'paper'], fallsBackToPaper: true, source: 'Chen et al. 2023',
    summary: 'Moves every parameter by the same amount: the sign of a momentum.',
    fields: [
      rate({ keras: 0.001, paper: 1e-4 }), field('beta1', BETA, { keras: 0.9, paper: 0.9 }), field('beta2', BETA, { keras: 0.99, paper: 0.99 }), decay({ keras: 0, paper: 0 }),
    ],
  },
  {
    type: 'lamb', title: 'LAMB', dialects: ['keras', 'paper'], fallsBackToPaper: true, source: 'You et al. 2020',
    summary: 'Adam whose step is scaled layer by layer to the size of the weights.',
    fields: [
      rate({ keras: 0.001, paper: 0.001 }), field('beta1', BETA, { keras: 0.9, paper: 0.9 }), field('beta2', BETA, { keras: 0.999, paper: 0.999 }),
      field('epsilon', NON_NEGATIVE, { keras: 1e-7, paper: 1e-6 }), decay({ keras: 0, paper: 0.01 }),
    ],
  },
  {
    type: 'muon', title: 'Muon', dialects: ['paper'], fallsBackToPaper: true, unsettledIn: ['keras'], needsMatrices: true, source: 'Jordan et al. 2024',
    summary: 'Momentum whose matrix is made orthogonal before each step, layer by layer.',
    fields: [
      rate({ paper: 0.02 }), field('momentum', BETA, { paper: 0.95 }), field('nesterov', BOOLEAN, { paper: true }), field('newtonSchulz', { kind: 'integer', minimum: 1, maximum: 100 }, { paper: 5 }),
      // The author's AdamW for what is no matrix: rate 3e-4 beside 0.02, betas 0.9 and 0.95, ε 1e-10.
      field('adamRateRatio', NON_NEGATIVE, { paper: 0.015 }), field('beta1', BETA, { paper: 0.9 }), field('beta2', BETA, { paper: 0.95 }), field('epsilon', NON_NEGATIVE, { paper: 1e-10 }),
      decay({ paper: 0 }),
    ],
  },
  {
    type: 'adan', title: 'Adan', dialects: ['paper'], fallsBackToPaper: true, source: 'Xie et al. 2022',
    summary: 'Adam with Nesterov momentum estimated from differences of gradients.',
    fields: [
      rate({ paper: 0.001 }), field('beta1', BETA, { paper: 0.98 }), field('beta2', BETA, { paper: 0.92 }), field('beta3', BETA, { paper: 0.99 }),
      field('epsilon', NON_NEGATIVE, { paper: 1e-8 }), decay({ paper: 0 }),
    ],
  },
  {
    type: 'adabelief', title: 'AdaBelief', dialects: ['paper'], fallsBackToPaper: true, source: 'Zhuang et al. 2020',
    summary: 'Adam that divides by how far gradients stray from their average: long steps where they agree.',
    fields: [
      rate({ paper: 0.001 }), field('beta1', BETA, { paper: 0.9 }), field('beta2', BETA, { paper: 0.999 }), field('epsilon', NON_NEGATIVE, { paper: 1e-16 }),
      field('amsgrad', BOOLEAN, { paper: false }), decay({ paper: 0 }),
    ],
  },
  {
    type: 'sophia', title: 'Sophia-H', dialects: ['paper'], fallsBackToPaper: true, needsHessian: true, source: 'Liu et al. 2023',
    summary: 'Momentum divided by a running estimate of the Hessian diagonal, clipped to one.',
    fields: [
      rate({ paper: 1e-4 }), field('beta1', BETA, { paper: 0.965 }), field('beta2', BETA, { paper: 0.99 }), field('rho', POSITIVE, { paper: 0.04 }),
      field('every', { kind: 'integer', minimum: 1 }, { paper: 10 }), field('epsilon', POSITIVE, { paper: 1e-12 }), decay({ paper: 0 }),
    ],
  },
  {
    type: 'scheduleFree', title: 'Schedule-Free', dialects: ['paper'], fallsBackToPaper: true, source: 'Defazio et al. 2024',
    summary: 'Replaces a falling rate by an average of the path; the loss is reported at the average.',
    fields: [
      rate({ paper: 1 }, { defaultWhen: { field: 'base', equals: 'adamw', value: 0.0025 } }), field('base', { kind: 'choice', choices: ['sgd', 'adamw'] }, { paper: 'sgd' }),
      field('beta1', BETA, { paper: 0.9 }),
      field('beta2', BETA, { paper: 0.999 }, { when: { field: 'base', oneOf: ['adamw'] } }), field('epsilon', NON_NEGATIVE, { paper: 1e-8 }, { when: { field: 'base', oneOf: ['adamw'] } }),
      decay({ paper: 0 }),
    ],
  },
  {
    type: 'prodigy', title: 'Prodigy', dialects: ['paper'], fallsBackToPaper: true, source: 'Mishchenko & Defazio 2023',
    summary: 'Adam that estimates its own rate from the distance travelled.',
    fields: [
      rate({ paper: 1 }), field('beta1', BETA, { paper: 0.9 }), field('beta2', BETA, { paper: 0.999 }), field('epsilon', NON_NEGATIVE, { paper: 1e-8 }),
      field('initialDistance', POSITIVE, { paper: 1e-6 }), decay({ paper: 0 }),
    ],
  },
  {
    type: 'lbfgs', title: 'L-BFGS', dialects: ['torch'], needsFullBatch: true, source: 'Liu & Nocedal 1989; Nocedal & Wright, algorithms 3.5, 7.5',
    summary: 'Quasi-Newton: learns the curvature from the last gradients, then searches along the line.',
    fields: [
      rate({ torch: 1 }), field('history', { kind: 'integer', minimum: 1, maximum: 10_000 }, { torch: 100 }),
      field('lineSearch', { kind: 'choice', choices: ['strongWolfe', null] }, { torch: 'strongWolfe' }), field('maxIterations', { kind: 'integer', minimum: 1, maximum: 10_000 }, { torch: 1 }),
      field('toleranceGradient', NON_NEGATIVE, { torch: 1e-7 }), field('toleranceChange', NON_NEGATIVE, { torch: 1e-9 }),
    ],
  },
  {
    type: 'newton', title: 'Newton', dialects: ['paper'], needsFullBatch: true, fallsBackToPaper: true, needsHessian: true, source: 'Nocedal & Wright, section 3.3',
    summary: 'Jumps to the stationary point of the Taylor parabola; a saddle attracts it too.',
    fields: [rate({ paper: 1 }), field('damping', NON_NEGATIVE, { paper: 0 })],
  },
  {
    type: 'conjugateGradient', title: 'Conjugate gradient', dialects: ['paper'], needsFullBatch: true, fallsBackToPaper: true, source: 'Fletcher & Reeves 1964; Polak & Ribière 1969; Nocedal & Wright, section 5.2',
    summary: 'Each direction is kept conjugate to the last, with a strong Wolfe line search.',
    fields: [rate({ paper: 1 }), field('variant', { kind: 'choice', choices: ['polakRibierePlus', 'fletcherReeves'] }, { paper: 'polakRibierePlus' })],
  },
  {
    type: 'gradientDescent', title: 'Gradient descent with line search', dialects: ['paper'], needsFullBatch: true, fallsBackToPaper: true, needsHessian: true, source: 'Armijo 1966; Cauchy 1847; Nocedal & Wright, section 3.1',
    summary: 'Steepest descent whose step is found anew each time.',
    fields: [
      rate({ paper: 1 }, { when: { field: 'lineSearch', oneOf: ['armijo'] } }),
      field('lineSearch', { kind: 'choice', choices: ['armijo', 'exactQuadratic'] }, { paper: 'armijo' }),
      field('c', { kind: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, { paper: 1e-4 }, { when: { field: 'lineSearch', oneOf: ['armijo'] } }),
      field('shrink', { kind: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, { paper: 0.5 }, { when: { field: 'lineSearch', oneOf: ['armijo'] } }),
    ],
  },
];

/** Every optimizer that can be named in a file, by type, in the order of the documentation. */
export const OPTIMIZERS: ReadonlyMap<string, OptimizerInfo> = new Map(
  DRAFTS.map((draft) => [
    draft.type,
    {
      fallsBackToPaper: false, unsettledIn: [], needsMatrices: false, needsFullBatch: false, needsHessian: false, ...draft,
      hasLearningRate: draft.fields.some((f) => f.name === 'learningRate'),
      rule: RULES.get(draft.type) ?? {},
    },
  ]),
);

/** The dialect whose defaults and formula a type takes where `dialect` is asked for; null where there is none. */
export function dialectFor(info: OptimizerInfo, dialect: Dialect): Dialect | null {
  if (info.dialects.includes(dialect)) return dialect;
  return info.fallsBackToPaper && !info.unsettledIn.includes(dialect) ? 'paper' : null;
}

/** The fields of a type in a dialect, without those the dialect does not know. */
export function fieldsOf(info: OptimizerInfo, dialect: Dialect): readonly FieldInfo[] {
  return info.fields.filter((f) => f.defaults[dialect] !== undefined);
}

/** Whether a field has a meaning beside the other (resolved or written) values. */
export function applies(f: FieldInfo, value: (name: string) => unknown): boolean {
  return f.when === undefined || (f.when.oneOf as readonly unknown[]).includes(value(f.when.field));
}

/** The value an absent field takes beside the other (resolved or written) values. */
export function defaultOf(f: FieldInfo, dialect: Dialect, value: (name: string) => unknown): FieldValue {
  if (f.defaultWhen && value(f.defaultWhen.field) === f.defaultWhen.equals) return f.defaultWhen.value;
  return f.defaults[dialect] as FieldValue;
}

/** Two fields that exclude each other. `nesterovNeedsMomentum`: torch and keras refuse nesterov without momentum; torch also with dampening. */
export interface Conflict {
  readonly code: 'nesterovNeedsMomentum' | 'nesterovExcludesDampening' | 'stepsInverted';
  /** The field at fault. */
  readonly field: string;
}

/** What the frameworks refuse although each field by itself is in range. */
export function conflictsOf(spec: OptimizerSpec): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  if (spec.type === 'sgd' && spec.nesterov === true && spec.dialect === 'torch') {
    if (spec.momentum === 0) conflicts.push({ code: 'nesterovNeedsMomentum', field: 'nesterov' });
    else if (spec.dampening !== 0) conflicts.push({ code: 'nesterovExcludesDampening', field: 'dampening' });
  }
  if (spec.type === 'rprop' && (spec.minStep as number) > (spec.maxStep as number)) conflicts.push({ code: 'stepsInverted', field: 'minStep' });
  return conflicts;
}

/**
 * Makes every hyperparameter explicit.
 * @param fields as written in the file (a schedule of `learningRate` too), already checked for type and range; `type`, `label` and `dialect` are passed over.
 * @throws Error for an unknown type, a dialect the type does not have or a field it does not know.
 */
export function resolveOptimizer(type: string, dialect: Dialect, fields: Readonly<Record<string, unknown>> = {}): OptimizerSpec {
  const info = OPTIMIZERS.get(type);
  if (!info) throw new Error(`unknown optimizer type ${type}`);
  const effective = dialectFor(info, dialect);
  if (effective === null) throw new Error(`${type} has no ${dialect} version`);
  const written = new Map(Object.entries(fields).filter(([name]) => name !== 'type' && name !== 'label' && name !== 'dialect'));
  const known = fieldsOf(info, effective);
  for (const name of written.keys()) if (!known.some((f) => f.name === name)) throw new Error(`${type} has no field ${name}`);
  const plain = (name: string): unknown => (written.has(name) ? written.get(name) : known.find((f) => f.name === name)?.defaults[effective]);
  const values: [string, unknown][] = [];
  // A rule without a rate of its own takes steps of its own length: a rate of 1 multiplies nothing.
  let learningRate: number | Schedule = 1;
  for (const f of known) {
    if (!applies(f, plain)) {
      if (written.has(f.name)) throw new Error(`${f.name} has no meaning with ${f.when?.field} ${String(plain(f.when?.field ?? ''))}`);
      continue;
    }
    const value = written.has(f.name) ? written.get(f.name) : defaultOf(f, effective, plain);
    if (f.name !== 'learningRate') values.push([f.name, value]);
    else learningRate = typeof value === 'number' ? value : resolveSchedule(value as Record<string, unknown>, effective);
  }
  return { type, dialect: effective, learningRate, ...Object.fromEntries(values) };
}
