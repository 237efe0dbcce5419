import type { Arena, Vector } from '../../kernels/kernels';

/** What the measurements of a training keep, of the parameters' length each; in the kernels' memory, which one run leaves to the next. */
export interface MeasuredVectors {
  /** Parameters before the first update, and before the last. */
  readonly start: Vector;
  readonly before: Vector;
  /** Of the last update. */
  readonly gradient: Vector;
  readonly update: Vector;
  /** H·update, and the parameters while another point is looked at. */
  readonly product: Vector;
  readonly kept: Vector;
}

/** @param count parameters of the network. */
export function allocateMeasured(count: number, arena: Arena): MeasuredVectors {
  const take = (): Vector => arena.alloc(count);
  return { start: take(), before: take(), gradient: take(), update: take(), product: take(), kept: take() };
}
