import type { ModelTrial, RunSummary } from './trial';

/** Mean, and standard deviation over the runs with n − 1; NaN for a single one. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
  readonly values: readonly number[];
}

/** How far to trust the score of one optimizer from one seed. */
export interface Evaluation {
  readonly label: string;
  readonly variant: string | null;
  readonly seed: number;
  /** Training and validation of the run itself. */
  readonly gap: { readonly loss: number; readonly validationLoss: number | null; readonly testLoss: number | null } | null;
  /** Of the folds: each score of the rows that a fold left out, by name: "loss", "accuracy" … */
  readonly crossValidation: { readonly folds: number; readonly scores: Readonly<Record<string, Spread>> } | null;
  readonly bootstrap: BootstrapEvaluation | null;
  /** The ensemble's loss after each round. */
  readonly boosting: { readonly loss: readonly number[]; readonly validationLoss: readonly (number | null)[]; readonly metrics: Readonly<Record<string, number>> } | null;
}

/**
 * From runs on resampled rows, all scored on the same rows (Geman, Bienenstock and Doursat 1992). For outputs f_b of round b and
 * targets y: bias² = mean (mean_b f_b − y)², variance = mean of the variance over b (divided by the number of rounds), so that
 * their sum is the mean squared error over rounds and rows. For classes y is one-hot and f the probabilities, summed over the classes.
 */
export interface BootstrapEvaluation {
  readonly rounds: number;
  readonly biasSquared: number;
  readonly variance: number;
  /** Mean squared error over rounds and rows, noise of the targets included. */
  readonly error: number;
  /** The ensemble whose output is the mean over the rounds. */
  readonly bagged: { readonly error: number; readonly accuracy: number | null };
  /** Mean over the single rounds. */
  readonly single: { readonly error: number; readonly accuracy: number | null };
}

export interface EvaluatedRun {
  readonly trial: ModelTrial;
  readonly summary: RunSummary;
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = values.length < 2 ? NaN : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return { mean, deviation, values };
}

/** One evaluation an optimizer and seed, of the runs that have ended so far; of experiments without one none. */
export function evaluations(runs: readonly EvaluatedRun[]): Evaluation[] {
  const groups = new Map<string, EvaluatedRun[]>();
  for (const run of runs) {
    const { trial } = run;
    const key = `${trial.variantIndex}/${trial.optimizerIndex}/${trial.seed}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) => {
    const ended = group.filter(({ summary }) => summary.model && summary.status !== 'failed' && summary.status !== 'cancelled');
    const main = ended.find(({ trial }) => trial.resample === null && trial.boosting === null);
    const folds = ended.filter(({ trial }) => trial.resample?.kind === 'fold');
    const rounds = ended.filter(({ trial }) => trial.resample?.kind === 'bootstrap');
    const boosted = ended.find(({ trial }) => trial.boosting !== null);
    if (folds.length === 0 && rounds.length === 0 && !boosted) return [];
    const { label, variant, seed } = group[0].trial;
    return [{
      label, variant, seed,
      gap: main ? { loss: main.summary.loss, validationLoss: main.summary.model!.validationLoss, testLoss: main.summary.model!.testLoss } : null,
      crossValidation: folds.length > 0 ? crossValidation(folds) : null,
      bootstrap: rounds.length > 0 ? bootstrap(rounds) : null,
      boosting: boosted?.summary.model?.rounds ? { ...boosted.summary.model.rounds, metrics: boosted.summary.model.metrics } : null,
    }];
  });
}

/** The rows that a fold left out are its validation part. */
function crossValidation(folds: readonly EvaluatedRun[]): Evaluation['crossValidation'] {
  const scores = new Map<string, number[]>();
  const add = (name: string, value: number | null): void => {
    if (value !== null) scores.set(name, [...(scores.get(name) ?? []), value]);
  };
  for (const { summary } of folds) {
    const { validationLoss, metrics } = summary.model!;
    add('loss', validationLoss);
    for (const [name, value] of Object.entries(metrics)) {
      const own = /^validation(.)(.*)$/.exec(name);
      if (own) add(own[1].toLowerCase() + own[2], value);
    }
  }
  return { folds: folds.length, scores: Object.fromEntries([...scores].map(([name, values]) => [name, spread(values)])) };
}

function bootstrap(rounds: readonly EvaluatedRun[]): BootstrapEvaluation | null {
  const scored = rounds.flatMap(({ summary }) => summary.model!.scored ?? []);
  if (scored.length === 0) return null;
  const [{ targets, width }] = scored;
  const rows = targets.length / width;
  const mean = new Float64Array(targets.length);
  for (const { outputs } of scored) for (let i = 0; i < mean.length; i++) mean[i] += outputs[i] / scored.length;
  let bias = 0;
  let variance = 0;
  let single = 0;
  for (let i = 0; i < mean.length; i++) {
    bias += (mean[i] - targets[i]) ** 2;
    for (const { outputs } of scored) {
      variance += (outputs[i] - mean[i]) ** 2 / scored.length;
      single += (outputs[i] - targets[i]) ** 2 / scored.length;
    }
  }
  const classes = scored[0].classes;
  return {
    rounds: scored.length, biasSquared: bias / rows, variance: variance / rows, error: single / rows,
    bagged: { error: bias / rows, accuracy: classes ? accuracy(mean, targets, width) : null },
    single: { error: single / rows, accuracy: classes ? scored.reduce((sum, { outputs }) => sum + accuracy(outputs, targets, width), 0) / scored.length : null },
  };
}

/** Share of rows whose largest output is the target's; of a single output whether it is on the target's side of ½. */
function accuracy(outputs: Float64Array, targets: Float64Array, width: number): number {
  const rows = targets.length / width;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    if (width === 1) {
      right += outputs[row] > 0.5 === targets[row] > 0.5 ? 1 : 0;
      continue;
    }
    let said = 0;
    let meant = 0;
    for (let j = 1; j < width; j++) {
      if (outputs[row * width + j] > outputs[row * width + said]) said = j;
      if (targets[row * width + j] > targets[row * width + meant]) meant = j;
    }
    right += said === meant ? 1 : 0;
  }
  return right / rows;
}
