import { compileExpression, type InlineExpression } from '../expression/compile';
import { describe, type Description } from '../expression/describe';
import { parseExpression } from '../expression/parse';
import { builtinExpression, builtinInfo, builtinVariables, DEFAULT_CONDITION } from './builtins';
import type { FormulaObjective, KnownMinimum, Segment } from './objective';
import type { BuiltinSpec, ObjectiveSpec } from './spec';

/** What people are shown of an objective; nothing is compiled for it. */
export interface ObjectiveDescription extends Description {
  readonly domain: readonly (readonly [number, number])[] | null;
  readonly minima: readonly KnownMinimum[];
  readonly start: readonly number[] | null;
}

/** A built-in of more variables is shown as its sum. */
const MOST_TERMS = 3;
/** A built-in of more variables has no expression to show as text either. */
const MOST_TEXT_TERMS = 10;

interface Functions {
  value(theta: Float64Array): number;
  valueAndGradient(theta: Float64Array, gradient: Float64Array): number;
  hessianVector(theta: Float64Array, v: Float64Array, out: Float64Array): void;
  readonly inline?: InlineExpression;
}

/**
 * Compiles what a trial minimizes. `goal` and `gradientNoise` are the run's business: the objective stays as it is written.
 * @throws ExpressionError where an expression is not one of the format; Error for an unknown built-in or a wrong dimension.
 */
export function compileObjective(spec: ObjectiveSpec): FormulaObjective {
  const { functions, variables } = compileFunction(spec);
  const dimension = variables.length;
  const segments: readonly Segment[] = [{ name: 'x', offset: 0, shape: [dimension] }];
  let described: ObjectiveDescription | undefined;
  const description = () => (described ??= describeObjective(spec));
  return {
    dimension,
    segments,
    variables,
    evaluate: (theta, gradientOut) => (gradientOut ? functions.valueAndGradient(theta, gradientOut) : functions.value(theta)),
    hessianVector: (theta, v, out) => functions.hessianVector(theta, v, out),
    inline: functions.inline,
    domain: domainOf(spec),
    minima: minimaOf(spec, (at) => functions.value(Float64Array.from(at))),
    start: startOf(spec),
    // A worker that only runs never asks for these.
    get latex() { return description().latex; },
    get gradientLatex() { return description().gradientLatex; },
    get text() { return description().text; },
    get gradientText() { return description().gradientText; },
  };
}

function compileFunction(spec: ObjectiveSpec): { readonly functions: Functions; readonly variables: readonly string[] } {
  if (spec.function.kind === 'function') {
    const variables = variablesOf(spec.function);
    const { name, condition = DEFAULT_CONDITION } = spec.function;
    const { family } = builtinInfo(name);
    if (family) return { functions: family(variables.length, condition), variables };
    return { functions: compileExpression(parseExpression(builtinExpression(spec.function)).root, variables, new Map()), variables };
  }
  const constants = new Map(Object.entries(spec.function.constants));
  const { root, variables } = parseExpression(spec.function.expression, constants);
  return { functions: compileExpression(root, variables, constants), variables };
}

function variablesOf({ name, dimension }: BuiltinSpec): string[] {
  const fixed = builtinInfo(name).dimension;
  if (!Number.isInteger(dimension) || dimension < 1 || (fixed !== null && fixed !== dimension)) throw new Error(`${name} has no dimension ${dimension}`);
  return builtinVariables(dimension);
}

/**
 * The formula, its gradient and what is known of an objective.
 * @throws as compileObjective.
 */
export function describeObjective(spec: ObjectiveSpec): ObjectiveDescription {
  const known = { domain: domainOf(spec), start: startOf(spec), minima: minimaOf(spec, (at) => compileFunction(spec).functions.value(Float64Array.from(at))) };
  if (spec.function.kind === 'expression') return { ...describeExpression(spec.function.expression, new Map(Object.entries(spec.function.constants))), ...known };
  const variables = variablesOf(spec.function);
  const { series } = builtinInfo(spec.function.name);
  if (series && variables.length > MOST_TEXT_TERMS) return { variables, latex: series.latex, text: series.text, gradientLatex: null, gradientText: null, ...known };
  const description = describe(parseExpression(builtinExpression(spec.function)).root, variables);
  return series && variables.length > MOST_TERMS ? { ...description, latex: series.latex, ...known } : { ...description, ...known };
}

/**
 * An expression and its gradient as LaTeX and as text, without compiling it.
 * @throws ExpressionError
 */
export function describeExpression(text: string, constants: ReadonlyMap<string, number>): Description {
  const { root, variables } = parseExpression(text, constants);
  return describe(root, variables);
}

function domainOf(spec: ObjectiveSpec): readonly (readonly [number, number])[] | null {
  if (spec.view) return spec.view;
  return spec.function.kind === 'function' ? builtinInfo(spec.function.name).domain(spec.function.dimension) : null;
}

function startOf({ function: f }: ObjectiveSpec): readonly number[] | null {
  return f.kind === 'function' ? builtinInfo(f.name).start(f.dimension, f.condition ?? DEFAULT_CONDITION) : null;
}

/** A built-in's own minima and the declared ones. */
function minimaOf(spec: ObjectiveSpec, valueAt: (at: readonly number[]) => number): KnownMinimum[] {
  const own = spec.function.kind === 'function' ? builtinInfo(spec.function.name).minima(spec.function.dimension) : [];
  return [...own, ...spec.minima.map(({ at, value }) => ({ at, value: value ?? valueAt(at) }))];
}

