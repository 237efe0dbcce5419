import type { Expression } from './expression';
import { BUILTIN_CONSTANTS, type FunctionName } from './functions';

/**
 * The operations of a computation graph. Those after `softplus` appear in derivatives only:
 * `prefer`(a, b) is 1 where a > b, ½ at a tie, else 0; `powerDx`, `powerDy`, `powerDyy` are the derivatives of x^y with their limits.
 */
export const OP = {
  constant: 0, theta: 1, direction: 2,
  add: 3, subtract: 4, multiply: 5, divide: 6, negate: 7, power: 8, max: 9, min: 10,
  abs: 11, sqrt: 12, cbrt: 13, exp: 14, log: 15, log2: 16, log10: 17, sin: 18, cos: 19, tan: 20, asin: 21, acos: 22, atan: 23,
  sinh: 24, cosh: 25, tanh: 26, sign: 27, step: 28, sigmoid: 29, relu: 30, softplus: 31,
  prefer: 32, powerDx: 33, powerDy: 34, powerDyy: 35,
} as const;

export type Op = (typeof OP)[keyof typeof OP];

/** Whether an operation reads a second operand. */
export function isBinary(op: number): boolean {
  return (op >= OP.add && op <= OP.divide) || (op >= OP.power && op <= OP.min) || op >= OP.prefer;
}

/** Integer exponents up to this size become products. */
const PRODUCT_EXPONENT = 64;

/**
 * The value of one operation. The meaning of the language stands here: what the compiler emits computes the same, bit for bit.
 * Outside a function's domain the result is NaN or infinite, never an exception.
 */
export function applyOp(op: number, x: number, y: number): number {
  switch (op) {
    case OP.add: return x + y;
    case OP.subtract: return x - y;
    case OP.multiply: return x * y;
    case OP.divide: return x / y;
    case OP.negate: return -x;
    case OP.power: return Math.pow(x, y);
    case OP.max: return Math.max(x, y);
    case OP.min: return Math.min(x, y);
    case OP.abs: return Math.abs(x);
    case OP.sqrt: return Math.sqrt(x);
    case OP.cbrt: return Math.cbrt(x);
    case OP.exp: return Math.exp(x);
    case OP.log: return Math.log(x);
    case OP.log2: return Math.log2(x);
    case OP.log10: return Math.log10(x);
    case OP.sin: return Math.sin(x);
    case OP.cos: return Math.cos(x);
    case OP.tan: return Math.tan(x);
    case OP.asin: return Math.asin(x);
    case OP.acos: return Math.acos(x);
    case OP.atan: return Math.atan(x);
    case OP.sinh: return Math.sinh(x);
    case OP.cosh: return Math.cosh(x);
    case OP.tanh: return Math.tanh(x);
    case OP.sign: return Math.sign(x);
    case OP.step: return x > 0 ? 1 : x <= 0 ? 0 : NaN;
    case OP.sigmoid: return 1 / (1 + Math.exp(-x));
    case OP.relu: return x <= 0 ? 0 : x;
    case OP.softplus: return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    case OP.prefer: return x > y ? 1 : x === y ? 0.5 : 0;
    case OP.powerDx: return y === 0 ? 0 : y * Math.pow(x, y - 1);
    case OP.powerDy: return x === 0 && y >= 0 ? 0 : Math.pow(x, y) * Math.log(x);
    case OP.powerDyy: return x === 0 && y >= 0 ? 0 : Math.pow(x, y) * Math.log(x) * Math.log(x);
    default: throw new Error(`operation ${op} has no value`);
  }
}

/**
 * A computation as a shared graph: equal operations on equal operands are one node (hash-consing), so a common subexpression is
 * computed once. Nodes are numbered so that operands come before their users. Simplifies only what leaves every bit as it is.
 */
export class Graph {
  readonly op: number[] = [];
  /** First operand; of `theta` and `direction` the index of the variable; of a constant its place in `constants`. */
  readonly a: number[] = [];
  readonly b: number[] = [];
  readonly constants: number[] = [];
  /** Nodes made as products that are integer powers: differentiated as powers. */
  readonly integerPowers = new Map<number, { readonly base: number; readonly exponent: number }>();
  private readonly known = new Map<string, number>();

  constant(value: number): number {
    const key = Object.is(value, -0) ? 'c-0' : `c${value}`;
    let id = this.known.get(key);
    if (id === undefined) {
      this.constants.push(value);
      id = this.push(OP.constant, this.constants.length - 1, -1);
      this.known.set(key, id);
    }
    return id;
  }

  input(kind: typeof OP.theta | typeof OP.direction, index: number): number {
    return this.intern(kind, index, -1);
  }

  /** The value of a constant node, undefined for any other. */
  valueOf(id: number): number | undefined {
    return this.op[id] === OP.constant ? this.constants[this.a[id]] : undefined;
  }

  apply(op: Op, x: number, y = -1): number {
    const cx = this.valueOf(x);
    const cy = y < 0 ? undefined : this.valueOf(y);
    if (cx !== undefined && (y < 0 || cy !== undefined)) return this.constant(applyOp(op, cx, cy ?? 0));
    switch (op) {
      case OP.add:
        if (x === y) return this.multiply(this.constant(2), x);
        if (this.op[y] === OP.negate) return this.subtract(x, this.a[y]);
        if (this.op[x] === OP.negate) return this.subtract(y, this.a[x]);
        break;
      case OP.subtract:
        if (this.op[y] === OP.negate) return this.add(x, this.a[y]);
        break;
      case OP.multiply:
        if (cy !== undefined) return this.multiply(y, x);
        if (cx === 1) return y;
        if (cx === -1) return this.negate(y);
        if (this.op[x] === OP.negate) return this.negate(this.multiply(this.a[x], y));
        if (this.op[y] === OP.negate) return cx !== undefined ? this.multiply(this.constant(-cx), this.a[y]) : this.negate(this.multiply(x, this.a[y]));
        break;
      case OP.divide:
        if (cy === 1) return x;
        if (cy === -1) return this.negate(x);
        if (this.op[x] === OP.negate) return this.negate(this.divide(this.a[x], y));
        break;
      case OP.negate:
        if (this.op[x] === OP.negate) return this.a[x];
        if (this.op[x] === OP.subtract) return this.subtract(this.b[x], this.a[x]);
        break;
      case OP.power:
        return this.power(x, y);
    }
    return this.intern(op, x, y);
  }

  add(x: number, y: number): number {
    return this.apply(OP.add, x, y);
  }

  subtract(x: number, y: number): number {
    return this.apply(OP.subtract, x, y);
  }

  multiply(x: number, y: number): number {
    return this.apply(OP.multiply, x, y);
  }

  divide(x: number, y: number): number {
    return this.apply(OP.divide, x, y);
  }

  negate(x: number): number {
    return this.apply(OP.negate, x);
  }

  /** x^y: products for small integers, a root for ±½, exp for base e. */
  power(x: number, y: number): number {
    const c = this.valueOf(y);
    const base = this.valueOf(x);
    if (c !== undefined && base !== undefined) return this.constant(Math.pow(base, c));
    if (c !== undefined) {
      if (Number.isInteger(c) && Math.abs(c) <= PRODUCT_EXPONENT) return this.integerPower(x, c);
      if (c === 0.5) return this.apply(OP.sqrt, x);
      if (c === -0.5) return this.divide(this.constant(1), this.apply(OP.sqrt, x));
    }
    if (base === Math.E) return this.apply(OP.exp, y);
    return this.intern(OP.power, x, y);
  }

  private integerPower(x: number, n: number): number {
    if (n === 0) return this.constant(1);
    if (n === 1) return x;
    // The base of a recorded power must be one of the nodes it is computed from.
    if (this.op[x] === OP.negate) {
      const positive = this.integerPower(this.a[x], n);
      return n % 2 === 0 ? positive : this.negate(positive);
    }
    const id = n < 0 ? this.divide(this.constant(1), this.integerPower(x, -n)) : this.multiply(this.integerPower(x, Math.ceil(n / 2)), this.integerPower(x, Math.floor(n / 2)));
    if (this.valueOf(id) === undefined) this.integerPowers.set(id, { base: x, exponent: n });
    return id;
  }

  private intern(op: number, x: number, y: number): number {
    if ((op === OP.add || op === OP.multiply) && this.valueOf(x) === undefined && x > y) [x, y] = [y, x];
    const key = `${op},${x},${y}`;
    let id = this.known.get(key);
    if (id === undefined) {
      id = this.push(op, x, y);
      this.known.set(key, id);
    }
    return id;
  }

  private push(op: number, a: number, b: number): number {
    this.op.push(op);
    this.a.push(a);
    this.b.push(b);
    return this.op.length - 1;
  }
}

/** Adds an expression to a graph, evaluated in the order it is written in; returns its node. */
export function addExpression(graph: Graph, root: Expression, variables: readonly string[], constants: ReadonlyMap<string, number>): number {
  const indices = new Map(variables.map((name, i) => [name, i]));
  const visit = (node: Expression): number => {
    switch (node.kind) {
      case 'number':
        return graph.constant(node.value);
      case 'constant': {
        const value = BUILTIN_CONSTANTS.get(node.name) ?? constants.get(node.name);
        if (value === undefined) throw new Error('a constant without a value');
        return graph.constant(value);
      }
      case 'variable': {
        const index = indices.get(node.name);
        if (index === undefined) throw new Error('a variable that is not listed');
        return graph.input(OP.theta, index);
      }
      case 'sum':
        return node.terms.map((term) => ({ id: visit(term.node), negative: term.negative }))
          .reduce((sum, { id, negative }) => ({ id: negative ? graph.subtract(sum.id, id) : graph.add(sum.id, id), negative })).id;
      case 'product':
        return node.factors.map((factor) => ({ id: visit(factor.node), inverse: factor.inverse }))
          .reduce((product, { id, inverse }) => ({ id: inverse ? graph.divide(product.id, id) : graph.multiply(product.id, id), inverse })).id;
      case 'negate':
        return graph.negate(visit(node.operand));
      case 'power':
        return graph.power(visit(node.base), visit(node.exponent));
      case 'call': {
        const [first, ...rest] = node.arguments.map(visit);
        return rest.length === 0 ? graph.apply(operation(node.name), first) : rest.reduce((chain, id) => graph.apply(operation(node.name), chain, id), first);
      }
    }
  };
  return visit(root);
}

function operation(name: FunctionName): Op {
  return OP[name];
}
