import * as l10n from '@vscode/l10n';
import { type Finding, errorAt } from './finding';
import { nearest } from './nearest';
import { type PathSegment, escapeSegment, fromPointer, isIndex, resolvePath, toPointer, valueAt, valueAtPath } from './pointer';
import { NOT_IN_VARIANTS, type VariantInput } from './schema/comparison';
import { describe } from './schemaFindings';

export interface AppliedVariant {
  /** The file's value with the overrides in place, without what is about the whole file. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  /** Where a place of the value comes from in the file. */
  readonly origin: (path: readonly PathSegment[]) => readonly PathSegment[];
}

interface Override {
  readonly key: string;
  readonly path: readonly string[];
}

/**
 * The file as one variant has it.
 * @param file the file's value, of the right shape.
 */
export function applyVariant(file: Readonly<Record<string, unknown>>, variant: VariantInput, index: number): AppliedVariant {
  const findings: Finding[] = [];
  const overrides: Override[] = [];
  const kept = Object.entries(file).filter(([name]) => !['variants', 'sweep', 'expect'].includes(name));
  let value: unknown = structuredClone(Object.fromEntries(kept));
  for (const [key, replacement] of Object.entries(variant.set)) {
    const at = ['variants', index, 'set', key];
    const problem = refuse(file, key, at);
    if (problem) {
      findings.push(problem);
      continue;
    }
    const path = resolvePath(value, key)!;
    const written = withValue(value, path, structuredClone(replacement));
    if (written.failed !== null) {
      findings.push(errorAt(at, 'pointer', written.failed, { key: true }));
      continue;
    }
    value = written.value;
    overrides.push({ key, path: path.map((segment, i) => (segment === '-' ? String((valueAtPath(value, path.slice(0, i)) as unknown[]).length - 1) : segment)) });
  }
  return { value: value as Record<string, unknown>, findings, origin: (path) => originOf(path, overrides, index) };
}

function refuse(file: Readonly<Record<string, unknown>>, key: string, at: readonly PathSegment[]): Finding | null {
  const path = fromPointer(key);
  if (!path || path.length === 0) {
    const fixed = `/${key.replace(/\./g, '/')}`;
    const suggestion = key !== '' && !key.startsWith('/') && Object.hasOwn(file, fixed.split('/')[1]) ? fixed : undefined;
    return errorAt(at, 'pointer', l10n.t('"{0}" is not a place: write a JSON Pointer that begins with "/", such as "/optimizers/0/learningRate".', key), { key: true, suggestion });
  }
  if (NOT_IN_VARIANTS.includes(path[0])) return errorAt(at, 'pointer', l10n.t('A variant cannot set "{0}": it belongs to the whole file.', path[0]), { key: true });
  return null;
}

/** A copy-on-write assignment that creates missing objects on its way. `failed` says why it is impossible. */
export function withValue(value: unknown, path: readonly string[], replacement: unknown): { readonly value: unknown; readonly failed: string | null } {
  if (path.length === 0) return { value: replacement, failed: null };
  const [key, ...rest] = path;
  if (Array.isArray(value)) {
    const index = key === '-' ? value.length : Number(key);
    if (key !== '-' && (!isIndex(key) || index > value.length - 1)) {
      const names = value.flatMap((item) => {
        const name = valueAtPath(item, ['label']) ?? valueAtPath(item, ['name']);
        return typeof name === 'string' ? [name] : [];
      });
      const suggestion = isIndex(key) ? undefined : nearest(key, names);
      const first = isIndex(key)
        ? l10n.t('There is no item {0}: the list has {1}, counted from 0.', key, value.length)
        : l10n.t('There is no item "{0}" in the list.', key);
      return { value, failed: suggestion ? `${first} ${l10n.t('Did you mean "{0}"?', suggestion)}` : first };
    }
    const inner = withValue(value[index], rest, replacement);
    return inner.failed === null ? { value: value.toSpliced(index, key === '-' ? 0 : 1, inner.value), failed: null } : inner;
  }
  if (value === null || typeof value === 'object' || value === undefined) {
    const object = value ?? {};
    const inner = withValue(Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined, rest, replacement);
    if (inner.failed !== null) return inner;
    const copy = { ...object };
    Object.defineProperty(copy, key, { value: inner.value, enumerable: true, configurable: true, writable: true });
    return { value: copy, failed: null };
  }
  return { value, failed: l10n.t('There is no place "{0}" inside {1}.', key, describe(value)) };
}

/** A place in a variant's value → the override it stems from, else the variant's longest related override. */
function originOf(path: readonly PathSegment[], overrides: readonly Override[], index: number): readonly PathSegment[] {
  const inside = overrides.findLast((override) => override.path.length <= path.length && override.path.every((segment, i) => segment === String(path[i])));
  const at = (override: Override): PathSegment[] => ['variants', index, 'set', override.key];
  if (inside) return [...at(inside), ...path.slice(inside.path.length)];
  let best: Override | undefined;
  let shared = -1;
  for (const override of overrides) {
    let common = 0;
    while (common < path.length && common < override.path.length && String(path[common]) === override.path[common]) common++;
    if (common > shared) {
      best = override;
      shared = common;
    }
  }
  return best ? at(best) : ['variants', index, 'label'];
}

/**
 * Where a change must be written so that it counts for a variant: the place itself, or the variant's override of it.
 * @param value the file's value as written.
 * @param variantIndex null: the file itself.
 * @param pointer a place in the file without variants.
 */
export function effectivePointer(value: unknown, variantIndex: number | null, pointer: string): string {
  if (variantIndex === null) return pointer;
  const path = resolvePath(value, pointer);
  const set = valueAtPath(value, ['variants', variantIndex, 'set']);
  if (!path || typeof set !== 'object' || set === null) return pointer;
  const covering = Object.keys(set).findLast((key) => {
    const overridden = resolvePath(value, key);
    return overridden && overridden.length <= path.length && overridden.every((segment, i) => segment === path[i]);
  });
  if (covering === undefined) return pointer;
  const rest = path.slice(resolvePath(value, covering)!.length);
  return `/variants/${variantIndex}/set/${escapeSegment(covering)}${toPointer(rest)}`;
}

/**
 * Where a remedy's value is written in the file: among several variants in the run's own, so that the others stay what they are; of
 * several starts the run's own.
 * @param path the remedy's, without variants.
 */
export function remedyPointer(value: unknown, trial: { readonly variantIndex: number | null; readonly startIndex: number }, path: string): string {
  const { variantIndex, startIndex } = trial;
  const start = path === '/objective/start' ? valueAt(value, effectivePointer(value, variantIndex, path)) : null;
  const place = Array.isArray(start) && typeof start[0] === 'object' && start[0] !== null ? `${path}/${startIndex}` : path;
  const written = effectivePointer(value, variantIndex, place);
  const variants = valueAtPath(value, ['variants']);
  const shared = written === place && variantIndex !== null && Array.isArray(variants) && variants.length > 1;
  return shared ? `/variants/${variantIndex}/set/${escapeSegment(place)}` : written;
}
