import type { PointerEdit } from './experiment';
import { startAndVariables } from './objective';
import { isIndex, resolvePath, toPointer, valueAtPath } from './pointer';
import { applyVariant } from './variants';

/**
 * The edit in the form that stands in the file: a point is written by names where the file names its variables, in their order where
 * it lists them; a coordinate's index or name is turned into the other; a second start makes a list of the only one.
 * @param value the file's value before the edit.
 */
export function adaptEdit(value: unknown, edit: PointerEdit): readonly PointerEdit[] {
  const path = resolvePath(value, edit.path);
  const found = path && perVariable(value, path);
  if (!found || edit.value === undefined) return [edit];
  const { place, rest, objective } = found;
  const { variables, start } = startAndVariables(objective);
  if (variables.length === 0) return [edit];
  const at = (...segments: readonly (string | number)[]): string => toPointer([...place, ...segments]);
  const current = valueAtPath(value, place);
  const wanted = edit.value;

  if (found.name === 'start' && isPointList(wanted)) {
    const model = isPointList(current) ? current[0] : current;
    return [{ path: edit.path, value: wanted.map((point) => like(point, model, variables)) }];
  }
  if (found.name === 'start' && isPointList(current)) {
    const point = current[Number(rest[0] ?? 0)] ?? current[0];
    // One point for a list of them moves the first; the others are somebody's work.
    if (rest.length === 0 && typeof wanted === 'object') return [{ path: at(0), value: like(wanted, point, variables) }];
    if (rest.length < 2) return [{ path: edit.path, value: like(wanted, point, variables) }];
    return [{ path: at(rest[0], coordinate(rest[1], point, variables), ...rest.slice(2)), value: wanted }];
  }
  if (rest.length === 0) return [{ path: edit.path, value: like(wanted, current, variables) }];
  if (current === undefined) {
    // A built-in's usual start is nowhere in the file: a change of one coordinate writes the whole point.
    const index = isIndex(rest[0]) ? Number(rest[0]) : variables.indexOf(rest[0]);
    if (typeof wanted === 'number' && start && index >= 0 && index < start.length && found.name === 'start') return [{ path: at(), value: start.with(index, wanted) }];
    return [{ path: typeof wanted === 'object' && rest[0] === '0' ? at() : edit.path, value: wanted }];
  }
  const isPoint = typeof wanted === 'object' && wanted !== null && found.name === 'start';
  if (isPoint && rest.length === 1 && rest[0] === '-') return [{ path: at(), value: [current, like(wanted, current, variables)] }];
  if (isPoint && rest.length === 1 && isIndex(rest[0])) {
    return [{ path: at(), value: rest[0] === '0' ? like(wanted, current, variables) : [current, like(wanted, current, variables)] }];
  }
  return [{ path: at(coordinate(rest[0], current, variables), ...rest.slice(1)), value: wanted }];
}

interface PerVariable {
  readonly name: 'start' | 'view';
  /** The path of the start or view itself, an override of a variant included. */
  readonly place: readonly string[];
  readonly rest: readonly string[];
  readonly objective: unknown;
}

function perVariable(value: unknown, path: readonly string[]): PerVariable | null {
  const of = (logical: readonly string[], place: readonly string[], objective: unknown): PerVariable | null => {
    const [, name, ...rest] = logical;
    return logical[0] === 'objective' && (name === 'start' || name === 'view') ? { name, place, rest, objective } : null;
  };
  if (path[0] === 'objective') return of(path, path.slice(0, 2), valueAtPath(value, ['objective']));
  if (path[0] !== 'variants' || path[2] !== 'set' || path.length < 4) return null;
  const overridden = resolvePath(value, path[3]);
  // An override within a point names its coordinate itself.
  if (!overridden || overridden.length > 2) return null;
  const variant = valueAtPath(value, path.slice(0, 2)) as { readonly label: string; readonly set: Record<string, unknown> } | undefined;
  if (typeof variant?.set !== 'object' || variant.set === null) return null;
  const applied = applyVariant(value as Record<string, unknown>, variant, Number(path[1]));
  const inner = 2 - overridden.length;
  return of([...overridden, ...path.slice(4)], path.slice(0, 4 + inner), valueAtPath(applied.value, ['objective']));
}

/** A list of starts, against one point by the order of its variables. */
function isPointList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null;
}

/** One value a variable, in the form of another such: by names or in their order. */
function like(wanted: unknown, model: unknown, variables: readonly string[]): unknown {
  if (typeof model !== 'object' || model === null || typeof wanted !== 'object' || wanted === null) return wanted;
  if (!Array.isArray(model) && Array.isArray(wanted) && wanted.length === variables.length) return Object.fromEntries(variables.map((name, i) => [name, wanted[i]]));
  if (Array.isArray(model) && !Array.isArray(wanted) && variables.every((name) => Object.hasOwn(wanted, name))) return variables.map((name) => (wanted as Record<string, unknown>)[name]);
  return wanted;
}

/** A variable's index where the point is a list, its name where it names them. */
function coordinate(segment: string, point: unknown, variables: readonly string[]): string {
  const isList = Array.isArray(point);
  if (isList && !isIndex(segment) && variables.includes(segment)) return String(variables.indexOf(segment));
  if (!isList && typeof point === 'object' && point !== null && isIndex(segment) && !Object.hasOwn(point, segment)) return variables[Number(segment)] ?? segment;
  return segment;
}
