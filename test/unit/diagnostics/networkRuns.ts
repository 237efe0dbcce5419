import type { Datasets } from '../../../src/core/data/dataset';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { RecordBuilder } from '../../../src/core/training/record';
import { runTrial } from '../../../src/core/training/run';
import type { ModelTrial, Remedy, RunRecord, RunSummary } from '../../../src/core/training/trial';
import { applyChanges, editText } from '../../../src/format/edits';
import { isClassification } from '../../../src/core/nn/classification';
import { parseExperiment } from '../../../src/format/parse';
import { trialsOf } from '../../../src/format/trials';
import { loadDatasets } from '../../../src/loaders/load';

export interface Trained {
  readonly text: string;
  readonly trial: ModelTrial;
  readonly datasets: Datasets;
  readonly summary: RunSummary;
  readonly record: RunRecord;
}

/** The only trial of an experiment file, and its data. */
export async function trialOf(text: string): Promise<{ readonly trial: ModelTrial; readonly datasets: Datasets }> {
  const { experiment, problems } = parseExperiment(text);
  if (!experiment) throw new Error(problems.map(({ message }) => message).join('\n'));
  const [trial] = trialsOf(experiment.variants[0], experiment.seed, 1) as ModelTrial[];
  const none = (name: string): never => {
    throw new Error(`no file ${name}`);
  };
  const datasets = await loadDatasets(trial.data, trial.seed, none, { classification: isClassification(trial.loss), shared: false });
  return { trial, datasets };
}

/** Runs an experiment file to its end as the product does. */
export async function train(file: object | string, { tryRemedies = true } = {}): Promise<Trained> {
  const text = typeof file === 'string' ? file : JSON.stringify({ gdexp: 1, ...file });
  const { trial, datasets } = await trialOf(text);
  const builder = new RecordBuilder();
  const hooks = { rows: (piece: RunRecord) => builder.append(piece), interval: Infinity, cancelled: () => false, now: () => performance.now(), tryRemedies };
  const summary = runTrial(trial, hooks, { ...DEPENDENCIES, datasets: () => datasets });
  return { text, trial, datasets, summary, record: builder.build() };
}

/** The file with a remedy applied, as one edit. */
export function remedied(text: string, { path, value, also = [] }: Remedy): string {
  return applyChanges(text, editText(text, [{ path, value }, ...also]));
}
