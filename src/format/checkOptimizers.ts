import * as l10n from '@vscode/l10n';
import { OPTIMIZERS, applies, conflictsOf, defaultOf, dialectFor, fieldsOf, resolveOptimizer, type Conflict, type OptimizerInfo } from '../core/optimizers/catalog';
import type { Dialect } from '../core/optimizers/spec';
import type { Chance } from './chance';
import type { ExperimentOptimizer } from './experiment';
import { type Finding, errorAt, hasErrors, warningAt } from './finding';
import { labelsOf } from './labels';
import { nearest } from './nearest';
import { toPointer, type PathSegment } from './pointer';
import { DEFAULTS } from './schema/defaults';
import { describe } from './schemaFindings';
import type { OptimizerInput } from './schema/optimizers';

const NOT_HYPERPARAMETERS = ['type', 'label', 'dialect'];

export interface CheckedOptimizers {
  readonly findings: readonly Finding[];
  /** Empty where there is an error. */
  readonly optimizers: readonly ExperimentOptimizer[];
}

/**
 * What the schema alone cannot say of optimizers: labels, dialects, fields of a dialect or of a mode, and what the frameworks refuse.
 * @param optimizers already of the right shape.
 * @param chance what makes a model's loss change between evaluations; null of an objective.
 */
export function checkOptimizers(optimizers: readonly OptimizerInput[], fileDialect: Dialect | undefined, kind: 'objective' | 'model', chance: Chance | null = null): CheckedOptimizers {
  const findings: Finding[] = [...duplicateLabels(optimizers)];
  const labels = labelsOf(optimizers);
  const resolved: ExperimentOptimizer[] = [];
  optimizers.forEach((optimizer, index) => {
    const path = ['optimizers', index];
    const info = OPTIMIZERS.get(optimizer.type)!;
    const unfit = checkKind(info, kind, chance, [...path, 'type']);
    if (unfit) {
      findings.push(unfit);
      return;
    }
    const asked = optimizer.dialect ?? fileDialect ?? DEFAULTS.dialect;
    const dialect = dialectFor(info, asked);
    if (dialect === null) {
      const where = optimizer.dialect === undefined ? { path: [...path, 'type'] } : { path: [...path, 'dialect'] };
      const suggestion = optimizer.dialect === undefined ? undefined : info.dialects[0];
      const sentence = info.unsettledIn.includes(asked)
        ? l10n.t('{0} has other defaults in each version of {1}. Write "dialect": "{2}" for it.', optimizer.type, asked, info.dialects[0])
        : l10n.t('{0} has no {1} version. Write "dialect": "{2}" for it.', optimizer.type, asked, info.dialects[0]);
      findings.push(errorAt(where.path, 'dialect', sentence, { suggestion }));
      return;
    }
    const here = [...checkFields(optimizer, info, dialect, path), ...checkRate(optimizer.learningRate, [...path, 'learningRate'], kind)];
    if (!hasErrors(here)) {
      const spec = resolveOptimizer(optimizer.type, asked, optimizer);
      here.push(...conflictsOf(spec).map((conflict) => conflictFinding(conflict, path, optimizer)));
      resolved.push({ label: labels[index], spec, defaulted: defaultedOf(optimizer, info, dialect, path) });
    }
    findings.push(...here);
  });
  return { findings, optimizers: hasErrors(findings) ? [] : resolved };
}

/** Whether the type can work on what is minimized. */
function checkKind(info: OptimizerInfo, kind: 'objective' | 'model', chance: Chance | null, path: readonly PathSegment[]): Finding | null {
  if (kind === 'objective' && info.needsMatrices) return errorAt(path, 'wrongKind', l10n.t('{0} makes the weight matrices of a network orthogonal; a formula has no matrices.', info.type));
  if (kind === 'objective' || !info.needsFullBatch || chance === null) return null;
  if (chance === 'batches') return errorAt(path, 'conflict', l10n.t('{0} compares losses, so every one must be of all rows: write "batchSize": "full" in "training", or take another optimizer.', info.type));
  return errorAt(path, 'conflict', l10n.t('{0} compares losses, and "{1}" changes them by chance: take it out, or take another optimizer.', info.type, chance));
}

function duplicateLabels(optimizers: readonly OptimizerInput[]): Finding[] {
  const seen = new Map<string, number>();
  const taken = new Set(optimizers.map(({ label }) => label));
  return optimizers.flatMap(({ label }, index) => {
    if (label === undefined) return [];
    const first = seen.get(label);
    seen.set(label, first ?? index);
    if (first === undefined) return [];
    return [errorAt(['optimizers', index, 'label'], 'duplicateLabel', l10n.t('Optimizer {0} has the label "{1}" already; labels must differ.', first + 1, label), { suggestion: freeName(label, taken) })];
  });
}

/** "label 2", "label 3" … the first that nobody has. */
export function freeName(label: string, taken: ReadonlySet<string | undefined>): string {
  let count = 2;
  while (taken.has(`${label} ${count}`)) count++;
  return `${label} ${count}`;
}

function checkFields(optimizer: OptimizerInput, info: OptimizerInfo, dialect: Dialect, path: readonly PathSegment[]): Finding[] {
  const known = fieldsOf(info, dialect);
  const written = Object.keys(optimizer).filter((name) => !NOT_HYPERPARAMETERS.includes(name));
  const value = (name: string): unknown => (Object.hasOwn(optimizer, name) ? optimizer[name] : known.find((field) => field.name === name)?.defaults[dialect]);
  return written.flatMap((name) => {
    const field = known.find((candidate) => candidate.name === name);
    if (!field) {
      const others = info.dialects.filter((other) => fieldsOf(info, other).some((candidate) => candidate.name === name));
      const suggestion = nearest(name, known.map((candidate) => candidate.name).filter((candidate) => !written.includes(candidate)));
      return [errorAt([...path, name], 'unknownKey', l10n.t('{0} has no "{1}" in the {2} dialect, only in {3}.', info.type, name, dialect, others.join(', ')), { key: true, suggestion })];
    }
    if (applies(field, value)) return [];
    const { when } = field;
    return [errorAt([...path, name], 'unusedField', l10n.t('"{0}" has no effect while "{1}" is {2}.', name, when!.field, describe(value(when!.field))), { key: true })];
  });
}

/** Schedules of a schedule (`warmup`) included. */
function checkRate(rate: unknown, path: readonly PathSegment[], kind: 'objective' | 'model'): Finding[] {
  if (rate === null || typeof rate !== 'object') return [];
  const schedule = rate as Readonly<Record<string, unknown>>;
  const findings: Finding[] = [];
  if (schedule.unit === 'epoch' && kind === 'objective') findings.push(errorAt([...path, 'unit'], 'wrongKind', l10n.t('An objective has no epochs; leave "unit" out or write "step".'), { suggestion: 'step' }));
  const { milestones } = schedule;
  if (Array.isArray(milestones)) {
    const at = milestones.findIndex((value, i) => i > 0 && value <= milestones[i - 1]);
    if (at > 0) findings.push(errorAt([...path, 'milestones', at], 'outOfRange', l10n.t('Milestones must rise: {0} does not come after {1}.', milestones[at], milestones[at - 1])));
  }
  if (schedule.schedule === 'cyclic' && (schedule.low as number) > (schedule.high as number)) {
    findings.push(errorAt([...path, 'low'], 'outOfRange', l10n.t('"low" must not be above "high".')));
  }
  findings.push(...checkRate(schedule.then, [...path, 'then'], kind));
  return findings;
}

function conflictFinding(conflict: Conflict, path: readonly PathSegment[], optimizer: OptimizerInput): Finding {
  const place = Object.hasOwn(optimizer, conflict.field) ? [...path, conflict.field] : [...path];
  switch (conflict.code) {
    case 'nesterovNeedsMomentum':
      return errorAt(place, 'conflict', l10n.t('Nesterov needs a momentum above 0, as in PyTorch. Add "momentum": 0.9.'), { key: true });
    case 'nesterovExcludesDampening':
      return errorAt(place, 'conflict', l10n.t('Nesterov needs a dampening of 0, as in PyTorch.'), { key: true });
    case 'stepsInverted':
      return errorAt(place, 'conflict', l10n.t('"minStep" must not be above "maxStep".'), { key: true });
  }
}

/** Pointers of the fields that hold a default, those of a written schedule included. */
function defaultedOf(optimizer: OptimizerInput, info: OptimizerInfo, dialect: Dialect, path: readonly PathSegment[]): string[] {
  const known = fieldsOf(info, dialect);
  const value = (name: string): unknown => (Object.hasOwn(optimizer, name) ? optimizer[name] : defaultOf(known.find((field) => field.name === name)!, dialect, () => undefined));
  return known
    .filter((field) => !Object.hasOwn(optimizer, field.name) && applies(field, (name) => (known.some((f) => f.name === name) ? value(name) : undefined)))
    .map((field) => toPointer([...path, field.name]));
}

/** A rate of zero moves nothing: worth a word, no error. */
export function zeroRates(optimizers: readonly OptimizerInput[]): Finding[] {
  return optimizers.flatMap((optimizer, index) => (optimizer.learningRate === 0
    ? [warningAt(['optimizers', index, 'learningRate'], 'zeroRate', l10n.t('A learning rate of 0 moves nothing.'))]
    : []));
}
