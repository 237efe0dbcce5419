import * as l10n from '@vscode/l10n';
import type { Dialect } from '../core/optimizers/spec';
import type { StopRules } from '../core/training/trial';
import { chanceOf } from './chance';
import { checkExpectations, checkSweep, checkVariantLabels, labelsIn } from './checkComparison';
import { checkModelFile } from './checkModel';
import { checkOptimizers, zeroRates } from './checkOptimizers';
import { trialsOf } from './trials';
import { checkTraining, resolveModel } from './model';
import { checkShapes, tooManyParameters } from './modelShape';
import { tooMuchMemory } from './networkMemory';
import { type Sweep, sweepOf } from './sweep';
import type { Expectation, Experiment, ExperimentObjective, ExperimentOptimizer, ExperimentVariant } from './experiment';
import { type Finding, errorAt, hasErrors, warningAt } from './finding';
import { checkObjective } from './objective';
import { DEFAULTS } from './schema/defaults';
import type { FileInput } from './schema/file';
import type { OptimizerInput } from './schema/optimizers';
import { countValues } from './jsonTree';
import { schemaFindings } from './schemaFindings';
import { applyVariant, remedyPointer } from './variants';

/** What may be at the top of a model's file and not of an objective's, and what of it. */
const MODEL_ONLY: readonly (readonly [string, readonly string[] | null])[] = [
  ['data', null], ['loss', null], ['metrics', null], ['regularization', null], ['predict', null], ['evaluate', null],
  ['training', ['batchSize', 'epochs', 'shuffle']], ['stop', ['patience', 'minDelta', 'monitor', 'restoreBest']],
];

/** Values in all variants of a file together: about a second's checks. */
const MOST_VALUES = 400_000;

/** Parts that say nothing of what a single experiment is. */
const ABOUT_THE_FILE: readonly string[] = ['variants', 'sweep', 'expect'];

interface Analysed {
  readonly findings: readonly Finding[];
  readonly kind: 'objective' | 'model';
  /** null where there is any error but in ABOUT_THE_FILE. */
  readonly variant: Omit<ExperimentVariant, 'label' | 'index'> | null;
  readonly seed: number;
  readonly precision: 'float64' | 'float32' | undefined;
}

/**
 * Checks and resolves one concrete experiment: the file itself or the file as a variant has it.
 * @param value a JSON value of any shape.
 */
export function analyse(value: unknown): Analysed {
  const findings: Finding[] = schemaFindings(value);
  const broken = new Set(findings.filter((finding) => finding.severity === 'error').map((finding) => finding.path[0]));
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const file = (isObject ? value : {}) as Partial<FileInput>;
  const has = (name: string): boolean => Object.hasOwn(file, name);
  const sound = <K extends keyof FileInput>(name: K): FileInput[K] | undefined => (broken.has(name) ? undefined : file[name]);
  const kind = has('model') && !has('objective') ? 'model' : 'objective';

  if (isObject) {
    if (has('objective') && has('model')) findings.push(errorAt(['model'], 'conflict', l10n.t('An experiment has either an objective or a model, not both.'), { key: true }));
    else if (!has('objective') && !has('model')) findings.push(errorAt([], 'missing', l10n.t('Say what is minimized: an "objective" (a formula or a built-in function), or a "model" with "data" and a "loss".'), { key: true }));
    else findings.push(...(kind === 'objective' ? modelOnly(file) : modelNeeds(file)));
  }
  let objective: ExperimentObjective | null = null;
  const written = sound('objective');
  if (written !== undefined) {
    const checked = checkObjective(written);
    findings.push(...checked.findings);
    objective = checked.objective;
  }
  if (kind === 'model') {
    const parts = { data: sound('data'), model: sound('model'), loss: sound('loss'), metrics: sound('metrics'), stop: sound('stop') };
    findings.push(...checkModelFile(parts), ...checkTraining(parts));
  }
  let optimizers: readonly ExperimentOptimizer[] = [];
  const list = sound('optimizers');
  if (list !== undefined) {
    const chance = kind === 'model' ? chanceOf({ training: sound('training'), model: sound('model'), regularization: sound('regularization'), data: sound('data') }) : null;
    const checked = checkOptimizers(list as OptimizerInput[], sound('dialect') as Dialect | undefined, kind, chance);
    findings.push(...checked.findings, ...zeroRates(list as OptimizerInput[]));
    optimizers = checked.optimizers;
  }
  const stop = stopRules(sound('stop'), kind);
  if (kind === 'objective' && stop.steps === null && stop.seconds === null && !broken.has('stop')) {
    findings.push(warningAt(['stop', 'steps'], 'endless', l10n.t('Nothing limits how long a run may go: give a number of steps or of seconds.')));
  }
  const diagnostics = { ...DEFAULTS.diagnostics, ...sound('diagnostics') };
  const training = sound('training');
  const model = kind === 'model' && !hasErrors(findings.filter((finding) => !ABOUT_THE_FILE.includes(finding.path[0] as string))) ? resolveModel(file as FileInput, (file.dialect as Dialect | undefined) ?? DEFAULTS.dialect) : null;
  if (model) findings.push(...checkShapes(model));
  const concerning = findings.filter((finding) => !ABOUT_THE_FILE.includes(finding.path[0] as string));
  const resolved = hasErrors(concerning) ? null : {
    objective, optimizers, stop, diagnostics,
    model,
    clipNorm: training?.clipNorm ?? null, clipValue: training?.clipValue ?? null,
  };
  return { findings, kind, variant: resolved, seed: sound('seed') ?? DEFAULTS.seed, precision: sound('precision') };
}

function modelOnly(file: Partial<FileInput>): Finding[] {
  return MODEL_ONLY.flatMap(([name, fields]) => {
    const value = (file as Record<string, unknown>)[name];
    if (value === undefined) return [];
    const wrong = (path: string[]): Finding => errorAt(path, 'wrongKind', l10n.t('"{0}" belongs to a model; this file has an objective.', path[path.length - 1]), { key: true });
    if (fields === null) return [wrong([name])];
    return typeof value === 'object' && value !== null ? fields.filter((field) => Object.hasOwn(value, field)).map((field) => wrong([name, field])) : [];
  });
}

function modelNeeds(file: Partial<FileInput>): Finding[] {
  return (['data', 'loss'] as const).filter((name) => file[name] === undefined)
    .map((name) => errorAt(['model'], 'missing', l10n.t('A model needs "{0}" beside it.', name), { key: true }));
}

function stopRules(stop: FileInput['stop'], kind: 'objective' | 'model'): StopRules {
  const fallback = kind === 'objective' ? DEFAULTS.stop : { ...DEFAULTS.stop, steps: null, gradientNorm: null };
  const { steps, gradientNorm, loss, change, seconds } = { ...fallback, ...stop };
  return { steps, gradientNorm, loss, change, seconds };
}

export interface ResolveOptions {
  readonly maxRuns: number;
  readonly maxParameters: number;
  /** Bytes of all networks that are trained at the same time. */
  readonly networkBytes: number;
  /** The line (from 1) of an entry of `expect`. */
  readonly lineOf: (index: number) => number;
}

export interface Resolved {
  readonly findings: readonly Finding[];
  /** null where there is any error. */
  readonly experiment: Experiment | null;
}

/** A file's value → the experiment it describes, every default explicit, or what is wrong with it. */
export function resolve(value: unknown, options: ResolveOptions): Resolved {
  const base = analyse(value);
  const findings: Finding[] = [...base.findings];
  const broken = new Set(findings.filter((finding) => finding.severity === 'error').map((finding) => finding.path[0]));
  const file = (typeof value === 'object' && value !== null ? value : {}) as FileInput;
  const variants = broken.has('variants') || !Array.isArray(file.variants) ? [] : file.variants;
  findings.push(...checkVariantLabels(variants));
  const copies = variants.length + (typeof file.sweep === 'object' ? 2 * Object.keys(file.sweep ?? {}).length : 0);
  if (copies > 1 && copies * countValues({ ...file, variants: null, sweep: null, expect: null }) > MOST_VALUES) {
    const list = variants.length > 0 ? 'variants' : 'sweep';
    findings.push(errorAt([list], 'tooMany', l10n.t('The file is too large for so many entries of "{0}": each is checked as a file of its own.', list), { key: true }));
    return { findings, experiment: null };
  }

  const known = new Set(base.findings.map(identity));
  const applied = variants.map((variant, index) => {
    const { value: changed, findings: own, origin } = applyVariant(file, variant, index);
    const analysed = analyse(changed);
    findings.push(...own, ...analysed.findings.filter((finding) => !known.has(identity(finding))).map((finding) => ({ ...finding, ...moved(finding, origin(finding.path)) })));
    return { label: variant.label, index, value: changed as FileInput, analysed };
  });
  const concrete = applied.length > 0 ? applied : [{ label: null, index: null, value: file, analysed: base }];

  if (!broken.has('optimizers') && Array.isArray(file.expect)) {
    const unsound = new Set(base.findings.filter((finding) => finding.path[0] === 'expect').map((finding) => finding.path[1]));
    const dimensions = concrete.map(({ analysed }) => analysed.variant?.objective?.variables.length ?? null);
    const lists = concrete.filter(({ analysed }) => analysed.variant !== null).map((each) => ({ optimizers: each.value.optimizers as OptimizerInput[] }));
    // Where a variant is broken its labels and dimension are unknown, and no more is said of what is expected of it.
    if (lists.length === concrete.length) {
      findings.push(...checkExpectations(file.expect.map((entry, index) => (unsound.has(index) ? null : entry)), labelsIn(lists), variants.map((variant) => variant.label), base.kind === 'model' ? null : Math.max(...dimensions.map((each) => each ?? 0))));
    }
  }
  if (file.sweep && !broken.has('sweep') && !hasErrors(base.findings)) findings.push(...checkSweep(file.sweep, file, (changed) => analyse(changed).findings));
  if (hasErrors(findings)) return { findings, experiment: null };

  const experimentVariants = concrete.map(({ label, index, analysed }): ExperimentVariant => ({ label, index, ...analysed.variant! }));
  const seeds = file.seeds ?? DEFAULTS.seeds;
  const kind = concrete.some(({ analysed }) => analysed.kind === 'model') ? 'model' : 'objective';
  const sweep = file.sweep ? sweepOf(file.sweep, concrete.map(({ value: written }, i) => ({ file: written, variant: experimentVariants[i] })), seeds, analyse) : null;
  const tooMany = refusalOf(experimentVariants, concrete.map(({ analysed }) => analysed), seeds, sweep, options.maxRuns) ?? tooManyParameters(experimentVariants, options.maxParameters);
  const planned = tooMany !== null ? [] : sweep ? sweep.trialsAt(sweep.first) : concrete.flatMap(({ analysed }, i) => trialsOf(experimentVariants[i], analysed.seed, seeds));
  const refusal = tooMany ?? tooMuchMemory(planned, options.networkBytes);
  const trials = refusal === null ? planned : [];
  const experiment: Experiment = {
    title: file.title ?? null,
    description: file.description ?? null,
    seed: file.seed ?? DEFAULTS.seed,
    seeds,
    dialect: (file.dialect as Dialect | undefined) ?? DEFAULTS.dialect,
    kind,
    variants: experimentVariants,
    sweep,
    expect: (file.expect ?? []).map((entry, index): Expectation => ({
      index,
      optimizer: entry.optimizer ?? null,
      variant: entry.variant ?? null,
      conditions: new Map(Object.entries(entry).filter(([name]) => name !== 'optimizer' && name !== 'variant')),
      line: options.lineOf(index),
    })),
    trials,
    place: (trial, path) => remedyPointer(value, trial, path),
    refusal,
  };
  return { findings, experiment };
}

function identity(finding: Finding): string {
  return JSON.stringify([finding.code, finding.message, finding.path]);
}

/** A finding of a variant stands where the override stands; the override's own key is marked where the place is exactly it. */
function moved(finding: Finding, path: Finding['path']): Partial<Finding> {
  const exact = path.length > 0 && path[path.length - 1] === finding.path[finding.path.length - 1];
  const atKey = path.length === 4 && path[0] === 'variants' && !exact;
  return { path, key: atKey && finding.key ? true : atKey ? undefined : finding.key };
}

function refusalOf(variants: readonly ExperimentVariant[], analysed: readonly Analysed[], seeds: number, sweep: Sweep | null, maxRuns: number): string | null {

  if (analysed.some(({ kind, precision }) => kind === 'objective' && precision === 'float32')) return l10n.t('An objective is computed in float64 only; this version cannot run it in float32. The file itself is valid.');
  const points = sweep?.first.length ?? 1;
  const starts = variants.map((variant) => variant.objective?.starts.length ?? 1);
  const resamples = variants.map(({ model }) => (model && !sweep ? 1 + model.folds + model.bootstrapRounds + (model.boosting ? 1 : 0) : 1));
  const each = variants.map((variant, i) => starts[i] * variant.optimizers.length * points * seeds * resamples[i]);
  const runs = each.reduce((sum, count) => sum + count, 0);
  if (runs <= maxRuns) return null;
  const factors = [
    l10n.t('{0} variant(s)', variants.length), ...(variants[0].objective ? [l10n.t('{0} start(s)', starts[0])] : []), l10n.t('{0} optimizer(s)', variants[0].optimizers.length),
    ...(points > 1 ? [l10n.t('{0} point(s) of the sweep', points)] : []), l10n.t('{0} seed(s)', seeds),
    ...(resamples[0] > 1 ? [l10n.t('{0} (the run itself, its folds and rounds)', resamples[0])] : []),
  ];
  return each.every((count) => count === each[0])
    ? l10n.t('Too many runs: {0} = {1} runs, and at most {2} are allowed.', factors.join(' × '), runs, maxRuns)
    : l10n.t('Too many runs: {0} over all variants, and at most {1} are allowed.', runs, maxRuns);
}
