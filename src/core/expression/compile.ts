import { ancestors, forward, reverse } from './autodiff';
import type { Expression } from './expression';
import { addExpression, Graph, OP } from './graph';
import { interpret } from './interpret';

/** Value and gradient as code for a loop that keeps the parameters in variables t0, t1, …: generated, like the functions. */
export interface InlineExpression {
  readonly statements: string;
  /** A variable or a number. */
  readonly value: string;
  readonly gradient: readonly string[];
}

/** Value, gradient and Hessian-vector product of one expression. None of them allocates. */
export interface CompiledExpression {
  readonly dimension: number;
  value(theta: Float64Array): number;
  /** The value; `gradient` (shape P) receives the partial derivatives. */
  valueAndGradient(theta: Float64Array, gradient: Float64Array): number;
  /** out ← H(theta)·v. */
  hessianVector(theta: Float64Array, v: Float64Array, out: Float64Array): void;
  /** Absent where code may not be generated. */
  readonly inline?: InlineExpression;
}

/** The three computations as graphs of one: which nodes are the outputs. */
export interface Programs {
  readonly graph: Graph;
  readonly value: number;
  readonly gradient: readonly number[];
  readonly product: readonly number[];
}

export function programs(root: Expression, variables: readonly string[], constants: ReadonlyMap<string, number>): Programs {
  const graph = new Graph();
  const value = addExpression(graph, root, variables, constants);
  const gradient = reverse(graph, value, variables.length);
  return { graph, value, gradient, product: forward(graph, gradient) };
}

/**
 * Compiles an expression to JavaScript functions. Their source holds generated identifiers, number literals and the operations
 * below and nothing of the expression's text. Where the host forbids that (a content security policy), an interpreter computes
 * the same bits, slower.
 */
export function compileExpression(root: Expression, variables: readonly string[], constants: ReadonlyMap<string, number>): CompiledExpression {
  const made = programs(root, variables, constants);
  return mayGenerateCode() ? generate(made) : interpret(made);
}

let generation: boolean | undefined;

function mayGenerateCode(): boolean {
  if (generation === undefined) {
    try {
      generation = new Function('return 1')() === 1;
    } catch {
      generation = false;
    }
  }
  return generation;
}

/** The functions as generated code. */
export function generate({ graph, value, gradient, product }: Programs): CompiledExpression {
  const define = (parameters: string, outputs: readonly number[], end: string): unknown => new Function(parameters, `"use strict";\n${emit(graph, outputs)}${end}`);
  const result = (id: number) => operand(graph, id);
  const stores = (target: string, ids: readonly number[]) => ids.map((id, i) => `${target}[${i}]=${result(id)};\n`).join('');
  return {
    dimension: gradient.length,
    value: define('t', [value], `return ${result(value)};`) as CompiledExpression['value'],
    valueAndGradient: define('t,g', [value, ...gradient], `${stores('g', gradient)}return ${result(value)};`) as CompiledExpression['valueAndGradient'],
    hessianVector: define('t,v,o', product, stores('o', product)) as CompiledExpression['hessianVector'],
    inline: { statements: emit(graph, [value, ...gradient], (i) => `t${i}`), value: result(value), gradient: gradient.map(result) },
  };
}

/** Statements that compute what the outputs need: node 12 is n12. */
function emit(graph: Graph, outputs: readonly number[], theta = (i: number) => `t[${i}]`): string {
  const needed = ancestors(graph, outputs);
  let code = '';
  for (let id = 0; id < needed.length; id++) {
    if (needed[id] && graph.op[id] !== OP.constant) code += `const n${id}=${graph.op[id] === OP.theta ? theta(graph.a[id]) : formula(graph, id)};\n`;
  }
  return code;
}

function operand(graph: Graph, id: number): string {
  const constant = graph.valueOf(id);
  if (constant === undefined) return `n${id}`;
  const literal = Object.is(constant, -0) ? '-0' : String(constant);
  return literal.startsWith('-') ? `(${literal})` : literal;
}

function formula(graph: Graph, id: number): string {
  const x = graph.op[id] <= OP.direction ? String(graph.a[id]) : operand(graph, graph.a[id]);
  const y = graph.op[id] > OP.direction && graph.b[id] >= 0 ? operand(graph, graph.b[id]) : '';
  switch (graph.op[id]) {
    case OP.direction: return `v[${x}]`;
    case OP.add: return `${x}+${y}`;
    case OP.subtract: return `${x}-${y}`;
    case OP.multiply: return `${x}*${y}`;
    case OP.divide: return `${x}/${y}`;
    case OP.negate: return `-${x}`;
    case OP.step: return `${x}>0?1:${x}<=0?0:NaN`;
    case OP.sigmoid: return `1/(1+Math.exp(-${x}))`;
    case OP.relu: return `${x}<=0?0:${x}`;
    case OP.softplus: return `Math.max(${x},0)+Math.log1p(Math.exp(-Math.abs(${x})))`;
    case OP.prefer: return `${x}>${y}?1:${x}===${y}?0.5:0`;
    case OP.powerDx: return `${y}===0?0:${y}*Math.pow(${x},${y}-1)`;
    case OP.powerDy: return `${x}===0&&${y}>=0?0:Math.pow(${x},${y})*Math.log(${x})`;
    case OP.powerDyy: return `${x}===0&&${y}>=0?0:Math.pow(${x},${y})*Math.log(${x})*Math.log(${x})`;
    default: {
      const method = METHODS.get(graph.op[id]);
      if (method === undefined) throw new Error(`operation ${graph.op[id]} cannot be emitted`);
      return `Math.${method}(${x}${y && `,${y}`})`;
    }
  }
}

/** Operations that are functions of Math. */
const METHODS: ReadonlyMap<number, string> = new Map([
  [OP.power, 'pow'], [OP.max, 'max'], [OP.min, 'min'], [OP.abs, 'abs'], [OP.sqrt, 'sqrt'], [OP.cbrt, 'cbrt'], [OP.exp, 'exp'], [OP.log, 'log'], [OP.log2, 'log2'],
  [OP.log10, 'log10'], [OP.sin, 'sin'], [OP.cos, 'cos'], [OP.tan, 'tan'], [OP.asin, 'asin'], [OP.acos, 'acos'], [OP.atan, 'atan'], [OP.sinh, 'sinh'], [OP.cosh, 'cosh'],
  [OP.tanh, 'tanh'], [OP.sign, 'sign'],
]);
