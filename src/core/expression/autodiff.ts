import { type Graph, isBinary, OP } from './graph';

/**
 * Extends the graph by the gradient of `root` in `dimension` variables, by reverse accumulation. The derivatives are nodes of the
 * same graph, so they share what the value computes. At kinks as PyTorch: abs′(0) = relu′(0) = 0, sign and step have derivative 0,
 * a tie of max or min shares ½ (of several arguments from left to right, as a chain of torch.maximum).
 * @returns the nodes of the partial derivatives.
 */
export function reverse(graph: Graph, root: number, dimension: number): number[] {
  const adjoint: (number | undefined)[] = [];
  adjoint[root] = graph.constant(1);
  for (let id = root; id >= 0; id--) {
    const g = adjoint[id];
    if (g === undefined) continue;
    operands(graph, id).forEach((operand, slot) => {
      if (graph.op[operand] === OP.constant) return;
      const share = timesPartial(graph, id, slot, g);
      if (share === undefined) return;
      const held = adjoint[operand];
      adjoint[operand] = held === undefined ? share : graph.add(held, share);
    });
  }
  return Array.from({ length: dimension }, (_, i) => adjoint[graph.input(OP.theta, i)] ?? graph.constant(0));
}

/**
 * Extends the graph by the derivative of each of `outputs` along the direction, by forward accumulation. Of a gradient that is the
 * exact Hessian-vector product, forward over reverse (Pearlmutter, "Fast exact multiplication by the Hessian", 1994).
 */
export function forward(graph: Graph, outputs: readonly number[]): number[] {
  const tangent: (number | undefined)[] = [];
  const needed = ancestors(graph, outputs);
  for (let id = 0; id < needed.length; id++) {
    if (!needed[id]) continue;
    if (graph.op[id] === OP.theta) {
      tangent[id] = graph.input(OP.direction, graph.a[id]);
      continue;
    }
    operands(graph, id).forEach((operand, slot) => {
      const along = tangent[operand];
      const share = along === undefined ? undefined : timesPartial(graph, id, slot, along);
      if (share === undefined) return;
      const held = tangent[id];
      tangent[id] = held === undefined ? share : graph.add(held, share);
    });
  }
  return outputs.map((id) => tangent[id] ?? graph.constant(0));
}

/** Marks every node that the outputs are computed from, themselves included. */
export function ancestors(graph: Graph, outputs: readonly number[]): Uint8Array {
  const marked = new Uint8Array(graph.op.length);
  for (const id of outputs) marked[id] = 1;
  for (let id = marked.length - 1; id >= 0; id--) {
    if (!marked[id] || graph.op[id] <= OP.direction) continue;
    marked[graph.a[id]] = 1;
    if (isBinary(graph.op[id])) marked[graph.b[id]] = 1;
  }
  return marked;
}

function operands(graph: Graph, id: number): readonly number[] {
  const power = graph.integerPowers.get(id);
  if (power) return [power.base];
  if (graph.op[id] <= OP.direction) return [];
  return isBinary(graph.op[id]) ? [graph.a[id], graph.b[id]] : [graph.a[id]];
}

/** g · ∂node/∂operand; undefined where that is zero. */
function timesPartial(graph: Graph, id: number, slot: number, g: number): number | undefined {
  const c = (value: number) => graph.constant(value);
  const power = graph.integerPowers.get(id);
  if (power) return graph.multiply(g, graph.multiply(c(power.exponent), graph.power(power.base, c(power.exponent - 1))));
  const x = graph.a[id];
  const y = graph.b[id];
  const square = (node: number) => graph.multiply(node, node);
  switch (graph.op[id]) {
    case OP.add: return g;
    case OP.subtract: return slot === 0 ? g : graph.negate(g);
    case OP.multiply: return graph.multiply(g, slot === 0 ? y : x);
    case OP.divide: return slot === 0 ? graph.divide(g, y) : graph.negate(graph.multiply(g, graph.divide(id, y)));
    case OP.negate: return graph.negate(g);
    case OP.power: {
      if (slot === 1) return graph.multiply(g, graph.apply(OP.powerDy, x, y));
      const exponent = graph.valueOf(y);
      if (exponent === undefined) return graph.multiply(g, graph.apply(OP.powerDx, x, y));
      return graph.multiply(g, graph.multiply(y, graph.power(x, c(exponent - 1))));
    }
    case OP.powerDx: {
      const lower = graph.subtract(y, c(1));
      if (slot === 0) return graph.multiply(g, graph.multiply(y, graph.apply(OP.powerDx, x, lower)));
      return graph.multiply(g, powerMixed(graph, x, y, lower));
    }
    case OP.powerDy: {
      if (slot === 1) return graph.multiply(g, graph.apply(OP.powerDyy, x, y));
      return graph.multiply(g, powerMixed(graph, x, y, graph.subtract(y, c(1))));
    }
    case OP.max: return graph.multiply(g, slot === 0 ? graph.apply(OP.prefer, x, y) : graph.apply(OP.prefer, y, x));
    case OP.min: return graph.multiply(g, slot === 0 ? graph.apply(OP.prefer, y, x) : graph.apply(OP.prefer, x, y));
    case OP.abs: return graph.multiply(g, graph.apply(OP.sign, x));
    case OP.sqrt: return graph.divide(g, graph.multiply(c(2), id));
    case OP.cbrt: return graph.divide(g, graph.multiply(c(3), square(id)));
    case OP.exp: return graph.multiply(g, id);
    case OP.log: return graph.divide(g, x);
    case OP.log2: return graph.divide(g, graph.multiply(c(Math.LN2), x));
    case OP.log10: return graph.divide(g, graph.multiply(c(Math.LN10), x));
    case OP.sin: return graph.multiply(g, graph.apply(OP.cos, x));
    case OP.cos: return graph.negate(graph.multiply(g, graph.apply(OP.sin, x)));
    case OP.tan: return graph.multiply(g, graph.add(c(1), square(id)));
    case OP.asin: return graph.divide(g, graph.apply(OP.sqrt, graph.subtract(c(1), square(x))));
    case OP.acos: return graph.negate(graph.divide(g, graph.apply(OP.sqrt, graph.subtract(c(1), square(x)))));
    case OP.atan: return graph.divide(g, graph.add(c(1), square(x)));
    case OP.sinh: return graph.multiply(g, graph.apply(OP.cosh, x));
    case OP.cosh: return graph.multiply(g, graph.apply(OP.sinh, x));
    case OP.tanh: return graph.multiply(g, graph.subtract(c(1), square(id)));
    case OP.sigmoid: return graph.multiply(g, graph.multiply(graph.subtract(c(1), id), id));
    case OP.relu: return graph.multiply(g, graph.apply(OP.step, x));
    case OP.softplus: return graph.multiply(g, graph.apply(OP.sigmoid, x));
    case OP.sign:
    case OP.step:
    case OP.prefer: return undefined;
    default: throw new Error(`operation ${graph.op[id]} has no derivative`);
  }
}

/** ∂²(x^y)/∂x∂y = x^(y−1) + y·x^(y−1)·log x. */
function powerMixed(graph: Graph, x: number, y: number, lower: number): number {
  return graph.add(graph.apply(OP.power, x, lower), graph.multiply(y, graph.apply(OP.powerDy, x, lower)));
}
