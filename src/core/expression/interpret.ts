import { ancestors } from './autodiff';
import type { CompiledExpression, Programs } from './compile';
import { applyOp, type Graph, isBinary, OP } from './graph';

/** The functions as loops over the graph's operations: where code may not be generated, and the twin that generated code is tested against. */
export function interpret({ graph, value, gradient, product }: Programs): CompiledExpression {
  const forValue = new Tape(graph, [value]);
  const forGradient = new Tape(graph, [value, ...gradient]);
  const forProduct = new Tape(graph, product);
  return {
    dimension: gradient.length,
    value(theta) {
      forValue.run(theta, theta);
      return forValue.results[value];
    },
    valueAndGradient(theta, out) {
      const { results } = forGradient;
      forGradient.run(theta, theta);
      for (let i = 0; i < gradient.length; i++) out[i] = results[gradient[i]];
      return results[value];
    },
    hessianVector(theta, v, out) {
      const { results } = forProduct;
      forProduct.run(theta, v);
      for (let i = 0; i < product.length; i++) out[i] = results[product[i]];
    },
  };
}

/** The operations that some outputs need, in order, with a place for every result. */
class Tape {
  readonly results: Float64Array;
  private readonly ids: Int32Array;
  private readonly ops: Uint8Array;
  private readonly a: Int32Array;
  private readonly b: Int32Array;

  constructor(graph: Graph, outputs: readonly number[]) {
    this.results = new Float64Array(graph.op.length);
    const needed = ancestors(graph, outputs);
    const ids: number[] = [];
    needed.forEach((mark, id) => {
      if (!mark) return;
      if (graph.op[id] === OP.constant) this.results[id] = graph.constants[graph.a[id]];
      else ids.push(id);
    });
    this.ids = Int32Array.from(ids);
    this.ops = Uint8Array.from(ids, (id) => graph.op[id]);
    this.a = Int32Array.from(ids, (id) => graph.a[id]);
    this.b = Int32Array.from(ids, (id) => (isBinary(graph.op[id]) ? graph.b[id] : graph.a[id]));
  }

  run(theta: Float64Array, direction: Float64Array): void {
    const { results, ids, ops, a, b } = this;
    for (let k = 0; k < ids.length; k++) {
      const op = ops[k];
      if (op === OP.theta) results[ids[k]] = theta[a[k]];
      else if (op === OP.direction) results[ids[k]] = direction[a[k]];
      else results[ids[k]] = applyOp(op, results[a[k]], results[b[k]]);
    }
  }
}
