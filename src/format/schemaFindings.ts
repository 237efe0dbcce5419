import * as l10n from '@vscode/l10n';
import type * as z from 'zod';
import { OPTIMIZERS } from '../core/optimizers/catalog';
import { type Finding, errorAt } from './finding';
import { nearest } from './nearest';
import { type PathSegment, valueAtPath } from './pointer';
import { PATTERN } from './schema/common';
import { COMPARED } from './schema/comparison';
import { fileSchema } from './schema/file';

type Issue = z.core.$ZodIssue;

/** A list of valid names longer than this is left to completion. */
const MOST_NAMES = 14;
/** Errors that are explained one by one. */
const MOST_FINDINGS = 100;

/** What the schema finds wrong with a value, as sentences. */
export function schemaFindings(value: unknown): Finding[] {
  let issues: readonly Issue[];
  try {
    const result = fileSchema().safeParse(value, { error: validKeys });
    if (result.success) return [];
    issues = result.error.issues;
  } catch (error) {
    // So many issues in one list overflow the stack of the schema library, which hands them on as arguments.
    if (!(error instanceof RangeError)) throw error;
    return Object.keys(value as object).map((name) => errorAt([name], 'tooMany', l10n.t('The file has more errors than can be told.'), { key: true }));
  }
  const findings: Finding[] = [];
  const parts = new Set<string>();
  // An empty list where text must stand is told of its type alone, not of its length too.
  const mistyped = new Set(issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => JSON.stringify(path)));
  for (const issue of issues) {
    if (issue.code === 'too_small' && mistyped.has(JSON.stringify(issue.path))) continue;
    const path = issue.path as PathSegment[];
    // Beyond what anyone reads it still counts which parts, and which expectations, are broken.
    const part = JSON.stringify(path.slice(0, 2));
    if (findings.length >= MOST_FINDINGS && parts.has(part)) continue;
    parts.add(part);
    findings.push(...explain(issue, path, value));
  }
  return findings;
}

/** An unknown key's issue does not carry the valid ones: they travel in its message. */
function validKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  const shape = (issue.inst?._zod.def as { readonly shape?: object } | undefined)?.shape;
  return JSON.stringify(Object.keys(shape ?? {}));
}

function explain(issue: Issue, path: readonly PathSegment[], root: unknown): Finding[] {
  const value = valueAtPath(root, path);
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return [missing(path)];
      if (path[0] === 'expect' && path.length === 3 && (COMPARED as readonly PathSegment[]).includes(path[2])) return [condition(path, value)];
      return [errorAt(path, 'wrongType', l10n.t('{0} must be {1}, not {2}.', nameOf(path), typeName(issue.expected), describe(value)))];
    case 'too_small':
    case 'too_big':
      return [outOfRange(issue, path, value)];
    case 'unrecognized_keys':
      return issue.keys.slice(0, MOST_FINDINGS).map((key) => unknownKey(key, path, JSON.parse(issue.message) as string[], root));
    case 'invalid_value':
      if (value === undefined) return [missing(path)];
      return [notOneOf(path, value, issue.values)];
    case 'invalid_union':
      return union(issue, path, root);
    case 'invalid_format':
      if (issue.message === PATTERN.condition) return [condition(path, value)];
      return [errorAt(path, 'unknownName', l10n.t('{0} must be "loss", "validationLoss", "accuracy" or "stepsTo:" with a loss, such as "stepsTo:1e-6".', nameOf(path)))];
    default:
      return [errorAt(path, 'invalid', l10n.t('{0} is not valid.', nameOf(path)))];
  }
}

function condition(path: readonly PathSegment[], value: unknown): Finding {
  return errorAt(path, 'condition', l10n.t('{0} must be a comparison with a number, such as "< 1e-6" or ">= 0.95", not {1}.', nameOf(path), describe(value)));
}

function missing(path: readonly PathSegment[]): Finding {
  const parent = path.slice(0, -1);
  const name = String(path[path.length - 1]);
  const message = parent.length === 0
    ? name === 'gdexp' ? l10n.t('The version of the format is missing: write "gdexp": 1 first.')
      : name === 'optimizers' ? l10n.t('"optimizers" is missing: a list of at least one, such as [{ "type": "sgd", "learningRate": 0.1 }].')
        : l10n.t('"{0}" is missing.', name)
    : l10n.t('{0} needs "{1}".', nameOf(parent), name);
  return errorAt(parent, 'missing', message, { key: true });
}

function outOfRange(issue: Issue & { code: 'too_small' | 'too_big' }, path: readonly PathSegment[], value: unknown): Finding {
  const name = nameOf(path);
  const bound = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  const small = issue.code === 'too_small';
  if (issue.origin === 'array') {
    const message = small
      ? bound === 1 ? l10n.t('{0} must have at least one entry.', name) : l10n.t('{0} must have at least {1} entries.', name, bound)
      : l10n.t('{0} must have at most {1} entries.', name, bound);
    return errorAt(path, 'outOfRange', message);
  }
  if (issue.origin === 'string') return errorAt(path, 'outOfRange', l10n.t('{0} must not be empty.', name));
  const inclusive = issue.inclusive !== false;
  const message = small
    ? inclusive ? l10n.t('{0} must be at least {1}, not {2}.', name, shortNumber(bound), describe(value)) : l10n.t('{0} must be greater than {1}, not {2}.', name, shortNumber(bound), describe(value))
    : inclusive ? l10n.t('{0} must be at most {1}, not {2}.', name, shortNumber(bound), describe(value)) : l10n.t('{0} must be less than {1}, not {2}.', name, shortNumber(bound), describe(value));
  return errorAt(path, 'outOfRange', message);
}

function unknownKey(key: string, path: readonly PathSegment[], valid: readonly string[], root: unknown): Finding {
  const present = valueAtPath(root, path);
  const free = valid.filter((name) => !Object.hasOwn(present as object, name));
  const suggestion = nearest(key, free);
  const place = { key: true, suggestion };
  const type = valueAtPath(present, ['type']);
  const parts: string[] = [];
  if (path[0] === 'optimizers' && typeof type === 'string') {
    parts.push(l10n.t('"{0}" is not a field of {1}.', key, type));
    const owners = [...OPTIMIZERS.values()].filter((info) => info.fields.some((field) => field.name === key)).map((info) => info.type);
    if (!suggestion && owners.length > 0) parts.push(l10n.t('It belongs to {0}.', owners.slice(0, 6).join(', ')));
  } else {
    parts.push(path.length === 0 ? l10n.t('Unknown field "{0}".', key) : l10n.t('Unknown field "{0}" in {1}.', key, nameOf(path)));
  }
  if (suggestion) parts.push(l10n.t('Did you mean "{0}"?', suggestion));
  else if (free.length > 0 && free.length <= MOST_NAMES) parts.push(l10n.t('It may have: {0}.', free.join(', ')));
  return errorAt([...path, key], 'unknownKey', parts.join(' '), place);
}

function notOneOf(path: readonly PathSegment[], value: unknown, values: readonly unknown[]): Finding {
  if (path.length === 1 && path[0] === 'gdexp') return errorAt(path, 'version', l10n.t('This version knows format 1 only: write "gdexp": 1, not {0}.', describe(value)));
  const names = values.filter((candidate) => typeof candidate === 'string');
  if (typeof value !== 'string' || names.length === 0) {
    return errorAt(path, 'wrongType', l10n.t('{0} must be {1}, not {2}.', nameOf(path), oneOf(values), describe(value)));
  }
  const suggestion = nearest(value, names);
  return errorAt(path, 'unknownName', unknownName(path, value, names, suggestion), { suggestion });
}

function unknownName(path: readonly PathSegment[], value: string, names: readonly string[], suggestion: string | undefined): string {
  const first = l10n.t('{0} cannot be {1}.', nameOf(path), describe(value));
  if (suggestion) return `${first} ${l10n.t('Did you mean "{0}"?', suggestion)}`;
  return names.length <= MOST_NAMES ? `${first} ${l10n.t('Use one of: {0}.', names.join(', '))}` : first;
}

function union(issue: Issue & { code: 'invalid_union' }, path: readonly PathSegment[], root: unknown): Finding[] {
  const { discriminator, options } = issue as { readonly discriminator?: string; readonly options?: readonly unknown[] };
  if (discriminator !== undefined) {
    const value = valueAtPath(root, path);
    return [value === undefined ? missing(path) : notOneOf(path, value, options ?? [])];
  }
  const value = valueAtPath(root, path);
  if (value === undefined) return [missing(path)];
  const fitting = issue.errors.filter((branch) => !branch.some((inner) => isMismatch(inner, value)));
  if (fitting.length === 0) {
    const expected = [...new Set(issue.errors.flatMap(expectedOf))];
    return [errorAt(path, 'wrongType', l10n.t('{0} must be {1}, not {2}.', nameOf(path), joinOr(expected), describe(value)))];
  }
  const best = fitting.reduce((a, b) => (b.length < a.length || (b.length === a.length && depthOf(b) > depthOf(a)) ? b : a));
  return best.flatMap((inner) => explain(inner, [...path, ...(inner.path as PathSegment[])], root));
}

/** The branch is about another kind of value than the one that stands there. */
function isMismatch(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type') return !(issue.expected === 'int' && typeof value === 'number');
  if (issue.code === 'invalid_value') return !issue.values.some((candidate) => typeof candidate === typeof value);
  if (issue.code === 'invalid_union' && !('discriminator' in issue)) return issue.errors.every((branch) => branch.some((inner) => isMismatch(inner, value)));
  return false;
}

function expectedOf(branch: readonly Issue[]): string[] {
  const issue = branch.find((candidate) => candidate.path.length === 0);
  if (issue?.code === 'invalid_type') return [typeName(issue.expected)];
  if (issue?.code === 'invalid_value') return [oneOf(issue.values)];
  if (issue?.code === 'invalid_union') return issue.errors.flatMap(expectedOf);
  return [];
}

function depthOf(branch: readonly Issue[]): number {
  return Math.max(0, ...branch.map((issue) => issue.path.length + (issue.code === 'invalid_union' ? Math.max(0, ...issue.errors.map(depthOf)) : 0)));
}

function oneOf(values: readonly unknown[]): string {
  const names = values.map((value) => JSON.stringify(value));
  return names.length <= MOST_NAMES ? joinOr(names) : l10n.t('one of its names');
}

function joinOr(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return l10n.t('{0} or {1}', parts.slice(0, -1).join(', '), parts[parts.length - 1]);
}

function typeName(expected: string): string {
  switch (expected) {
    case 'number': return l10n.t('a number');
    case 'int': return l10n.t('a whole number');
    case 'string': return l10n.t('text in double quotes');
    case 'boolean': return l10n.t('true or false');
    case 'array':
    case 'tuple': return l10n.t('a list […]');
    case 'null': return 'null';
    default: return l10n.t('an object {…}');
  }
}

/** A value as a sentence shows it. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return l10n.t('a list');
  if (value !== null && typeof value === 'object') return l10n.t('an object');
  if (typeof value === 'number') return Number.isFinite(value) ? shortNumber(value) : l10n.t('a number beyond what can be computed with');
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 59)}…"` : text;
}

/** A number in the shortest form that reads back as itself: 0.001, 1e-6, 2000. Whole numbers stay plain below ten millions. */
export function shortNumber(value: number): string {
  const plain = String(value);
  if (!Number.isFinite(value) || value === 0 || (Number.isInteger(value) && Math.abs(value) < 1e7)) return plain;
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = `${mantissa}e${Number(exponent)}`;
  return power.length < plain.length - 1 || plain.includes('e') ? power : plain;
}

/** A place as a sentence names it: "stop", item 2 of "layers". */
export function nameOf(path: readonly PathSegment[]): string {
  if (path.length === 0) return l10n.t('An experiment');
  const last = path[path.length - 1];
  if (typeof last === 'string') return `"${last}"`;
  const list = path.slice(0, -1).findLast((segment) => typeof segment === 'string');
  return l10n.t('Item {0} of "{1}"', last + 1, String(list ?? ''));
}
