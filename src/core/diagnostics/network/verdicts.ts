import type { PreparedModel } from '../../training/modelParts';
import type { EndReason, ModelOutcome, ModelTrial, Remedy, RunStatus, Verdict, VerdictKind } from '../../training/trial';
import { median } from '../path';
import * as T from '../thresholds';
import { activationOf } from './activity';
import { constantLoss } from './constantLoss';
import type { Spectrum } from './curvature';
import type { Diagnosed } from './diagnosed';
import { ModelRemedies } from './remedies';

/** What came of a changed training. */
export interface ModelTried {
  readonly status: RunStatus;
  readonly loss: number;
  readonly outcome: ModelOutcome;
}

/** The scores of an epoch that a verdict looks back on; NaN for what there is not. */
export interface JudgedEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number;
  readonly learningRate: number;
}

/** How a training ended: all that a verdict is made of. */
export interface ModelEnding {
  readonly trial: ModelTrial;
  readonly status: Exclude<RunStatus, 'running'>;
  readonly reason: EndReason;
  readonly steps: number;
  readonly epochs: number;
  readonly firstLoss: number;
  readonly loss: number;
  readonly firstGradientNorm: number;
  readonly gradientNorm: number;
  readonly diagnosed: Diagnosed;
  readonly outcome: ModelOutcome;
  /** The scores of every epoch, oldest first. */
  readonly epochRows: readonly JudgedEpoch[];
  readonly parts: PreparedModel;
  /** Trains with a changed trial, without a verdict; null where remedies are to be estimated only. Null as a result: it cannot run. */
  readonly tryOut: ((trial: ModelTrial) => ModelTried | null) | null;
}

interface Context {
  readonly ending: ModelEnding;
  readonly remedies: ModelRemedies;
  /** Every update saw all rows: successive losses and gradients are of one function. */
  readonly whole: boolean;
  /** Training losses of the epochs. */
  readonly losses: readonly number[];
  /** Of the loss at the end, where a tolerance was met; null where it was not, or would cost too much. */
  readonly spectrum: Spectrum | null;
}

interface Finding {
  readonly evidence: Record<string, number>;
  readonly remedies?: readonly Remedy[];
}

/**
 * The one verdict of a training, by the table of diagnostics.md: its rows are asked in order and the first that holds counts. Two kinds
 * never come: every loss of a network is bounded below (`unbounded`), and no lower minimum is known beforehand (`localMinimum`).
 */
export function judgeModel(ending: ModelEnding): Verdict {
  if (ending.status === 'failed') return { kind: 'failed', evidence: {}, remedies: [] };
  if (ending.status === 'cancelled') return { kind: 'cancelled', evidence: { step: ending.steps }, remedies: [] };
  const losses = ending.epochRows.map(({ loss }) => loss);
  const whole = ending.parts.batches.count === 1;
  // The last epoch of a noisy run may be an unlucky one.
  const reached = whole || losses.length < 4 ? ending.loss : Math.min(ending.loss, meanOf(losses.slice(-Math.ceil(losses.length / 4))));
  const context: Context = { ending, whole, losses, remedies: new ModelRemedies(ending, ending.status === 'diverged' ? NaN : reached), spectrum: spectrumOf(ending, whole) };
  for (const [kind, holds] of ROWS) {
    const found = holds(context);
    if (found) return { kind, evidence: finiteOnly(found.evidence), remedies: found.remedies ?? [] };
  }
  return { kind: 'completed', evidence: finiteOnly(completed(ending)), remedies: [] };
}

const ROWS: readonly (readonly [VerdictKind, (context: Context) => Finding | null])[] = [
  ['diverged', diverged],
  ['explodingGradients', explodingGradients],
  ['vanishingGradients', vanishingGradients],
  ['deadUnits', deadUnits],
  ['plateau', plateau],
  ['saddle', saddle],
  ['degenerate', degenerate],
  ['converged', converged],
  ['noiseDominated', noiseDominated],
  ['edgeOfStability', edgeOfStability],
  ['zigzag', zigzag],
  ['overfitting', overfitting],
  ['underfitting', underfitting],
  ['tooSlow', tooSlow],
  ['stillDescending', stillDescending],
];

function diverged({ ending, remedies }: Context): Finding | null {
  if (ending.status !== 'diverged') return null;
  const { diagnosed, trial, steps, loss } = ending;
  const rate = Number.isFinite(diagnosed.lastRate) ? diagnosed.lastRate : firstRate(trial);
  // Where the run began, else where it last stood in order: one of them explains it, or the ground is not a parabola.
  const seen = (['start', 'end'] as const).flatMap((when) => diagnosed.sharpness(when, rate) ?? []).filter(({ sharpness, limit }) => sharpness > 0 && limit !== null);
  const allowed = seen.map(({ sharpness, limit }) => ({ lambdaMax: sharpness, allowedRate: (rate * limit!) / sharpness }));
  const proof = allowed.find(({ allowedRate }) => allowedRate < rate);
  return {
    evidence: { step: steps, loss, learningRate: rate, ...proof },
    remedies: remedies.slower(proof ? (0.5 * proof.allowedRate) / rate : 0.1),
  };
}

/** Of a schedule its first rate; where it begins at zero there is none to tell. */
function firstRate({ optimizer: { learningRate } }: ModelTrial): number {
  if (typeof learningRate === 'number') return learningRate;
  return 'initial' in learningRate ? learningRate.initial : 'peak' in learningRate ? learningRate.peak : 'high' in learningRate ? learningRate.high : NaN;
}

function layerRatioOf({ ending: { diagnosed } }: Context): number {
  return median(diagnosed.ratios.filter((ratio) => Number.isFinite(ratio) && ratio > 0));
}

function explodingGradients(context: Context): Finding | null {
  const ratio = layerRatioOf(context);
  if (!(ratio > T.EXPLODING_RATIO)) return null;
  const { remedies } = context;
  return { evidence: { layerRatio: ratio, loss: context.ending.loss }, remedies: [...remedies.initializer('glorotUniform'), ...remedies.activation('relu', SATURATING)] };
}

const SATURATING = ['sigmoid', 'tanh'];

function vanishingGradients(context: Context): Finding | null {
  const ratio = layerRatioOf(context);
  if (!(ratio < T.VANISHING_RATIO)) return null;
  const { remedies } = context;
  return { evidence: { layerRatio: ratio, loss: context.ending.loss }, remedies: [...remedies.activation('relu', SATURATING), ...remedies.initializer('glorotUniform')] };
}

function deadUnits({ ending, remedies }: Context): Finding | null {
  const { diagnosed, parts: { network } } = ending;
  if (!network.layers.some((layer) => activationOf(layer) === 'relu')) return null;
  const { dead } = diagnosed.activity('end');
  let worst = 0;
  dead.forEach((share, l) => {
    if (!(dead[worst] >= share) && !Number.isNaN(share)) worst = l;
  });
  if (!(dead[worst] > T.DEAD_SHARE)) return null;
  const units = network.layers[worst].output.shape.at(-1)!;
  const atStart = diagnosed.activity('start').dead[worst];
  const leaky = remedies.activation('leakyRelu', ['relu'], remedies.plainly);
  const slower = remedies.rates([0.1, 0.01], remedies.plainly);
  // Units that the first weights left dead no smaller rate brings back.
  const killed = atStart < 0.5 * dead[worst];
  const found = killed ? [...slower, ...leaky] : [...leaky, ...remedies.initializer('heNormal', remedies.plainly), ...slower];
  // Of few columns the first weights alone leave as many dead: where none of this helps, the others do their work.
  if (found.length === 0) return null;
  return { evidence: { share: dead[worst], units, layer: worst + 1, shareAtStart: atStart, loss: ending.loss }, remedies: found };
}

function tolerance({ trial }: ModelEnding): number {
  return trial.stop.gradientNorm ?? T.DEFAULT_GRADIENT_TOLERANCE;
}

/** Only of runs whose gradient is that of the whole loss, and is within tolerance. */
function spectrumOf(ending: ModelEnding, whole: boolean): Spectrum | null {
  const { diagnosed, gradientNorm, status } = ending;
  return !whole || status === 'diverged' || !(gradientNorm <= tolerance(ending)) ? null : diagnosed.spectrum();
}

function plateau({ ending, spectrum, remedies }: Context): Finding | null {
  if (!spectrum) return null;
  const curvature = Math.max(Math.abs(spectrum.lambdaMin), Math.abs(spectrum.lambdaMax));
  if (!(curvature <= T.FLAT_CURVATURE)) return null;
  return { evidence: { gradientNorm: ending.gradientNorm, curvature, loss: ending.loss }, remedies: [...remedies.initializer('glorotUniform'), ...remedies.activation('relu', SATURATING)] };
}

function saddle({ ending, spectrum, remedies }: Context): Finding | null {
  if (!spectrum || !(spectrum.lambdaMin < -T.SADDLE_SHARE * Math.abs(spectrum.lambdaMax)) || spectrum.minIsZero) return null;
  const { lambdaMin, lambdaMax } = spectrum;
  return { evidence: { lambdaMin, lambdaMax, gradientNorm: ending.gradientNorm, loss: ending.loss }, remedies: [...remedies.initializer('glorotUniform'), ...remedies.momentum()] };
}

function degenerate({ ending, spectrum }: Context): Finding | null {
  // Of more than 500 parameters only the ends are known, and the lower one hardly to so many digits.
  if (!spectrum || !(spectrum.zero > 0)) return null;
  const { lambdaMin, lambdaMax, zero } = spectrum;
  return { evidence: { lambdaMin, lambdaMax, zero, parameterCount: ending.outcome.parameterCount, gradientNorm: ending.gradientNorm, loss: ending.loss } };
}

/** The optimizer found no way on, far from any tolerance. */
function isStuck(ending: ModelEnding): boolean {
  return ending.reason.rule === 'noProgress' && !(ending.gradientNorm <= tolerance(ending));
}

function converged({ ending, spectrum }: Context): Finding | null {
  // An optimizer that finds no way on has met no tolerance: the rows below may know why.
  if (ending.status !== 'converged' || isStuck(ending)) return null;
  const { lambdaMin = NaN, lambdaMax = NaN } = spectrum ?? {};
  return { evidence: { gradientNorm: ending.gradientNorm, tolerance: tolerance(ending), loss: ending.loss, lambdaMin, lambdaMax, steps: ending.steps, epochs: ending.epochs } };
}

/** Mean of the epochs from one share of the run to another, and its standard error. */
function meanLoss(losses: readonly number[], start: number, end: number): { readonly mean: number; readonly error: number } {
  const part = losses.slice(Math.floor(start * losses.length), Math.floor(end * losses.length));
  const mean = meanOf(part);
  return { mean, error: Math.sqrt(part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, part.length - 1) / part.length) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether a schedule has taken the rate to nothing: what still looks level stands, it does not wander. */
function comeToRest({ ending: { epochRows } }: Context): boolean {
  const rates = epochRows.map(({ learningRate }) => learningRate).filter(Number.isFinite);
  return rates.length > 1 && rates[rates.length - 1] <= T.RESTING_RATE * Math.max(...rates);
}

function noiseDominated(context: Context): Finding | null {
  const { ending, losses, whole, remedies } = context;
  if (whole || ending.status !== 'completed' || losses.length < T.LEVEL_EPOCHS || comeToRest(context)) return null;
  const third = meanLoss(losses, 0.5, 0.75);
  const fourth = meanLoss(losses, 0.75, 1);
  const error = Math.hypot(third.error, fourth.error);
  if (!(error > 0) || !(Math.abs(third.mean - fourth.mean) <= T.NOISE_ERRORS * error)) return null;
  const late = losses.slice(losses.length >> 1);
  const scatter = meanLoss(late, 0, 1).error * Math.sqrt(late.length);
  if (!(scatter >= T.WANDERING * Math.abs(fourth.mean)) || !(fourth.mean >= T.WORTH_GAINING * ending.firstLoss)) return null;
  // Where neither helps it is no noise that holds the run up.
  const found = [...remedies.decay(), ...remedies.largerBatch()];
  if (found.length === 0) return null;
  return { evidence: { meanLoss: fourth.mean, meanLossBefore: third.mean, standardError: fourth.error, scatter, gradientNorm: ending.gradientNorm }, remedies: found };
}

/** Share of the last half of the epochs whose last gradient turned back. */
function turnedBack({ diagnosed }: ModelEnding): number {
  const late = diagnosed.turns.slice(diagnosed.turns.length >> 1);
  return late.filter((turn) => turn < T.TURNED_BACK).length / late.length;
}

function edgeOfStability({ ending, whole }: Context): Finding | null {
  const { diagnosed, firstLoss, loss, epochs } = ending;
  // It is normal, and hides no illness that comes after it.
  if (!whole || !(loss < firstLoss) || isStuck(ending) || overfit(ending)) return null;
  const known = diagnosed.probes.filter(({ limit }) => limit !== null);
  const late = known.filter(({ epoch }) => epoch >= 0.75 * epochs);
  if (late.length < 2 || !(known[0].sharpness < T.EDGE_ROSE_FROM * (known[0].limit ?? NaN))) return null;
  const near = late.filter(({ sharpness, limit }) => Math.abs(sharpness / (limit ?? NaN) - 1) <= T.EDGE_NEAR);
  if (!(near.length > T.EDGE_SHARE * late.length)) return null;
  const last = near[near.length - 1];
  return { evidence: { sharpness: last.sharpness, sharpnessLimit: last.limit ?? NaN, firstSharpness: known[0].sharpness, share: near.length / late.length, loss } };
}

/** Of a stochastic run successive gradients are of different rows: their turn tells of the noise. */
function zigzag({ ending, whole, remedies }: Context): Finding | null {
  if (!whole || ending.epochs < T.LEVEL_EPOCHS || isStuck(ending)) return null;
  const share = turnedBack(ending);
  // Where hardly any gradient is left rounding alone turns it.
  if (!(share > T.ZIGZAG_SHARE) || !(ending.gradientNorm > T.LEFT_GRADIENT * ending.firstGradientNorm)) return null;
  const last = ending.diagnosed.probes.at(-1);
  return {
    evidence: { share, learningRate: ending.diagnosed.lastRate, sharpness: last?.sharpness ?? NaN, sharpnessLimit: last?.limit ?? NaN, loss: ending.loss },
    remedies: [...remedies.momentum(), ...remedies.rates([0.5])],
  };
}

function overfitting({ ending, remedies }: Context): Finding | null {
  const evidence = overfit(ending);
  return evidence && { evidence, remedies: [...remedies.earlyStopping(), ...remedies.penalty()] };
}

function overfit({ epochRows, epochs, outcome, loss }: ModelEnding): Record<string, number> | null {
  // With the best epoch's weights restored the illness is cured.
  if (outcome.bestEpoch < epochs || epochRows.length < 4) return null;
  const scores = epochRows.map(({ validationLoss }) => validationLoss);
  let best = 0;
  scores.forEach((score, i) => {
    if (!(scores[best] <= score)) best = i;
  });
  const last = scores[scores.length - 1];
  const rise = last / scores[best] - 1;
  const trainingFell = epochRows[epochRows.length - 1].loss < epochRows[best].loss;
  if (!(best + 1 < T.BEST_BEFORE * epochRows.length) || !(rise >= T.RISEN_BY) || !trainingFell) return null;
  return { bestEpoch: epochRows[best].epoch, epochs, bestValidationLoss: scores[best], validationLoss: last, rise, loss };
}

function underfitting(context: Context): Finding | null {
  const { ending, losses, remedies } = context;
  if (losses.length < 3 || isStuck(ending)) return null;
  const before = losses[Math.floor((2 * losses.length) / 3) - 1];
  const last = losses[losses.length - 1];
  if (!(before - last < T.FLAT_THIRD * Math.abs(last))) return null;
  const constant = constantLoss(ending.parts, ending.trial.loss);
  if (!(ending.loss > T.CONSTANT_SHARE * constant)) return null;
  // Level for want of pace, not of units: a later row tells it.
  if (tooSlow(context)) return null;
  const wider = remedies.capacity();
  return { evidence: { loss: ending.loss, constantLoss: constant, share: ending.loss / constant }, remedies: [...wider, ...remedies.rates([10, 3])] };
}

function tooSlow({ ending, whole, remedies }: Context): Finding | null {
  const { diagnosed, status, loss, steps, outcome, trial } = ending;
  const shortness = diagnosed.reach;
  if (status !== 'completed' || !(shortness < T.SHORT_STEP)) return null;
  const rate = diagnosed.lastRate;
  const byStep = shortness > 0 ? 0.5 / shortness : Infinity;
  const room = (['start', 'end'] as const).flatMap((when) => diagnosed.sharpness(when, rate) ?? [])
    .filter(({ sharpness, limit }) => sharpness > 0 && limit !== null).map(({ sharpness, limit }) => (0.5 * limit!) / sharpness);
  const byRoom = Math.min(byStep, ...room);
  // Of a noisy gradient the best rate is 1/(1 + noise scale/batch) of what the curvature allows (McCandlish et al. 2018, equation 2.6).
  const batch = trial.training.batchSize === 'full' ? outcome.rows.training : trial.training.batchSize;
  const noise = whole ? 0 : diagnosed.noiseScale();
  const factor = Math.min(T.LARGEST_FACTOR, Number.isNaN(noise) ? byRoom : byRoom / (1 + noise / batch));
  if (!(factor >= T.WORTHWHILE_FACTOR)) return null;
  const found = remedies.rates([factor, factor / 3, factor / 10].filter((each) => each > 1));
  if (found.length === 0) return null;
  return { evidence: { shortness, learningRate: rate, factor, loss, steps }, remedies: [...found, ...remedies.momentum()] };
}

function stillDescending(context: Context): Finding | null {
  const { ending, losses, whole, remedies } = context;
  const { status, firstLoss, loss, steps, epochs, epochRows } = ending;
  if (status !== 'completed' || losses.length < 2) return null;
  const tenth = Math.max(1, Math.round(losses.length / 10));
  const last = losses.slice(-tenth);
  const previous = losses.slice(-2 * tenth, -tenth);
  const late = whole ? losses[losses.length - 1 - tenth] - loss : meanOf(previous) - meanOf(last);
  const error = whole || tenth < 3 ? 0 : Math.hypot(meanLoss(last, 0, 1).error, meanLoss(previous, 0, 1).error);
  if (!(late > T.NOISE_ERRORS * error)) return null;
  // Of fewer than ten epochs the last one is more than a tenth.
  const share = ((late / (firstLoss - loss)) * Math.min(1, losses.length / 10));
  if (!(firstLoss > loss) || !(share > T.LATE_FALL)) return null;
  const validation = epochRows.map(({ validationLoss }) => validationLoss);
  // More epochs are no help where the rows that count no longer gain.
  if (validation[validation.length - 1] >= validation[Math.max(0, validation.length - 1 - tenth)]) return null;
  return { evidence: { share, loss, steps, epochs }, remedies: [...remedies.longer(), ...remedies.momentum()] };
}

function completed(ending: ModelEnding): Record<string, number> {
  const { loss, gradientNorm, steps, epochs, status, outcome } = ending;
  return { loss, gradientNorm, steps, epochs, ...(isStuck(ending) ? { stuckAt: steps } : {}), ...(status === 'stoppedEarly' ? { bestEpoch: outcome.bestEpoch } : {}), validationLoss: outcome.validationLoss ?? NaN, testLoss: outcome.testLoss ?? NaN };
}

function finiteOnly(evidence: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => Number.isFinite(value)));
}
