import type { Initializer, LayerSpec } from '../../nn/spec';
import type { OptimizerSpec } from '../../optimizers/spec';
import type { ModelTrial, Remedy } from '../../training/trial';
import { scaledRate } from '../remedies';
import { TRIAL_COST } from '../thresholds';
import { epochCost, forwardCost } from './cost';
import type { ModelEnding, ModelTried } from './verdicts';

type Edit = { readonly path: string; readonly value: unknown };

/** A change of the file and the trial that it makes. */
interface Candidate {
  readonly remedy: Remedy;
  readonly trial: ModelTrial;
  /** What a step costs beside this run's: larger models cost more. */
  readonly cost?: number;
}

type Test = (tried: ModelTried) => boolean;

/** Epochs without progress that early stopping waits for, as a share of the run. */
const PATIENCE_SHARE = 0.1;

/**
 * Changes that make the training of a network better. One that costs little to train, counted in multiply-adds, is trained and proposed
 * only if it helps; what the budget does not reach is proposed by its reasons alone.
 */
export class ModelRemedies {
  private budget = TRIAL_COST;

  /** @param loss what this run reached, for `improves`: of noisy runs the mean of its last quarter. */
  constructor(private readonly ending: ModelEnding, private readonly loss: number) {}

  /** Smaller rates: `factor` of the present one, then less until one holds. */
  slower(factor: number): Remedy[] {
    for (let i = 0, f = factor; i < 8; i++, f *= i < 4 ? 0.5 : 0.1) {
      const candidate = this.rate(f);
      if (!candidate) return [];
      const tried = this.attempt(candidate);
      if (tried === undefined || (tried !== null && this.holds(tried))) return [candidate.remedy];
    }
    return [];
  }

  /** The best of some rates. */
  rates(factors: readonly number[], helps?: Test): Remedy[] {
    return this.best(factors.map((factor) => this.rate(factor)), helps);
  }

  /** A rate that decays to zero along half a cosine over the run. */
  decay(): Remedy[] {
    const { trial, steps } = this.ending;
    const initial = trial.optimizer.learningRate;
    if (typeof initial !== 'number' || !(initial > 0)) return [];
    return this.good({
      remedy: { id: 'schedule', path: this.optimizerPath('learningRate'), value: { schedule: 'cosine', initial, steps } },
      trial: { ...trial, optimizer: { ...trial.optimizer, learningRate: { schedule: 'cosine', initial, final: 0, steps, unit: 'step' } } },
    });
  }

  /** Four times the batch. */
  largerBatch(): Remedy[] {
    const { trial, outcome: { rows } } = this.ending;
    if (trial.training.batchSize === 'full') return [];
    const batchSize = 4 * trial.training.batchSize < rows.training ? 4 * trial.training.batchSize : 'full';
    return this.good({ remedy: { id: 'batchSize', path: '/training/batchSize', value: batchSize }, trial: { ...trial, training: { ...trial.training, batchSize } } });
  }

  /** Momentum .9 where there is none. */
  momentum(): Remedy[] {
    const { trial } = this.ending;
    const { optimizer } = trial;
    if ((optimizer.type !== 'sgd' && optimizer.type !== 'rmsprop') || Number(optimizer.momentum ?? 0) > 0) return [];
    return this.good({ remedy: { id: 'momentum', path: this.optimizerPath('momentum'), value: 0.9 }, trial: { ...trial, optimizer: { ...optimizer, momentum: 0.9 } } });
  }

  /** Another initializer for all layers; what a layer has of its own gives way. */
  initializer(kind: 'glorotUniform' | 'heNormal', helps?: Test): Remedy[] {
    const { trial } = this.ending;
    return this.good({ remedy: together('initializer', this.initializerEdits(kind)), trial: { ...trial, weights: null, model: { ...trial.model, layers: trial.model.layers.map((layer) => withInitializer(layer, { kind })) } } }, helps);
  }

  /** Another activation in every hidden layer whose own is one of `from`; relu with the initializer that suits it. */
  activation(to: 'relu' | 'leakyRelu', from: readonly string[], helps?: Test): Remedy[] {
    const { trial } = this.ending;
    const { layers } = trial.model;
    const changes = (layer: LayerSpec, l: number): boolean => 'activation' in layer && from.includes(layer.activation) && l < layers.length - 1;
    const places = [...new Set(layers.filter(changes).map(({ index }) => index))];
    if (places.length === 0) return [];
    const suits = to === 'relu';
    const edits: Edit[] = [...places.map((index) => ({ path: `/model/layers/${index}/activation`, value: to })), ...(suits ? this.initializerEdits('heNormal') : [])];
    const changed = layers.map((layer, l) => (changes(layer, l) ? { ...layer, activation: to } as LayerSpec : layer)).map((layer) => (suits ? withInitializer(layer, { kind: 'heNormal' }) : layer));
    return this.good({ remedy: together('activation', edits), trial: { ...trial, weights: suits ? null : trial.weights, model: { ...trial.model, layers: changed } } }, helps);
  }

  private initializerEdits(kind: string): readonly Edit[] {
    const { trial: { model, weights } } = this.ending;
    const own = [...new Set(model.layers.filter((layer) => 'initializer' in layer).map(({ index }) => index))];
    const removed = [...own.map((index) => `/model/layers/${index}/initializer`), ...(weights === null ? [] : ['/model/weights'])];
    return [{ path: '/model/initializer', value: kind }, ...removed.map((path) => ({ path, value: undefined }))];
  }

  /** Twice, four times the units of the hidden layers; a hidden layer where there is none. It must help plainly: a little it always does. */
  capacity(): Remedy[] {
    const hidden = this.hidden();
    return this.best(hidden ? [hidden] : [this.wider(2), this.wider(4)], this.plainly);
  }

  private wider(times: number): Candidate | null {
    const { trial } = this.ending;
    const { layers } = trial.model;
    const grows = (layer: LayerSpec, l: number): boolean => l < layers.length - 1 && (layer.type === 'dense' || ((layer.type === 'conv2d' || layer.type === 'conv1d') && layer.fixed === null));
    const edits = new Map<string, Edit>();
    const grown = layers.map((layer, l): LayerSpec => {
      if (!grows(layer, l)) return layer;
      const field = layer.type === 'dense' ? 'units' : 'filters';
      const value = times * (layer.type === 'dense' ? layer.units : (layer as { filters: number }).filters);
      const path = `/model/layers/${layer.index}/${field}`;
      edits.set(path, { path, value });
      return { ...layer, [field]: value } as LayerSpec;
    });
    if (edits.size === 0) return null;
    return { remedy: together('units', [...edits.values()]), trial: { ...trial, weights: null, model: { ...trial.model, layers: grown } }, cost: times * times };
  }

  /** For a network of one dense layer. */
  private hidden(): Candidate | null {
    const { trial, parts: { network } } = this.ending;
    const [last] = trial.model.layers;
    if (trial.model.layers.length !== 1 || last.type !== 'dense') return null;
    const units = 16;
    const before: LayerSpec = { ...last, name: `${last.name}.hidden`, units, activation: 'tanh' };
    return {
      remedy: {
        id: 'hidden', path: '/model/layers/0', value: { type: 'dense', units, activation: 'tanh' },
        also: [{ path: '/model/layers/-', value: { type: 'dense', units: last.units, ...(last.activation === 'linear' ? {} : { activation: last.activation }) } }],
      },
      trial: { ...trial, weights: null, model: { ...trial.model, layers: [before, { ...last, index: 1 }] } }, cost: 1 + (units * (network.inputSize + last.units)) / Math.max(1, network.inputSize * last.units),
    };
  }

  /** Early stopping, which gives the best epoch's weights back. Nothing to try: it makes the same run and stops it. */
  earlyStopping(): Remedy[] {
    const { trial: { early: { monitor, restoreBest } }, epochs } = this.ending;
    return [together('patience', [
      { path: '/stop/patience', value: Math.max(2, Math.round(PATIENCE_SHARE * epochs)) },
      ...(monitor === 'validationLoss' ? [] : [{ path: '/stop/monitor', value: 'validationLoss' }]), ...(restoreBest ? [] : [{ path: '/stop/restoreBest', value: true }]),
    ])];
  }

  /** A penalty on the weights that brings the validation loss down; only where it was tried. */
  penalty(): Remedy[] {
    const { trial, outcome } = this.ending;
    const last = outcome.validationLoss;
    if (last === null || trial.regularization.l2 > 0) return [];
    for (const l2 of [1e-4, 1e-3, 1e-2]) {
      const candidate: Candidate = { remedy: { id: 'l2', path: '/regularization/l2', value: l2 }, trial: { ...trial, regularization: { ...trial.regularization, l2 } } };
      const tried = this.attempt(candidate);
      if (tried && tried.outcome.validationLoss !== null && tried.outcome.validationLoss < 0.9 * last) return [candidate.remedy];
    }
    return [];
  }

  /** Twice the epochs (or steps, where they ended the run), with a schedule that counts them. */
  longer(): Remedy[] {
    const { trial, reason, steps } = this.ending;
    const { learningRate } = trial.optimizer;
    const scheduled = typeof learningRate === 'object' && 'steps' in learningRate && learningRate.schedule !== 'warmup' ? learningRate : null;
    const also = scheduled ? [{ path: this.optimizerPath('learningRate/steps'), value: 2 * scheduled.steps }] : [];
    const optimizer = scheduled ? { ...trial.optimizer, learningRate: { ...scheduled, steps: 2 * scheduled.steps } } as OptimizerSpec : trial.optimizer;
    if (reason.rule === 'steps') return this.good({ remedy: together('steps', [{ path: '/stop/steps', value: 2 * steps }, ...also]), trial: { ...trial, optimizer, stop: { ...trial.stop, steps: 2 * steps } } });
    const epochs = 2 * trial.training.epochs;
    return this.good({ remedy: together('epochs', [{ path: '/training/epochs', value: epochs }, ...also]), trial: { ...trial, optimizer, training: { ...trial.training, epochs } } });
  }

  /** Brings the loss down by a twentieth. */
  readonly plainly: Test = ({ loss }) => !(loss > 0.95 * this.loss);

  private rate(factor: number): Candidate | null {
    return scaledRate(this.ending.trial, factor);
  }

  private optimizerPath(field: string): string {
    return `/optimizers/${this.ending.trial.optimizerIndex}/${field}`;
  }

  /** The candidate, if it helps or cannot be tried. */
  private good(candidate: Candidate, helps: Test = (tried) => this.improves(tried)): Remedy[] {
    const tried = this.attempt(candidate);
    return tried === undefined || (tried !== null && helps(tried)) ? [candidate.remedy] : [];
  }

  /** The candidate that helps most; where none could be tried, the first. */
  private best(candidates: readonly (Candidate | null)[], helps: Test = () => true): Remedy[] {
    let best: { readonly remedy: Remedy; readonly loss: number } | null = null;
    let untried: Remedy | null = null;
    for (const candidate of candidates) {
      if (!candidate) continue;
      const tried = this.attempt(candidate);
      if (tried === undefined) untried ??= candidate.remedy;
      else if (tried && this.improves(tried) && helps(tried) && !(best && best.loss <= tried.loss)) best = { remedy: candidate.remedy, loss: tried.loss };
    }
    const found = best?.remedy ?? untried;
    return found ? [found] : [];
  }

  /** What comes of a candidate; null where it cannot run, undefined where the budget does not reach. */
  private attempt({ trial, cost = 1 }: Candidate): ModelTried | null | undefined {
    const { tryOut, outcome: { rows, parameterCount }, parts: { network } } = this.ending;
    const batch = trial.training.batchSize === 'full' ? rows.training : Math.min(trial.training.batchSize, rows.training);
    const updates = Math.ceil(rows.training / batch);
    const epochs = Math.min(trial.training.epochs, (trial.stop.steps ?? Infinity) / updates);
    const needed = cost * epochs * epochCost(forwardCost(network), rows.training, updates, parameterCount);
    // Folds and rounds are many and alike: the run itself tells.
    if (!tryOut || trial.resample !== null || trial.boosting !== null || needed > this.budget) return undefined;
    this.budget -= needed;
    return tryOut(trial);
  }

  /** A run that neither diverges nor ends above where it began. */
  private holds({ status, loss }: ModelTried): boolean {
    const { firstLoss } = this.ending;
    return status !== 'diverged' && status !== 'failed' && (!Number.isFinite(firstLoss) || loss < firstLoss);
  }

  /** Visibly lower than this run. */
  private improves({ status, loss }: ModelTried): boolean {
    if (status === 'diverged' || status === 'failed' || !Number.isFinite(loss)) return false;
    const { firstLoss } = this.ending;
    return !Number.isFinite(this.loss) || this.loss - loss >= Math.min(0.01 * Math.abs(firstLoss - this.loss), 0.1 * Math.abs(this.loss));
  }
}

/** One remedy of edits that belong together. */
function together(id: string, [first, ...also]: readonly Edit[]): Remedy {
  return { id, ...first, ...(also.length > 0 ? { also } : {}) };
}

function withInitializer(layer: LayerSpec, initializer: Initializer): LayerSpec {
  return 'initializer' in layer ? { ...layer, initializer } : layer;
}
