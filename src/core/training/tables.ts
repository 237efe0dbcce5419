import type { HistogramTable, LayerTable, RunRecord, Table } from './trial';

/** What a record holds beside its rows. */
export type Aside = Pick<RunRecord, 'epochs' | 'layers' | 'histograms'>;

/** Collects the epochs, layers and histograms of a stream's pieces. */
export class TableStore {
  private readonly epochs: Table[] = [];
  private readonly layers: LayerTable[] = [];
  private readonly histograms = new Map<string, HistogramTable[]>();
  private built: Aside | null = null;

  add({ epochs, layers, histograms }: Aside): void {
    if (epochs && epochs.rows > 0) this.epochs.push(epochs);
    if (layers && layers.rows > 0) this.layers.push(layers);
    for (const table of histograms ?? []) this.histograms.set(table.quantity, [...(this.histograms.get(table.quantity) ?? []), table]);
    if ((epochs?.rows ?? 0) > 0 || (layers?.rows ?? 0) > 0 || (histograms?.length ?? 0) > 0) this.built = null;
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
