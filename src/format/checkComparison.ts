import * as l10n from '@vscode/l10n';
import { OPTIMIZERS } from '../core/optimizers/catalog';
import { freeName } from './checkOptimizers';
import { type Finding, errorAt } from './finding';
import { labelsOf } from './labels';
import { nearest } from './nearest';
import { fromPointer, resolvePath } from './pointer';
import { type ExpectInput, MODEL_EXPECTATIONS, NOT_IN_VARIANTS, type SweepInput, type VariantInput } from './schema/comparison';
import type { FileInput } from './schema/file';
import type { OptimizerInput } from './schema/optimizers';
import { withValue } from './variants';

/** Unknown labels of one file for which a near one is looked for. */
const MOST_HINTS = 20;
/** Labels that a sentence lists. */
const MOST_LABELS = 12;

function quoted(labels: readonly string[]): string {
  const shown = labels.slice(0, MOST_LABELS).map((each) => `"${each}"`).join(', ');
  return labels.length > MOST_LABELS ? `${shown}, …` : shown;
}

/** Labels of variants must differ. */
export function checkVariantLabels(variants: readonly VariantInput[]): Finding[] {
  const seen = new Map<string, number>();
  const taken = new Set(variants.map((variant) => variant.label));
  return variants.flatMap(({ label }, index) => {
    const first = seen.get(label);
    seen.set(label, first ?? index);
    if (first === undefined) return [];
    return [errorAt(['variants', index, 'label'], 'duplicateLabel', l10n.t('Variant {0} has the label "{1}" already; labels must differ.', first + 1, label), { suggestion: freeName(label, taken) })];
  });
}

/**
 * What is expected must be of something that is there.
 * @param expect null for an entry whose shape is wrong already.
 * @param optimizerLabels labels of each variant's optimizers.
 * @param dimension of the objective (the largest of all variants); null for a model.
 */
export function checkExpectations(expect: readonly (ExpectInput | null)[], optimizerLabels: readonly string[], variantLabels: readonly string[], dimension: number | null): Finding[] {
  const near = new Map<string, string | undefined>();
  return expect.flatMap((entry, index) => {
    if (entry === null) return [];
    const path = ['expect', index];
    const findings: Finding[] = [];
    const check = (name: 'optimizer' | 'variant', labels: readonly string[]): void => {
      const label = entry[name];
      if (label === undefined || labels.includes(label)) return;
      if (!near.has(label)) near.set(label, near.size < MOST_HINTS ? nearest(label, labels) : undefined);
      const suggestion = near.get(label);
      const none = name === 'optimizer' ? l10n.t('No optimizer has the label "{0}".', label) : l10n.t('No variant has the label "{0}".', label);
      const hint = suggestion ? ` ${l10n.t('Did you mean "{0}"?', suggestion)}` : labels.length > 0 ? ` ${l10n.t('There are: {0}.', quoted(labels))}` : '';
      findings.push(errorAt([...path, name], 'unknownLabel', none + hint, { suggestion }));
    };
    check('optimizer', optimizerLabels);
    check('variant', variantLabels);
    const conditions = Object.keys(entry).filter((name) => name !== 'optimizer' && name !== 'variant');
    if (conditions.length === 0) findings.push(errorAt(path, 'missing', l10n.t('This expects nothing: add a condition, such as "verdict": "converged" or "loss": "< 1e-6".'), { key: true }));
    if (dimension !== null) {
      for (const name of conditions) {
        if (MODEL_EXPECTATIONS.includes(name)) findings.push(errorAt([...path, name], 'wrongKind', l10n.t('"{0}" belongs to a model; this file has an objective.', name), { key: true }));
      }
      const length = entry.parameters?.[0].length;
      if (length !== undefined && length !== dimension) findings.push(errorAt([...path, 'parameters', 0], 'wrongLength', l10n.t('The point has {0} values; the objective has {1} variables.', length, dimension)));
    } else {
      for (const name of ['criticalPoint'] as const) {
        if (entry[name] !== undefined) findings.push(errorAt([...path, name], 'wrongKind', l10n.t('"{0}" belongs to an objective; this file has a model.', name), { key: true }));
      }
    }
    return findings;
  });
}

/** A sweep's fields and the first and last of its values, as each optimizer would have them. */
export function checkSweep(sweep: SweepInput, file: FileInput, validate: (value: unknown) => readonly Finding[]): Finding[] {
  const findings: Finding[] = [];
  const swept = Object.entries(sweep).filter(([name]) => name !== 'refine' && name !== 'metric');
  if (swept.length === 0) findings.push(errorAt(['sweep'], 'missing', l10n.t('A sweep needs a field to try values of, such as "learningRate": [0.001, 0.01, 0.1].'), { key: true }));
  for (const [name, values] of swept) {
    const path = ['sweep', name];
    if (Array.isArray(values)) {
      if (values.some((value) => typeof value !== 'number') && (sweep.refine ?? 0) > 0) findings.push(errorAt([...path], 'conflict', l10n.t('Only numbers can be refined between.')));
    } else if ((values as { factor: number; count: number }).factor === 1 && (values as { count: number }).count > 1) {
      findings.push(errorAt([...path, 'factor'], 'outOfRange', l10n.t('A factor of 1 gives the same value again and again.')));
      continue;
    }
    const targets = name.startsWith('/') ? [name] : (file.optimizers as OptimizerInput[]).map((_, index) => `/optimizers/${index}/${name}`);
    const pointer = fromPointer(targets[0]);
    if (!pointer || (name.startsWith('/') && NOT_IN_VARIANTS.includes(pointer[0]))) {
      findings.push(errorAt(path, 'pointer', l10n.t('A sweep cannot set "{0}".', name), { key: true }));
      continue;
    }
    if (!name.startsWith('/')) {
      const known = new Set([...OPTIMIZERS.values()].flatMap((info) => info.fields.map((field) => field.name)));
      if (!known.has(name)) {
        const suggestion = nearest(name, [...known, 'refine', 'metric']);
        findings.push(errorAt(path, 'unknownKey', [l10n.t('No optimizer has a field "{0}".', name), suggestion ? l10n.t('Did you mean "{0}"?', suggestion) : ''].join(' ').trim(), { key: true, suggestion }));
        continue;
      }
    }
    const list = valuesOf(values as SweptValues);
    for (const value of new Set([list[0], list[list.length - 1]])) {
      let changed: unknown = { ...file, sweep: undefined, variants: undefined, expect: undefined };
      delete (changed as Record<string, unknown>).sweep;
      delete (changed as Record<string, unknown>).variants;
      delete (changed as Record<string, unknown>).expect;
      let failed: string | null = null;
      for (const target of targets) {
        const written = withValue(changed, resolvePath(changed, target)!, value);
        changed = written.value;
        failed ??= written.failed;
      }
      if (failed !== null) {
        findings.push(errorAt(path, 'pointer', failed, { key: true }));
        break;
      }
      const wrong = validate(changed).find((finding) => finding.severity === 'error');
      if (wrong) {
        findings.push(errorAt(path, wrong.code, wrong.message, { key: true }));
        break;
      }
    }
  }
  return findings;
}

export type SweptValues = readonly unknown[] | { readonly from: number; readonly factor: number; readonly count: number };

/** Digits of a value that was multiplied up: what the last bits add would stand in the file once the value is used. */
const DIGITS = 12;

/** The values that a sweep tries first. */
export function valuesOf(swept: SweptValues): readonly unknown[] {
  if (!('from' in swept)) return swept;
  const { from, factor, count } = swept;
  return Array.from({ length: count }, (_, i) => Number((from * factor ** i).toPrecision(DIGITS)));
}

/** All labels of optimizers, of the file or of any variant. */
export function labelsIn(values: readonly { readonly optimizers: readonly OptimizerInput[] }[]): string[] {
  return [...new Set(values.flatMap(({ optimizers }) => labelsOf(optimizers)))];
}
