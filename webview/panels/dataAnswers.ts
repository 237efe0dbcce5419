/** What a network's answers mean: classes from outputs, names of columns, and the answers that the pictures of the data draw. */
import type { LabData, LabRun } from '../../src/protocol/lab';
import type { ApplyResult, DataInfo, PartName } from '../../src/protocol/networks';
import type { LabStore } from '../state/types';
import { askedStep } from './dataQuestion';

export type Rows = Extract<ApplyResult, { kind: 'rows' }>;

export const PARTS: readonly PartName[] = ['training', 'validation', 'test'];

/** Points of a part that a picture shows, at most. */
export const MOST_POINTS = 2000;

/** The class that outputs stand for: the largest one, or of a single output whether it passes the middle. */
export function classOf(outputs: ArrayLike<number>, width: number, row: number, loss: string): number {
  if (width === 1) return outputs[row] > (loss === 'hinge' ? 0 : 0.5) ? 1 : 0;
  let best = 0;
  for (let j = 1; j < width; j++) if (outputs[row * width + j] > outputs[row * width + best]) best = j;
  return best;
}

/** How sure the network is of the class it chose, from 0 to 1; NaN where its outputs are no shares. */
export function sureness(outputs: ArrayLike<number>, width: number, row: number, loss: string): number {
  if (loss === 'hinge') return NaN;
  if (width === 1) return Math.max(outputs[row], 1 - outputs[row]);
  return outputs[row * width + classOf(outputs, width, row, loss)];
}

/** Names of the columns as they stand in the file: x² and x³ are made of x and are no columns of their own. */
export function columnNames(info: DataInfo, count: number): string[] {
  const names = info.features.map(({ name }) => name);
  const own = names.length === count ? names : names.filter((name, i) => !(i > 0 && /^[²³⁴⁵⁶⁷⁸⁹⁰¹]+$/.test(name.slice(longestBase(names, i, name)))));
  return own.length === count ? own : Array.from({ length: count }, (_, i) => `x${i + 1}`);
}

/** Length of the nearest name before that this one begins with; its own length where there is none. */
function longestBase(names: readonly string[], index: number, name: string): number {
  for (let i = index - 1; i >= 0; i--) if (name.startsWith(names[i]) && name !== names[i]) return names[i].length;
  return name.length;
}

/** Places in `info.features` of the columns that stand in the file. */
export function columnPlaces(info: DataInfo): number[] {
  const names = info.features.map(({ name }) => name);
  return names.flatMap((name, i) => (/^[²³⁴⁵⁶⁷⁸⁹⁰¹]+$/.test(name.slice(longestBase(names, i, name))) ? [] : [i]));
}

export type DataKind = 'pictures' | 'sparse' | 'one' | 'several';

/** What rows are like: that decides how they are drawn. */
export function dataKind(info: DataInfo): DataKind {
  if (info.sparse) return 'sparse';
  if (info.shape.length >= 2) return 'pictures';
  return columnPlaces(info).length === 1 ? 'one' : 'several';
}

export function partsOf(info: DataInfo): PartName[] {
  return PARTS.filter((part) => info.rows[part] > 0);
}

/** One part's rows as points over the columns that are drawn. */
export interface Points {
  readonly part: PartName;
  readonly rows: Rows;
}

export async function askRows(store: LabStore, run: LabRun, part: PartName, from: number, count: number): Promise<Rows> {
  const result = await store.apply(run.id, askedStep(store, run), { kind: 'rows', part, from, count });
  if (result.kind !== 'rows') throw new Error(result.kind);
  return result;
}

/** The parts that stand in one plane: rows to learn from and rows kept back. */
export function askPoints(store: LabStore, run: LabRun, info: DataInfo): Promise<Points[]> {
  return Promise.all(partsOf(info).map(async (part) => ({ part, rows: await askRows(store, run, part, 0, Math.min(MOST_POINTS, info.rows[part])) })));
}

/** Which of several targets is drawn; null where there is one, or classes. */
export function targetOf(info: DataInfo, wanted: number): number | null {
  return info.classes || info.targets < 2 ? null : Math.min(wanted, info.targets - 1);
}

export function targetName(target: number): string {
  return `y${target + 1}`;
}

/** One column of a matrix of so many. */
export function columnOf(values: Float64Array, width: number, column: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + column]);
}

/** Rows as if this were the only target. */
export function onlyTarget(points: readonly Points[], target: number | null): readonly Points[] {
  if (target === null) return points;
  return points.map(({ part, rows }) => ({ part, rows: { ...rows, targets: columnOf(rows.targets, rows.targets.length / rows.count, target), outputs: columnOf(rows.outputs, rows.width, target), width: 1 } }));
}

/** Whether the selected model's data are there to be drawn. */
export function readyInfo(data: LabData | undefined): DataInfo | null {
  return data?.state === 'ready' ? data.info : null;
}

/** A span with a margin; of equal ends a unit wide. */
export function widened(low: number, high: number, share = 0.08): [number, number] {
  if (!(high > low)) return [low - 0.5, low + 0.5];
  const margin = (high - low) * share;
  return [low - margin, high + margin];
}
