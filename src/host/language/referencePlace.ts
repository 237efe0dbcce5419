import { OPTIMIZERS, SCHEDULES } from '../../core/optimizers/catalog';
import { BUILTINS } from '../../core/objectives/builtins';
import { fieldHelp } from '../../format/help';
import { valueAtPath } from '../../format/pointer';
import { VERDICTS } from '../../format/schema/comparison';
import { LOSSES } from '../../format/schema/model';
import type { ReferencePlace } from '../../wording/reference';

/**
 * Where the reference explains a place of a file: the optimizer, schedule, built-in function, layer, loss or verdict that stands there, else the field.
 * @param path segments of the JSON Pointer.
 * @param value the file as read.
 * @returns null where no page knows it.
 */
export function referencePlace(path: readonly string[], value: unknown): ReferencePlace | null {
  return named(path, value) ?? field(path);
}

function named(path: readonly string[], value: unknown): ReferencePlace | null {
  const at = (end: number): unknown => valueAtPath(value, path.slice(0, end));
  const text = (object: unknown, name: string): string => String((object as Readonly<Record<string, unknown>> | null | undefined)?.[name] ?? '');
  if (path[0] === 'objective' && path[1] === 'function') return known('functions', String(at(2)), BUILTINS);
  if (path[0] === 'loss') return known('layers', typeof at(1) === 'string' ? String(at(1)) : text(at(1), 'type'), new Set<string>(LOSSES));
  if (path[0] === 'expect' && path[2] === 'verdict') return known('verdicts', String(at(3)), new Set<string>(VERDICTS));
  if (path[0] === 'model' && path[1] === 'layers' && path.length > 3) {
    const type = text(at(3), 'type');
    return fieldHelp(`layer.${type}`) === '' ? null : { page: 'layers', heading: type };
  }
  if (path[0] !== 'optimizers' || path.length < 3 || path[2] === 'label' || path[2] === 'dialect') return null;
  // A schedule may stand within another: the innermost around the place counts.
  for (let end = path.length - 1; end > 2; end--) {
    const schedule = known('optimizers', text(at(end), 'schedule'), SCHEDULES);
    if (schedule) return schedule;
  }
  return known('optimizers', text(at(2), 'type'), OPTIMIZERS);
}

function known(page: ReferencePlace['page'], name: string, names: { has(name: string): boolean }): ReferencePlace | null {
  return names.has(name) ? { page, heading: name } : null;
}

/** The nearest field around the place that has words of its own. */
function field(path: readonly string[]): ReferencePlace | null {
  const names = path.filter((segment) => !/^\d+$/.test(segment));
  for (let end = names.length; end > 0; end--) {
    const key = names.slice(0, end).join('.');
    if (fieldHelp(key) !== '') return { page: 'format', heading: key };
  }
  return null;
}
