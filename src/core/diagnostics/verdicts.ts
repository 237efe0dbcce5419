import type { CriticalPoint, Remedy, Verdict, VerdictKind } from '../training/trial';
import { criticalPoint, isNearCritical, localShape, type LocalShape } from './criticalPoint';
import type { Ending } from './ending';
import { allFinite } from './hessian';
import { median, Path } from './path';
import { Remedies } from './remedies';
import * as T from './thresholds';

interface Judgement {
  readonly verdict: Verdict;
  readonly criticalPoint: CriticalPoint | null;
}

/** The ground where the run ended, seen by the descended function: for gradient ascent the signs are turned. */
interface Ground {
  readonly shape: LocalShape;
  readonly lambdaMin: number;
  readonly lambdaMax: number;
  readonly minIsZero: boolean;
  readonly maxIsZero: boolean;
  /** Unit vector along the smallest eigenvalue. */
  readonly down: Float64Array;
  /** A critical point, as far as a run can tell. */
  readonly near: boolean;
  /** Curved up in every direction. */
  readonly bowl: boolean;
  /** What is still to be gained by the Taylor parabola; NaN outside a bowl. */
  readonly gain: number;
}

/**
 * What a finished run means, by the table of diagnostics.md: its rows are asked in order and the first that holds is the verdict.
 * One row goes before its place: a run that was stopped as diverged while its loss fell along negative curvature is `unbounded`,
 * for no rate would have held it.
 */
export function judge(ending: Ending): Judgement {
  if (ending.status === 'failed') return { verdict: { kind: 'failed', evidence: {}, remedies: [] }, criticalPoint: null };
  const ground = groundOf(ending);
  const point = ground && criticalPoint(ground.shape, ground.near);
  if (ending.status === 'cancelled') return { verdict: { kind: 'cancelled', evidence: { step: ending.steps }, remedies: [] }, criticalPoint: point };

  const context: Context = { ending, ground, path: new Path(ending), remedies: new Remedies(ending, ground?.bowl ? ground.gain : NaN, ground ? ending.gradientNorm * ground.shape.newtonLength : 0) };
  for (const [kind, holds] of ROWS) {
    const found = holds(context);
    if (found) return { verdict: { kind, evidence: finiteOnly(found.evidence), remedies: found.remedies ?? [] }, criticalPoint: point };
  }
  const kind = ending.status === 'converged' ? 'converged' : 'completed';
  const evidence = { gradientNorm: ending.gradientNorm, loss: ending.loss, steps: ending.steps, ...(ground && arrived(context) ? curvatures(ground) : {}) };
  return { verdict: { kind, evidence: finiteOnly(evidence), remedies: [] }, criticalPoint: point };
}

interface Context {
  readonly ending: Ending;
  readonly ground: Ground | null;
  readonly path: Path;
  readonly remedies: Remedies;
}

interface Finding {
  readonly evidence: Record<string, number>;
  readonly remedies?: readonly Remedy[];
}

const ROWS: readonly (readonly [VerdictKind, (context: Context) => Finding | null])[] = [
  ['unbounded', unbounded],
  ['diverged', diverged],
  ['plateau', plateau],
  ['saddle', saddle],
  ['degenerate', degenerate],
  ['localMinimum', localMinimum],
  ['converged', converged],
  ['noiseDominated', noiseDominated],
  ['edgeOfStability', edgeOfStability],
  ['zigzag', zigzag],
  ['tooSlow', tooSlow],
  ['stillDescending', stillDescending],
];

/** The ends of the objective's own spectrum. */
function curvatures({ shape }: Ground): { readonly lambdaMin: number; readonly lambdaMax: number } {
  return { lambdaMin: shape.lambdaMin, lambdaMax: shape.lambdaMax };
}

function tolerance(ending: Ending): number {
  return ending.trial.stop.gradientNorm ?? T.DEFAULT_GRADIENT_TOLERANCE;
}

function withinTolerance(ending: Ending): boolean {
  return ending.gradientNorm <= tolerance(ending);
}

function groundOf(ending: Ending): Ground | null {
  const { objective, point, gradient, sign, trial } = ending;
  if (!allFinite(point) || !allFinite(gradient) || !Number.isFinite(ending.loss)) return null;
  const shape = localShape(objective, point, gradient, trial.seed);
  if (!shape) return null;
  const turned = sign < 0;
  const lambdaMin = turned ? -shape.lambdaMax : shape.lambdaMin;
  const minIsZero = turned ? shape.maxIsZero : shape.minIsZero;
  // Noise carries a run past points that look critical: there only the tolerance itself counts.
  const near = trial.objective.gradientNoise > 0 ? withinTolerance(ending) : isNearCritical(shape, ending.gradientNorm, tolerance(ending), ending.firstGradientNorm);
  const bowl = lambdaMin > 0 && !minIsZero && !(shape.zero > 0);
  return {
    shape, lambdaMin, minIsZero, near, bowl,
    lambdaMax: turned ? -shape.lambdaMin : shape.lambdaMax,
    maxIsZero: turned ? shape.minIsZero : shape.maxIsZero,
    down: turned ? shape.maxVector : shape.minVector,
    gain: bowl ? sign * shape.newtonDecrement : NaN,
  };
}

/** How far the descended loss has fallen over the run. */
function fall({ sign, firstLoss, loss }: Ending): number {
  return sign * (firstLoss - loss);
}

/** At a minimum for all purposes, tolerance or not: what is left to gain is nothing beside the fall, or beside rounding. */
function arrived({ ending, ground }: Context): boolean {
  if (!ground?.bowl) return false;
  if (withinTolerance(ending)) return true;
  if (ground.shape.newtonLeft <= T.NEWTON_CONTRACTION && ground.gain <= T.ARRIVED * fall(ending)) return true;
  const length = Math.sqrt(ending.point.reduce((sum, t) => sum + t * t, 0));
  return ending.gradientNorm <= T.ROUNDING * ground.lambdaMax * length;
}

function unbounded({ ending, ground }: Context): Finding | null {
  const { sign, firstLoss, marks } = ending;
  let { loss } = ending;
  let told = { step: ending.steps, loss };
  let at = ground;
  if (!ground) {
    // The last point is not finite: the last mark is what was seen of the fall.
    const mark = marks[marks.length - 1];
    if (!mark) return null;
    at = groundOf({ ...ending, point: mark.point, gradient: mark.gradient, loss: mark.loss });
    told = { step: mark.step, loss: mark.loss };
    if (!(sign * loss === -Infinity)) loss = mark.loss;
  }
  const grown = Math.abs(loss) >= T.UNBOUNDED_GROWTH * Math.max(1, Math.abs(firstLoss));
  if (!grown || !(sign * loss < sign * firstLoss) || !at || !(at.lambdaMin < 0)) return null;
  return { evidence: { ...told, ...curvatures(at) } };
}

function diverged({ ending, path, remedies }: Context): Finding | null {
  if (ending.status !== 'diverged') return null;
  const room = path.headroom();
  const last = ending.marks[ending.marks.length - 1];
  const rate = last ? last.learningRate : NaN;
  const allowed = 2 * room.factor * room.rate;
  // Of a schedule the last rate may be the lower one. A rate within the limit is no proof: then the ground is not a parabola.
  const over = rate > allowed ? rate : room.rate;
  const proof: Record<string, number> = over > allowed ? { learningRate: over, lambdaMax: room.sharpness, allowedRate: allowed } : { learningRate: rate };
  return {
    evidence: { step: ending.steps, ...proof, loss: ending.loss, ...(leftDomain(ending) ? { undefinedAt: ending.steps } : null) },
    remedies: remedies.slower(Number.isFinite(allowed) ? Math.min(0.5, (0.5 * allowed) / rate) : 0.1),
  };
}

/** Whether the objective is not a number at the last point though that is an ordinary one: the logarithm of a negative number, not ∞ − ∞. */
function leftDomain({ loss, point, trial }: Ending): boolean {
  return Number.isNaN(loss) && allFinite(point) && Math.hypot(...point) <= T.ORDINARY_DISTANCE * Math.max(1, Math.hypot(...trial.start));
}

function plateau({ ending, ground, remedies }: Context): Finding | null {
  if (!ground || !withinTolerance(ending)) return null;
  const curvature = Math.max(Math.abs(ground.lambdaMin), Math.abs(ground.lambdaMax));
  if (!(curvature <= T.FLAT_CURVATURE) || !flatAround(ending)) return null;
  if (knownValues(ending).some((value) => Math.abs(value - ending.loss) <= T.SAME_VALUE * Math.max(1, Math.abs(value)))) return null;
  return { evidence: { gradientNorm: ending.gradientNorm, curvature, loss: ending.loss }, remedies: remedies.elsewhere() };
}

/**
 * Whether the gradient stays small some way off along the axes too, and no axis has a bottom (or a top) there: x⁴ is flat at one point
 * only, and x⁶ is flatter, but its slopes point to that point from both sides.
 */
function flatAround(ending: Ending): boolean {
  const { objective, point, gradientNorm } = ending;
  const length = Math.sqrt(point.reduce((sum, t) => sum + t * t, 0));
  const bound = T.FLAT_GRADIENT * tolerance(ending);
  const probe = point.slice();
  const gradient = new Float64Array(point.length);
  for (let i = 0; i < Math.min(point.length, 16); i++) {
    const [before, behind] = [-1, 1].map((side) => {
      probe[i] = point[i] + side * T.FLAT_DISTANCE * Math.max(1, length);
      objective.evaluate(probe, gradient);
      return { norm: Math.hypot(...gradient), slope: gradient[i] };
    });
    if (Math.max(before.norm, behind.norm) > bound) return false;
    if (before.slope * behind.slope < 0 && Math.min(Math.abs(before.slope), Math.abs(behind.slope)) > T.BOTTOM_SLOPES * gradientNorm) return false;
    probe[i] = point[i];
  }
  return true;
}

function saddle({ ending, ground, remedies }: Context): Finding | null {
  if (!ground?.near || !(ground.lambdaMin < 0) || ground.minIsZero) return null;
  const perturbed = remedies.perturbed(ground.down);
  return {
    evidence: { ...curvatures(ground), gradientNorm: ending.gradientNorm, loss: ending.loss },
    // Newton's method is drawn to saddles and maxima from all around.
    remedies: [...(perturbed.length > 0 ? perturbed : remedies.elsewhere()), ...remedies.momentum(true)],
  };
}

function degenerate({ ending, ground }: Context): Finding | null {
  if (!ground || !withinTolerance(ending)) return null;
  const { shape } = ground;
  if (!(shape.zero > 0) && !shape.minIsZero && !shape.maxIsZero) return null;
  return { evidence: { ...curvatures(ground), zero: shape.zero, gradientNorm: ending.gradientNorm, loss: ending.loss } };
}

/** Values of minima (maximizing: maxima) that are known or declared. */
function knownValues({ objective, trial, sign }: Ending): readonly number[] {
  const declared = trial.objective.minima.map(({ at, value }) => value ?? objective.evaluate(Float64Array.from(at), null));
  return sign > 0 ? [...objective.minima.map(({ value }) => value), ...declared] : declared;
}

function localMinimum({ ending, ground, remedies }: Context): Finding | null {
  if (!ground?.near || !ground.bowl) return null;
  const { sign, loss } = ending;
  const best = Math.min(...knownValues(ending).map((value) => sign * value));
  const here = sign * loss - ground.gain;
  if (!(best < here - ground.gain - T.SAME_VALUE * Math.max(1, Math.abs(best)))) return null;
  return {
    evidence: { loss, bestKnown: sign * best, gradientNorm: ending.gradientNorm, ...curvatures(ground) },
    remedies: [...remedies.elsewhere(), ...remedies.noise(), ...remedies.faster([3, 10])],
  };
}

function converged(context: Context): Finding | null {
  const { ending, ground } = context;
  if (ending.status !== 'converged') return null;
  if (ending.reason.rule !== 'loss' && !(ground?.bowl && (ground.near || arrived(context)))) return null;
  return { evidence: { gradientNorm: ending.gradientNorm, tolerance: tolerance(ending), loss: ending.loss, ...(ground ? curvatures(ground) : {}), steps: ending.steps } };
}

/** Mean loss of rows from `start` to `end` (shares of the run) and its standard error by batch means, which allow for correlated rows. */
function meanLoss({ trace, steps }: Ending, start: number, end: number): { mean: number; error: number } {
  const stretches = trace.stretches.filter(({ firstStep }) => firstStep >= start * steps && firstStep < end * steps);
  const batches = Math.min(8, stretches.length);
  const means: number[] = [];
  for (let i = 0; i < batches; i++) {
    const batch = stretches.slice(Math.floor((i * stretches.length) / batches), Math.floor(((i + 1) * stretches.length) / batches));
    means.push(batch.reduce((sum, each) => sum + each.lossSum, 0) / batch.reduce((sum, each) => sum + each.count, 0));
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / batches;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches - 1);
  return { mean, error: Math.sqrt(variance / batches) };
}

/** Whether a schedule has taken the rate to nothing: what still looks level stands, it does not wander. */
function comeToRest({ marks }: Ending): boolean {
  const rates = marks.map(({ learningRate }) => learningRate);
  return rates.length > 1 && rates[rates.length - 1] <= T.RESTING_RATE * Math.max(...rates);
}

function noiseDominated(context: Context): Finding | null {
  const { ending, remedies } = context;
  const { gradientNoise } = ending.trial.objective;
  if (!(gradientNoise > 0) || ending.status !== 'completed' || comeToRest(ending)) return null;
  const third = meanLoss(ending, 0.5, 0.75);
  const fourth = meanLoss(ending, 0.75, 1);
  const error = Math.hypot(third.error, fourth.error);
  if (!(error > 0) || !(Math.abs(third.mean - fourth.mean) <= T.NOISE_ERRORS * error)) return null;
  return {
    evidence: { gradientNoise, meanLoss: fourth.mean, meanLossBefore: third.mean, standardError: error, gradientNorm: ending.gradientNorm },
    remedies: remedies.decay(),
  };
}

/** Share of the last half of the steps that turned back. */
function turnedBack({ trace, steps }: Ending): number {
  let back = 0;
  let rows = 0;
  for (const stretch of trace.stretches) {
    if (stretch.firstStep < 0.5 * steps) continue;
    back += stretch.back;
    rows += stretch.count;
  }
  return rows > 0 ? back / rows : 0;
}

function edgeOfStability(context: Context): Finding | null {
  const { ending, path } = context;
  if (!(fall(ending) > 0) || arrived(context)) return null;
  if (ending.marks.length < 8) return null;
  // A preconditioner carries the sharpness to its limit on any ground: where the run turns back besides, that is what is to be told.
  if (ending.marks[0].scale !== null && turnedBack(ending) > T.ZIGZAG_SHARE) return null;
  const known = path.probes.filter(({ limit }) => limit !== null);
  const late = known.filter(({ mark }) => mark.step >= 0.75 * ending.steps);
  if (late.length < 2 || !(known[0].sharpness < T.EDGE_ROSE_FROM * (known[0].limit ?? NaN))) return null;
  const near = late.filter(({ sharpness, limit }) => Math.abs(sharpness / (limit ?? NaN) - 1) <= T.EDGE_NEAR);
  if (!(near.length > T.EDGE_SHARE * late.length)) return null;
  const last = late[late.length - 1];
  return { evidence: { sharpness: last.sharpness, sharpnessLimit: last.limit ?? NaN, share: near.length / late.length, loss: ending.loss } };
}

function zigzag(context: Context): Finding | null {
  const { ending, path, remedies } = context;
  if (arrived(context)) return null;
  const share = turnedBack(ending);
  if (!(share > T.ZIGZAG_SHARE)) return null;
  const room = path.headroom();
  return {
    evidence: { share, learningRate: ending.marks[ending.marks.length - 1]?.learningRate ?? NaN, sharpness: room.sharpness, sharpnessLimit: room.limit, loss: ending.loss },
    remedies: [...remedies.momentum(), ...remedies.slower(Math.min(0.5, room.factor), true), ...remedies.decay()],
  };
}

function tooSlow(context: Context): Finding | null {
  const { ending, path, remedies } = context;
  if (arrived(context)) return null;
  const shortness = path.shortness();
  if (!(shortness < T.SHORT_STEP)) return null;
  const byCurvature = shortness > 0 ? 0.5 / shortness : Infinity;
  const factor = Math.min(byCurvature, path.headroom().factor);
  const learningRate = ending.marks[ending.marks.length - 1]?.learningRate ?? NaN;
  const evidence = { shortness, learningRate, loss: ending.loss, steps: ending.steps };
  // Where nothing curves up there is no way to go a share of: the steps are as long as the slope makes them.
  if (factor >= T.WORTHWHILE_FACTOR && Number.isFinite(factor)) {
    const k = Math.min(factor, T.LARGEST_FACTOR);
    const found = remedies.larger([k, k / 3, k / 10]);
    if (found.length > 0) return { evidence: { ...evidence, factor: k }, remedies: [...found, ...remedies.momentum()] };
  }
  // No larger rate than the first is allowed, but the schedule has left it long ago.
  const initialRate = remedies.initialRate;
  const usual = median(ending.marks.map((mark) => mark.learningRate));
  if (initialRate === null || !(usual * T.WORTHWHILE_FACTOR <= initialRate)) return null;
  const kept = remedies.constantRate();
  return kept.length > 0 ? { evidence: { ...evidence, initialRate }, remedies: kept } : null;
}

function stillDescending(context: Context): Finding | null {
  const { ending, ground, remedies } = context;
  if (arrived(context) || ending.status !== 'completed') return null;
  const { sign, loss, steps, trace } = ending;
  const noisy = ending.trial.objective.gradientNoise > 0;
  const ninth = noisy ? meanLoss(ending, 0.8, 0.9) : { mean: trace.lossAt(Math.floor(0.9 * steps)), error: 0 };
  const tenth = noisy ? meanLoss(ending, 0.9, 1) : { mean: loss, error: 0 };
  const before = ninth.mean;
  const late = sign * (before - tenth.mean);
  if (noisy && !(late > T.NOISE_ERRORS * Math.hypot(ninth.error, tenth.error))) return null;
  const whole = fall(ending);
  if (!(whole > 0) || !(late > 0)) return null;
  // What was left above the nearest floor: that of the parabola where the run ended, or a known minimum.
  const floors = knownValues(ending).map((value) => sign * value).filter((value) => value <= sign * loss);
  if (ground && ground.lambdaMin > 0) floors.push(sign * (loss - ground.shape.newtonDecrement));
  const gap = floors.length > 0 ? sign * before - Math.max(...floors) : NaN;
  const share = late / whole;
  if (!(share > T.LATE_FALL) && !(late > T.LATE_GAP * gap)) return null;
  // As a schedule lowers the rate, the floor of the noise sinks with it: more steps would bring nothing.
  const longer = noisy && comeToRest(ending) ? [] : remedies.longer();
  if (noisy && longer.length === 0) return null;
  return {
    evidence: { share, gapShare: late / gap, loss, steps, gradientNorm: ending.gradientNorm },
    remedies: [...longer, ...remedies.momentum(), ...remedies.constantRate()],
  };
}

function finiteOnly(evidence: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => Number.isFinite(value)));
}
