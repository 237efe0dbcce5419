import * as l10n from '@vscode/l10n';
import { ExpressionError } from '../core/expression/errors';
import { type Expression, children } from '../core/expression/expression';
import { BUILTIN_CONSTANTS, FUNCTION_ARITY, FUNCTION_NAMES } from '../core/expression/functions';
import { type ParsedExpression, parseExpression } from '../core/expression/parse';
import { BUILTINS, DEFAULT_CONDITION } from '../core/objectives/builtins';
import { compileObjective } from '../core/objectives/formula';
import type { FormulaObjective } from '../core/objectives/objective';
import type { BuiltinSpec, DeclaredMinimum, ExpressionSpec, ObjectiveSpec } from '../core/objectives/spec';
import type { ExperimentObjective } from './experiment';
import { expressionSentence, reservedName } from './expressionSentence';
import { type Finding, errorAt, hasErrors, warningAt } from './finding';
import { nearest } from './nearest';
import type { PathSegment } from './pointer';
import { DEFAULTS } from './schema/defaults';
import type { ObjectiveInput } from './schema/objective';
import { describe, shortNumber } from './schemaFindings';

type Named = Readonly<Record<string, unknown>>;
type Point = Named | readonly unknown[];

export interface CheckedObjective {
  readonly findings: readonly Finding[];
  /** null where there is an error. */
  readonly objective: ExperimentObjective | null;
}

/** Declared minima that differ from the formula by more than this (relative to max(1, |f|)) are worth a word. */
const VALUE_TOLERANCE = 1e-4;
/** Sentences name at most so many coordinates. */
const MOST_COORDINATES = 4;

/**
 * What the schema alone cannot say of an objective, and what it resolves to.
 * @param input of the right shape already.
 */
export function checkObjective(input: ObjectiveInput): CheckedObjective {
  const findings: Finding[] = [];
  const target = input.expression !== undefined ? expressionTarget(input, findings) : builtinTarget(input, findings);
  if (input.expression !== undefined && input.function !== undefined) {
    findings.push(errorAt(['objective', 'function'], 'conflict', l10n.t('An objective has either an "expression" or a "function", not both.'), { key: true }));
  }
  if (!target) return { findings, objective: null };
  const { compiled, variables, spec, tree } = target;
  const starts = readStarts(input, target, findings);
  const view = input.view === undefined ? null : readView(input.view, target, findings);
  const minima = readMinima(input, target, findings);
  if (hasErrors(findings)) return { findings, objective: null };
  for (const start of starts) {
    const finding = finiteAt(compiled, start.point, variables, start.path);
    if (finding) findings.push(finding);
  }
  if (tree && input.constants) findings.push(...unusedConstants(tree.root, input.constants));
  const resolved: ObjectiveSpec = {
    function: spec, goal: input.goal ?? DEFAULTS.goal, view, minima: minima.map(({ minimum }) => minimum), gradientNoise: input.gradientNoise ?? DEFAULTS.gradientNoise,
  };
  findings.push(...minima.flatMap(({ minimum, path }) => declaredValue(compiled, minimum, path)));
  return { findings, objective: hasErrors(findings) ? null : { spec: resolved, variables, starts: starts.map(({ point }) => point) } };
}

interface Target {
  readonly compiled: FormulaObjective;
  readonly variables: readonly string[];
  readonly spec: ExpressionSpec | BuiltinSpec;
  /** Of an expression. */
  readonly tree: ParsedExpression | null;
}

function expressionTarget(input: ObjectiveInput, findings: Finding[]): Target | null {
  const at = (...path: PathSegment[]): PathSegment[] => ['objective', ...path];
  for (const name of ['dimension', 'condition'] as const) {
    if (input[name] !== undefined) findings.push(errorAt(at(name), 'unusedField', l10n.t('"{0}" belongs to a built-in function; a formula has the variables that stand in it.', name), { key: true }));
  }
  const constants = new Map(Object.entries(input.constants ?? {}));
  for (const name of constants.keys()) {
    if (FUNCTION_ARITY.has(name) || BUILTIN_CONSTANTS.has(name) || name === 'π') findings.push(errorAt(at('constants', name), 'reservedName', reservedName(name), { key: true }));
    else if (!/^[\p{L}_][\p{L}\p{M}\p{Nd}_]*$/u.test(name) || name === '__proto__') findings.push(errorAt(at('constants', name), 'invalidName', l10n.t('{0} cannot be a name in a formula: use letters, digits and _, and begin with a letter.', describe(name)), { key: true }));
  }
  if (hasErrors(findings)) return null;
  const expression = input.expression!;
  try {
    const tree = parseExpression(expression, constants);
    const spec: ExpressionSpec = { kind: 'expression', expression, constants: input.constants ?? {} };
    return { compiled: compile(spec), variables: tree.variables, spec, tree };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, suggestion } = expressionSentence(error.problem);
    findings.push(errorAt(at('expression'), `expression.${error.code}`, message, { within: { offset: error.offset, length: error.length }, suggestion }));
    return null;
  }
}

function builtinTarget(input: ObjectiveInput, findings: Finding[]): Target | null {
  const at = (name: string): PathSegment[] => ['objective', name];
  if (input.function === undefined) {
    findings.push(errorAt(['objective'], 'missing', l10n.t('An objective needs an "expression", such as "x^2 + 10y^2", or a built-in "function", such as "rosenbrock".'), { key: true }));
    return null;
  }
  if (input.constants !== undefined) findings.push(errorAt(at('constants'), 'unusedField', l10n.t('"{0}" belongs to an expression.', 'constants'), { key: true }));
  const info = BUILTINS.get(input.function)!;
  if (input.condition !== undefined && input.function !== 'quadratic') findings.push(errorAt(at('condition'), 'unusedField', l10n.t('Only "quadratic" has a "condition".'), { key: true }));
  const { dimension } = input;
  if (info.dimension !== null && dimension !== undefined && dimension !== info.dimension) {
    findings.push(errorAt(at('dimension'), 'outOfRange', l10n.t('{0} has {1} variable(s); leave "dimension" out.', input.function, info.dimension)));
    return null;
  }
  const spec: BuiltinSpec = {
    kind: 'function', name: input.function, dimension: info.dimension ?? dimension ?? 2,
    ...(input.function === 'quadratic' ? { condition: input.condition ?? DEFAULT_CONDITION } : {}),
  };
  if (hasErrors(findings)) return null;
  const compiled = compile(spec);
  return { compiled, variables: compiled.variables, spec, tree: null };
}

/** Compiled objectives of late: while a start or a rate is dragged the formula stays the same. */
const compiledOfLate = new Map<string, FormulaObjective>();
const MOST_COMPILED = 16;

function compile(spec: ExpressionSpec | BuiltinSpec): FormulaObjective {
  const key = JSON.stringify(spec);
  const known = compiledOfLate.get(key);
  compiledOfLate.delete(key);
  const compiled = known ?? compileObjective({ function: spec, goal: 'minimize', view: null, minima: [], gradientNoise: 0 });
  compiledOfLate.set(key, compiled);
  if (compiledOfLate.size > MOST_COMPILED) compiledOfLate.delete(compiledOfLate.keys().next().value!);
  return compiled;
}

function isPoint(value: unknown): value is Point {
  return typeof value === 'object' && value !== null && (!Array.isArray(value) || value.length === 0 || typeof value[0] !== 'object');
}

interface Start {
  readonly point: readonly number[];
  readonly path: readonly PathSegment[];
}

function readStarts(input: ObjectiveInput, target: Target, findings: Finding[]): Start[] {
  const { start } = input;
  if (start === undefined) {
    if (target.compiled.start) return [{ point: target.compiled.start, path: ['objective', 'function'] }];
    findings.push(errorAt(['objective'], 'missing', l10n.t('The objective needs a "start": a value for each of {0}.', listed(target.variables)), { key: true }));
    return [];
  }
  const points: readonly { readonly value: Point; readonly path: readonly PathSegment[] }[] = isPoint(start)
    ? [{ value: start, path: ['objective', 'start'] }]
    : (start as readonly Point[]).map((value, i) => ({ value, path: ['objective', 'start', i] }));
  findings.push(...undefinedVariables(points.map(({ value }) => value), target));
  const undefinedNames = new Set(hasErrors(findings) ? target.variables.filter((name) => points.every(({ value }) => !Array.isArray(value) && !Object.hasOwn(value, name))) : []);
  return points.flatMap(({ value, path }) => {
    const point = readPoint(value, path, target, findings, undefinedNames) as readonly number[] | null;
    return point ? [{ point, path }] : [];
  });
}

/** Variables that no start names: the formula is at fault as likely as the start, and there the name can be seen. */
function undefinedVariables(points: readonly Point[], target: Target): Finding[] {
  if (!target.tree || points.some(Array.isArray)) return [];
  const named = new Set(points.flatMap((point) => Object.keys(point)));
  const places = firstPlaces(target.tree.root);
  return target.variables.filter((name) => !named.has(name)).map((name) => {
    const unused = [...named].filter((other) => !target.variables.includes(other));
    const suggestion = nearest(name, [...unused, ...FUNCTION_NAMES, ...BUILTIN_CONSTANTS.keys()]) ?? nearest(name, [...named].filter((other) => other.length > 1));
    const message = l10n.t('The variable "{0}" has no value: give it one in "start", or in "constants" if it is a constant.', name);
    return errorAt(['objective', 'expression'], 'undefinedVariable', suggestion ? `${message} ${l10n.t('Did you mean "{0}"?', suggestion)}` : message, { within: places.get(name), suggestion });
  });
}

function firstPlaces(root: Expression): Map<string, { readonly offset: number; readonly length: number }> {
  const places = new Map<string, { readonly offset: number; readonly length: number }>();
  const visit = (node: Expression): void => {
    if (node.kind === 'variable' && node.length > 0) {
      const known = places.get(node.name);
      if (!known || node.offset < known.offset) places.set(node.name, { offset: node.offset, length: node.length });
    }
    for (const child of children(node)) visit(child);
  };
  visit(root);
  return places;
}

/** One value a variable, from names or a list; null (with findings) where it does not fit. */
function readPoint(value: Point, path: readonly PathSegment[], { variables }: Target, findings: Finding[], told: ReadonlySet<string> = new Set()): readonly unknown[] | null {
  const before = findings.length;
  if (Array.isArray(value)) {
    if (value.length === variables.length) return value;
    const several = variables.length === 1 && value.length > 1 ? ` ${l10n.t('For several points write a list of lists, such as {0}.', `[${value.map((item) => `[${String(item)}]`).join(', ')}]`)}` : '';
    findings.push(errorAt(path, 'wrongLength', l10n.t('{0} value(s) stand here; the objective has {1}: {2}.', value.length, variables.length, listed(variables)) + several));
    return null;
  }
  const named = value as Named;
  for (const name of Object.keys(named)) {
    if (variables.includes(name)) continue;
    const free = variables.filter((other) => !Object.hasOwn(named, other));
    const suggestion = nearest(name, free) ?? (free.length === 1 ? free[0] : undefined);
    const hint = suggestion ? l10n.t('Did you mean "{0}"?', suggestion) : l10n.t('Its variables: {0}.', listed(variables));
    findings.push(errorAt([...path, name], 'unknownVariable', `${l10n.t('The objective has no variable "{0}".', name)} ${hint}`, { key: true, suggestion }));
  }
  const missing = variables.filter((name) => !Object.hasOwn(named, name) && !told.has(name));
  if (missing.length > 0) findings.push(errorAt(path, 'missing', l10n.t('A value for {0} is missing.', listed(missing)), { key: true }));
  return findings.length > before || told.size > 0 ? null : variables.map((name) => named[name]);
}

function readView(view: NonNullable<ObjectiveInput['view']>, target: Target, findings: Finding[]): readonly (readonly [number, number])[] | null {
  const path = ['objective', 'view'];
  const ranges = readPoint(view as Point, path, target, findings) as readonly (readonly [number, number])[] | null;
  ranges?.forEach(([low, high], i) => {
    if (low >= high) findings.push(errorAt([...path, Array.isArray(view) ? i : target.variables[i]], 'outOfRange', l10n.t('The range must rise: {0} is not below {1}.', shortNumber(low), shortNumber(high))));
  });
  return ranges;
}

function readMinima(input: ObjectiveInput, target: Target, findings: Finding[]): { readonly minimum: DeclaredMinimum; readonly path: readonly PathSegment[] }[] {
  if (input.minimum === undefined) return [];
  const entries = Array.isArray(input.minimum) ? input.minimum.map((entry, i) => ({ entry, path: ['objective', 'minimum', i] })) : [{ entry: input.minimum, path: ['objective', 'minimum'] }];
  return entries.flatMap(({ entry, path }) => {
    const at = readPoint(entry.at, [...path, 'at'], target, findings) as readonly number[] | null;
    return at ? [{ minimum: entry.value === undefined ? { at } : { at, value: entry.value }, path }] : [];
  });
}

/** A word where the formula says otherwise than the file. */
function declaredValue(compiled: FormulaObjective, { at, value }: DeclaredMinimum, path: readonly PathSegment[]): Finding[] {
  if (value === undefined) return [];
  const actual = compiled.evaluate(Float64Array.from(at), null);
  if (Math.abs(actual - value) <= VALUE_TOLERANCE * Math.max(1, Math.abs(actual))) return [];
  return [warningAt([...path, 'value'], 'minimumValue', l10n.t('The objective is {0} at this point, not {1}.', said(actual), shortNumber(value)))];
}

/** Runs cannot begin where there is no number to begin with. */
function finiteAt(compiled: FormulaObjective, start: readonly number[], variables: readonly string[], path: readonly PathSegment[]): Finding | null {
  const gradient = new Float64Array(variables.length);
  const value = compiled.evaluate(Float64Array.from(start), gradient);
  const where = coordinates(start, variables);
  if (!Number.isFinite(value)) return errorAt(path, 'notFiniteAtStart', l10n.t('The objective is not finite at the start ({0}): it is {1} there. Start somewhere else.', where, said(value)));
  const bad = gradient.findIndex((each) => !Number.isFinite(each));
  if (bad >= 0) return errorAt(path, 'notFiniteAtStart', l10n.t('The gradient is not finite at the start ({0}): ∂f/∂{1} is {2} there. Start somewhere else.', where, variables[bad], said(gradient[bad])));
  return null;
}

function unusedConstants(root: Expression, constants: Readonly<Record<string, number>>): Finding[] {
  const used = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === 'constant') used.add(node.name);
    for (const child of children(node)) visit(child);
  };
  visit(root);
  return Object.keys(constants).filter((name) => !used.has(name))
    .map((name) => warningAt(['objective', 'constants', name], 'unusedConstant', l10n.t('The constant "{0}" does not stand in the formula.', name), { key: true }));
}

function coordinates(point: readonly number[], variables: readonly string[]): string {
  const parts = point.slice(0, MOST_COORDINATES).map((value, i) => `${variables[i]} = ${shortNumber(value)}`);
  return (point.length > MOST_COORDINATES ? [...parts, '…'] : parts).join(', ');
}

function listed(names: readonly string[]): string {
  return names.length > 10 ? `${names.slice(0, 10).join(', ')}, …` : names.join(', ');
}

function said(value: number): string {
  if (Number.isNaN(value)) return l10n.t('not a number');
  return Number.isFinite(value) ? shortNumber(value) : value > 0 ? l10n.t('infinite') : l10n.t('minus infinity');
}

/**
 * Names of the variables and the usual start of an objective as it stands in a file, whatever else is wrong with it; for edits.
 * @returns no variables where the objective cannot be read.
 */
export function startAndVariables(objective: unknown): { readonly variables: readonly string[]; readonly start: readonly number[] | null } {
  const input = (typeof objective === 'object' && objective !== null ? objective : {}) as Partial<ObjectiveInput>;
  try {
    const constants = typeof input.constants === 'object' ? input.constants : {};
    if (typeof input.expression === 'string') return { variables: parseExpression(input.expression, new Map(Object.entries(constants))).variables, start: null };
    const target = typeof input.function === 'string' && BUILTINS.has(input.function) ? builtinTarget(input as ObjectiveInput, []) : null;
    if (target) return { variables: target.variables, start: target.compiled.start };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
  }
  return { variables: [], start: null };
}
