/** Runs experiments in a pool of training workers, the same way in Node and in a page, and tells what came of it to the last bit. */
import { availableKernelSets } from '../../src/core/kernels/wasmBinary';
import type { KernelSet } from '../../src/core/kernels/kernels';
import { isClassification } from '../../src/core/nn/classification';
import type { ModelTrial, RunRecord, RunSummary, Trial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import { filesOf } from '../../src/loaders/load';
import type { FileReference } from '../../src/protocol/networks';
import type { WorkerPool } from '../../src/worker/pool';
import type { RunData } from '../../src/worker/slot';

export { availableKernelSets };

/** What a run ended with; numbers are compared to the last bit. */
export interface Ending {
  readonly label: string;
  readonly precision: 'float32' | 'float64' | null;
  readonly kernels: KernelSet | null;
  readonly status: string;
  readonly steps: number;
  readonly evaluations: number;
  readonly loss: number;
  readonly validationLoss: number | null;
  readonly testLoss: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** FNV-1a of every number of every row that was sent, of all epochs, and of the last parameters. */
  readonly rows: string;
}

/** FNV-1a, 32 bits, fed with the bytes of float64. */
class Digest {
  private hash = 0x811c9dc5;

  add(values: Iterable<number>): void {
    const bytes = new Uint8Array(Float64Array.from(values).buffer);
    for (const byte of bytes) this.hash = Math.imul(this.hash ^ byte, 0x01000193);
  }

  toString(): string {
    return (this.hash >>> 0).toString(16);
  }
}

/** By column, so that it does not matter how the rows were cut into messages. */
class Rows {
  private readonly columns = new Map<string, Digest>();

  add({ columns, epochs }: RunRecord): void {
    for (const [name, values] of Object.entries(columns)) this.column(name).add(values);
    for (const [name, values] of Object.entries(epochs?.columns ?? {})) this.column(`epoch ${name}`).add(values);
  }

  column(name: string): Digest {
    if (!this.columns.has(name)) this.columns.set(name, new Digest());
    return this.columns.get(name)!;
  }

  toString(): string {
    return [...this.columns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, digest]) => `${name} ${digest}`).join(', ');
  }
}

export async function loadData(pool: WorkerPool, trial: ModelTrial, file: (name: string) => FileReference): Promise<RunData> {
  const datasets = await pool.load({
    data: trial.data, seed: trial.seed, weights: trial.weights, classification: isClassification(trial.loss), shared: true,
    files: filesOf(trial.data, trial.weights).map(file),
  });
  return { key: trial.dataKey, datasets };
}

/** The trials of an experiment; of the folds and rounds of one all, of its sweep the points of the first round. @throws Error where the text is not an experiment. */
export function trialsOf(text: string): readonly Trial[] {
  const { experiment, problems } = parseExperiment(text);
  if (!experiment) throw new Error(problems.map(({ message }) => message).join('\n'));
  return experiment.trials;
}

/** @param kernels of networks in float32, whose bits depend on them; those in float64 take what the worker takes, or the plain ones too. */
export async function runExperiment(pool: WorkerPool, text: string, file: (name: string) => FileReference, kernels: KernelSet): Promise<Ending[]> {
  const loaded = new Map<string, Promise<RunData>>();
  return Promise.all(trialsOf(text).map(async (trial) => {
    const rows = new Rows();
    let summary: RunSummary;
    if (trial.kind === 'objective') summary = await pool.run(trial, (record) => rows.add(record), { tryRemedies: false });
    else {
      if (!loaded.has(trial.dataKey)) loaded.set(trial.dataKey, loadData(pool, trial, file));
      const chosen = trial.model.precision === 'float32' || kernels === 'plain' ? { ...trial, model: { ...trial.model, kernels } } : trial;
      summary = await pool.run(chosen, (record) => rows.add(record), { tryRemedies: false, data: await loaded.get(trial.dataKey) });
    }
    return endingOf(trial, summary, rows);
  }));
}

function endingOf(trial: Trial, { status, reason, steps, evaluations, loss, parameters, model }: RunSummary, rows: Rows): Ending {
  rows.column('parameters').add(parameters ?? []);
  return {
    label: trial.label, precision: trial.kind === 'model' ? trial.model.precision : null, kernels: model?.kernels ?? null,
    status: status === 'failed' ? `failed: ${reason.detail}` : status, steps, evaluations, loss,
    validationLoss: model?.validationLoss ?? null, testLoss: model?.testLoss ?? null, metrics: model?.metrics ?? {}, rows: rows.toString(),
  };
}
