import type { HistogramTable, LayerTable, RunRecord, Table } from './trial';

/** What a record holds beside its rows. */
export type Aside = Pick<RunRecord, 'epochs' | 'layers' | 'histograms'>;

/** Rows of epochs, and of layers, that are kept at most. */
export const MOST_EPOCHS = 20_000;
/** Numbers of the table of layers, and counts of one quantity's histograms, at most: 32 MB. */
const MOST_NUMBERS = 4_000_000;

/** Collects the epochs, layers and histograms of a stream's pieces, in bounded memory: beyond the caps each table is thinned to half of it. */
export class TableStore {
  private readonly epochs: Table[] = [];
  private readonly layers: LayerTable[] = [];
  private readonly histograms = new Map<string, HistogramTable[]>();
  private epochCount = 0;
  private layerCount = 0;
  private built: Aside | null = null;

  add({ epochs, layers, histograms }: Aside): void {
    if (epochs && epochs.rows > 0) this.addEpochs(epochs);
    if (layers && layers.rows > 0) this.addLayers(layers);
    for (const table of histograms ?? []) this.addHistogram(table);
    if ((epochs?.rows ?? 0) > 0 || (layers?.rows ?? 0) > 0 || (histograms?.length ?? 0) > 0) this.built = null;
  }

  private addEpochs(table: Table): void {
    this.epochs.push(table);
    this.epochCount += table.rows;
    if (this.epochCount <= MOST_EPOCHS) return;
    const whole = thinned(joined(this.epochs), MOST_EPOCHS >> 1);
    this.epochs.splice(0, this.epochs.length, whole);
    this.epochCount = whole.rows;
  }

  private addLayers(table: LayerTable): void {
    this.layers.push(table);
    this.layerCount += table.rows;
    const names = Math.max(1, table.names.length);
    const most = Math.max(16, Math.min(MOST_EPOCHS, Math.floor(MOST_NUMBERS / (names * Object.keys(table.columns).length))));
    if (this.layerCount <= most) return;
    const whole = { ...thinned(joined(this.layers), most >> 1), names: table.names };
    this.layers.splice(0, this.layers.length, whole);
    this.layerCount = whole.rows;
  }

  private addHistogram(table: HistogramTable): void {
    const tables = this.histograms.get(table.quantity) ?? [];
    tables.push(table);
    const counts = tables.reduce((sum, each) => sum + each.counts.length, 0);
    this.histograms.set(table.quantity, counts > MOST_NUMBERS && counts > 2 * table.counts.length ? [sparserHistograms(joinedHistograms(tables))] : tables);
  }

  /** The histograms so far, which are then forgotten. */
  take(): readonly HistogramTable[] | null {
    const { histograms } = this.build();
    this.histograms.clear();
    this.built = null;
    return histograms ?? null;
  }

  build(): Aside {
    this.built ??= {
      epochs: this.epochs.length === 0 ? null : joined(this.epochs),
      layers: this.layers.length === 0 ? null : { ...joined(this.layers), names: this.layers[0].names },
      histograms: this.histograms.size === 0 ? null : [...this.histograms.values()].map(joinedHistograms),
    };
    // Joined once: what comes next is added to the whole.
    if (this.epochs.length > 1) this.epochs.splice(0, this.epochs.length, this.built.epochs!);
    if (this.layers.length > 1) this.layers.splice(0, this.layers.length, this.built.layers!);
    for (const table of this.built.histograms ?? []) this.histograms.set(table.quantity, [table]);
    return this.built;
  }
}

function concat(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** Pieces of one table, in order; all have the same columns. */
function joined(tables: readonly Table[]): Table {
  if (tables.length === 1) return tables[0];
  const names = Object.keys(tables[0].columns);
  return {
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    columns: Object.fromEntries(names.map((name) => [name, concat(tables.map(({ columns }) => columns[name]))])),
  };
}

/**
 * At most so many rows of a table of epochs or layers: of equal stretches the first, the last, and those with the smallest and the largest loss; always
 * the first and the last row. A loss that is not a number counts as the largest. The table itself where it is short enough.
 */
export function thinned(table: Table, most: number): Table {
  const { rows, columns } = table;
  if (rows <= most) return table;
  const { loss } = columns;
  // By the epoch rather than by the row: what was thinned before keeps its share.
  const at = columns.epoch ?? columns.step ?? Float64Array.from({ length: rows }, (_, row) => row);
  const stretch = (row: number): number => Math.floor(((at[row] - at[0]) / (at[rows - 1] - at[0] + 1)) * Math.floor(most / 4));
  const kept: number[] = [];
  for (let row = 0; row < rows;) {
    const first = row;
    let low = row;
    let high = row;
    for (; row < rows && stretch(row) === stretch(first); row++) {
      if (!loss) continue;
      if (loss[row] < loss[low] || Number.isNaN(loss[low])) low = row;
      if (!Number.isNaN(loss[high]) && !(loss[row] <= loss[high])) high = row;
    }
    kept.push(...[...new Set([first, low, high, row - 1])].sort((x, y) => x - y));
  }
  return { ...table, rows: kept.length, columns: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, parts(column, rows, kept)])) };
}

/** Places of every other of so many, and of the last. */
function everyOther(count: number): number[] {
  const kept = Array.from({ length: Math.ceil(count / 2) }, (_, i) => 2 * i);
  if (kept[kept.length - 1] !== count - 1) kept.push(count - 1);
  return kept;
}

/** Those of `count` equal parts of an array that are named. */
function parts(array: Float64Array, count: number, kept: readonly number[]): Float64Array {
  const width = array.length / count;
  const out = new Float64Array(kept.length * width);
  kept.forEach((from, to) => out.set(array.subarray(from * width, (from + 1) * width), to * width));
  return out;
}

function sparserHistograms(table: HistogramTable): HistogramTable {
  const count = table.steps.length;
  const kept = everyOther(count);
  return { ...table, steps: parts(table.steps, count, kept), counts: parts(table.counts, count, kept), low: parts(table.low, count, kept), high: parts(table.high, count, kept) };
}

function joinedHistograms(tables: readonly HistogramTable[]): HistogramTable {
  const [first] = tables;
  if (tables.length === 1) return first;
  return {
    ...first,
    steps: concat(tables.map(({ steps }) => steps)), counts: concat(tables.map(({ counts }) => counts)),
    low: concat(tables.map(({ low }) => low)), high: concat(tables.map(({ high }) => high)),
  };
}

/** All arrays of a record's tables, so that they can be packed or transferred. */
export function arraysOf({ epochs, layers, histograms }: Aside): Float64Array[] {
  return [
    ...Object.values(epochs?.columns ?? {}), ...Object.values(layers?.columns ?? {}),
    ...(histograms ?? []).flatMap(({ steps, counts, low, high }) => [steps, counts, low, high]),
  ];
}

/** The same tables with each array replaced. */
export function withArrays({ epochs, layers, histograms }: Aside, replace: (array: Float64Array) => Float64Array): Aside {
  const table = <T extends Table>(each: T): T => ({ ...each, columns: Object.fromEntries(Object.entries(each.columns).map(([name, column]) => [name, replace(column)])) });
  return {
    epochs: epochs && table(epochs),
    layers: layers && table(layers),
    histograms: histograms && histograms.map((each) => ({ ...each, steps: replace(each.steps), counts: replace(each.counts), low: replace(each.low), high: replace(each.high) })),
  };
}
