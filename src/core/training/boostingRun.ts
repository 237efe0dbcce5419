import type { Dataset, Part, Scale, Split } from '../data/dataset';
import { createMetric, type Metric } from '../nn/metrics';
import type { LayerSpec } from '../nn/spec';
import { type BoostingLoss, boostingLoss } from './boostingLoss';
import { DEPENDENCIES, type RunDependencies } from './dependencies';
import { failureOf } from './modelProblem';
import { ModelRecorder } from './modelRecorder';
import { ModelRun } from './modelRun';
import { prepareModel, type PreparedModel } from './modelParts';
import type { PacedRun, RunHooks } from './run';
import type { EndReason, ModelTrial, RunStatus, RunSummary } from './trial';

/** The ensemble on the rows of one part: F, and what it is to be. */
interface Scored {
  readonly part: Part;
  readonly targets: Float64Array;
  readonly f: Float64Array;
}

const UNSCALED: Scale = { shift: new Float64Array(0), factor: new Float64Array(0) };

/**
 * Gradient boosting (Friedman 2001): F begins at the best constant; each round trains the trial's network, with its last activation
 * taken off, on the negative gradient of the loss at F by the squared error, and F ← F + shrinkage · that network. A row of the record
 * is a round, and so is an epoch of its tables.
 */
export class BoostingRun implements PacedRun {
  private readonly loss: BoostingLoss;
  private readonly parts: PreparedModel;
  private readonly sets: Readonly<Record<'training' | 'validation' | 'test', Scored | null>>;
  private readonly metrics: readonly Metric[];
  private readonly recorder: ModelRecorder;
  private readonly losses: number[] = [];
  private readonly validationLosses: (number | null)[] = [];
  private round: ModelRun | null = null;
  private steps = 0;
  private evaluations = 0;
  private scores: ReadonlyMap<string, number> = new Map();
  private ended: { readonly status: Exclude<RunStatus, 'running'>; readonly reason: EndReason } | null = null;
  private startedAt = NaN;
  private endedAt = NaN;

  constructor(private readonly trial: ModelTrial, private readonly hooks: RunHooks, private readonly dependencies: RunDependencies = DEPENDENCIES) {
    this.parts = prepareModel(trial, dependencies);
    this.loss = boostingLoss(trial.loss.type);
    const { training, validation, test, encoding } = this.parts;
    const first = this.scored(training);
    const start = this.loss.start(first.targets, encoding.outputs);
    const begun = (set: Scored): Scored => ({ ...set, f: set.f.map((_, i) => start[i % encoding.outputs]) });
    this.sets = { training: begun(first), validation: validation && begun(this.scored(validation)), test: test && begun(this.scored(test)) };
    this.metrics = trial.metrics.map((name) => createMetric(name, encoding));
    this.recorder = new ModelRecorder(trial.boosting!.rounds, 0, 'float64', hooks.rows !== undefined);
  }

  private scored(part: Part): Scored {
    const { targets } = this.parts.evaluator.outputsOf(part);
    return { part, targets, f: new Float64Array(targets.length) };
  }

  advance(until: number): boolean {
    const { hooks, trial } = this;
    if (Number.isNaN(this.startedAt)) this.startedAt = hooks.now();
    while (!this.ended && hooks.now() < until && !hooks.held?.()) {
      if (hooks.cancelled()) {
        this.ended = { status: 'cancelled', reason: { rule: 'cancelled' } };
        break;
      }
      try {
        this.round ??= new ModelRun(this.weakTrial(), { ...hooks, rows: undefined, tryRemedies: false }, { ...this.dependencies, split: this.residuals() }, false);
        if (!this.round.advance(until)) continue;
        this.close(this.round);
        this.round.free();
      } catch (error) {
        this.ended = { status: 'failed', reason: failureOf(error) };
      }
      this.round = null;
      if (!this.ended && this.losses.length === trial.boosting!.rounds) this.ended = { status: 'completed', reason: { rule: 'epochs', value: this.losses.length, limit: this.losses.length } };
    }
    if (this.ended && Number.isNaN(this.endedAt)) this.endedAt = hooks.now();
    return this.ended !== null;
  }

  /** The network of a round: a regression on what is left. */
  private weakTrial(): ModelTrial {
    const { trial } = this;
    const { layers } = trial.model;
    const bare = layers.map((layer, i): LayerSpec => (i === layers.length - 1 && 'activation' in layer && trial.loss.type !== 'meanSquaredError' ? { ...layer, activation: 'linear' } : layer));
    return {
      ...trial, boosting: null, model: { ...trial.model, layers: bare }, loss: { type: 'meanSquaredError', labelSmoothing: 0 }, metrics: [], predict: null, weights: null,
      early: { ...trial.early, patience: null },
    };
  }

  /** The parts with the negative gradient of the loss at F in place of the targets. */
  private residuals(): Split {
    const width = this.parts.encoding.outputs;
    const sets = Object.values(this.sets).filter((set) => set !== null);
    const replaced = new Map<Dataset, Dataset>();
    for (const { part: { data, rows }, f, targets } of sets) {
      const residual = new Float64Array(f.length);
      this.loss.residual(f, targets, width, residual);
      const changed = replaced.get(data) ?? { ...data, y: new Float64Array(data.rows * width), targets: width, classes: null };
      rows.forEach((row, i) => changed.y.set(residual.subarray(i * width, (i + 1) * width), row * width));
      replaced.set(data, changed);
    }
    const of = (part: Part): Part => ({ data: replaced.get(part.data)!, rows: part.rows });
    const { input, training, validation, test } = this.parts.split;
    return { input, target: UNSCALED, training: of(training), validation: validation && of(validation), test: test && of(test) };
  }

  /** Adds a round's network to the ensemble and scores it. */
  private close(run: ModelRun): void {
    const { sets, loss, trial, parts: { encoding } } = this;
    const ended = run.finish();
    this.steps += ended.steps;
    this.evaluations += ended.evaluations;
    if (ended.status === 'failed' || ended.status === 'diverged' || ended.status === 'cancelled') {
      this.ended = { status: ended.status, reason: ended.reason };
      return;
    }
    for (const [name, set] of Object.entries(sets)) {
      if (!set) continue;
      const { outputs } = run.outputsOf(name as keyof typeof sets);
      for (let i = 0; i < set.f.length; i++) set.f[i] += trial.boosting!.shrinkage * outputs[i];
    }
    const row = new Map<string, number>([['epoch', this.losses.length + 1], ['step', this.steps]]);
    const score = (set: Scored | null, prefix: string): number | null => {
      if (!set) return null;
      const predicted = new Float64Array(set.f.length);
      loss.predict(set.f, encoding.outputs, predicted);
      for (const metric of this.metrics) {
        metric.begin();
        metric.add(set.part.rows.length, predicted, set.targets);
        row.set(prefix === '' ? metric.name : `${prefix}${metric.name[0].toUpperCase()}${metric.name.slice(1)}`, metric.value());
      }
      return loss.value(set.f, set.targets, encoding.outputs);
    };
    const value = score(sets.training, '')!;
    const validation = score(sets.validation, 'validation');
    row.set('loss', value);
    if (validation !== null) row.set('validationLoss', validation);
    this.losses.push(value);
    this.validationLosses.push(validation);
    this.recorder.row(this.losses.length - 1, value, NaN, trial.boosting!.shrinkage);
    this.recorder.epoch(row);
    this.scores = row;
    this.recorder.take().forEach((record) => this.hooks.rows?.(record));
    if (!Number.isFinite(value)) this.ended = { status: 'diverged', reason: { rule: 'notFinite', value } };
  }

  free(): void {
    this.round?.free();
    this.parts.kernels.free();
  }

  finish(): RunSummary {
    const { trial, parts, hooks, loss } = this;
    const ended = this.ended ?? { status: 'cancelled' as const, reason: { rule: 'cancelled' as const } };
    const metrics = Object.fromEntries([...this.scores].filter(([name]) => !['epoch', 'step', 'loss', 'validationLoss'].includes(name)));
    const { test } = this.sets;
    const last = this.losses[this.losses.length - 1] ?? NaN;
    this.recorder.take().forEach((record) => hooks.rows?.(record));
    return {
      trialId: trial.id, status: ended.status, reason: ended.reason, steps: this.steps, seconds: ((Number.isNaN(this.endedAt) ? hooks.now() : this.endedAt) - this.startedAt) / 1000, evaluations: this.evaluations,
      loss: last, gradientNorm: NaN, parameters: null, criticalPoint: null,
      verdict: { kind: ended.status === 'completed' ? 'completed' : (ended.status as 'failed' | 'cancelled' | 'diverged'), evidence: {}, remedies: [] },
      model: {
        epochs: this.losses.length, bestEpoch: this.losses.length,
        validationLoss: this.validationLosses[this.validationLosses.length - 1] ?? null,
        testLoss: test && ended.status === 'completed' ? loss.value(test.f, test.targets, parts.encoding.outputs) : null,
        metrics, predict: null, parameterCount: parts.network.parameterCount * this.losses.length, kernels: parts.kernels.set,
        rows: { training: parts.training.rows.length, validation: parts.validation?.rows.length ?? 0, test: parts.test?.rows.length ?? 0 },
        rounds: { loss: this.losses, validationLoss: this.validationLosses }, scored: null,
      },
    };
  }
}
