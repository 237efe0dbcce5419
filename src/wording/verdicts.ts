import * as l10n from '@vscode/l10n';
import type { ObjectiveSpec } from '../core/objectives/spec';
import type { Remedy, Verdict, VerdictKind } from '../core/training/trial';
import { formatNumber, formatPercent, formatPoint } from './numbers';

/** How grave a verdict is: which icon and colour it gets. */
export type Severity = 'good' | 'warning' | 'error' | 'neutral';

/** From this ratio of validation to training loss on a run that went well tells of the gap. */
const GAP = 1.5;

/** A verdict's kind in a word or two. */
export function verdictTitle(kind: VerdictKind): string {
  switch (kind) {
    case 'failed': return l10n.t('Failed');
    case 'cancelled': return l10n.t('Cancelled');
    case 'diverged': return l10n.t('Diverged');
    case 'unbounded': return l10n.t('Unbounded');
    case 'explodingGradients': return l10n.t('Exploding gradients');
    case 'vanishingGradients': return l10n.t('Vanishing gradients');
    case 'deadUnits': return l10n.t('Dead units');
    case 'plateau': return l10n.t('Plateau');
    case 'saddle': return l10n.t('Saddle point');
    case 'degenerate': return l10n.t('Degenerate point');
    case 'localMinimum': return l10n.t('Local minimum');
    case 'converged': return l10n.t('Converged');
    case 'noiseDominated': return l10n.t('Noise floor');
    case 'edgeOfStability': return l10n.t('Edge of stability');
    case 'zigzag': return l10n.t('Zig-zag');
    case 'overfitting': return l10n.t('Overfitting');
    case 'underfitting': return l10n.t('Underfitting');
    case 'tooSlow': return l10n.t('Too slow');
    case 'stillDescending': return l10n.t('Still descending');
    case 'completed': return l10n.t('Completed');
  }
}

export function verdictSeverity(kind: VerdictKind): Severity {
  switch (kind) {
    case 'failed':
    case 'diverged':
    case 'unbounded':
    case 'explodingGradients':
      return 'error';
    case 'converged':
      return 'good';
    case 'cancelled':
    case 'completed':
    case 'edgeOfStability':
      return 'neutral';
    default:
      return 'warning';
  }
}

/** What a sentence may say besides the evidence. */
export interface VerdictContext {
  /** Where the run ended. */
  readonly parameters?: readonly number[] | null;
  /** What was sought; minimize if absent. */
  readonly goal?: ObjectiveSpec['goal'];
}

/** One plain sentence with the numbers that prove the verdict. */
export function verdictText(verdict: Verdict, context: VerdictContext = {}): string {
  const { evidence } = verdict;
  const maximizing = context.goal === 'maximize';
  const has = (name: string) => name in evidence;
  const number = (name: string) => formatNumber(evidence[name] ?? NaN);
  const percent = (name: string) => formatPercent(evidence[name] ?? NaN);
  switch (verdict.kind) {
    case 'failed':
      return l10n.t('The run could not go on.');
    case 'cancelled':
      return l10n.t('Cancelled after {0} steps.', number('step'));
    case 'diverged':
      if (has('undefinedAt')) return l10n.t('Left the objective’s domain at step {0}, by too long a step at the rate {1}: the loss is not a number there.', number('undefinedAt'), number('learningRate'));
      return has('allowedRate')
        ? l10n.t('Blew up by step {0}: the rate {1} is above {2}, the largest that a curvature of {3} allows.', number('step'), number('learningRate'), number('allowedRate'), number('lambdaMax'))
        : l10n.t('Blew up by step {0} at the rate {1}.', number('step'), number('learningRate'));
    case 'unbounded':
      return evidence.loss > 0
        ? l10n.t('Rises without a ceiling: {0} at step {1}, along curvature {2}.', number('loss'), number('step'), number('lambdaMax'))
        : l10n.t('Falls without a floor: {0} at step {1}, along curvature {2}.', number('loss'), number('step'), number('lambdaMin'));
    case 'explodingGradients':
      return l10n.t('The first layer’s gradient is {0} times the last layer’s: each layer on the way back makes it larger.', number('layerRatio'));
    case 'vanishingGradients':
      return l10n.t('The first layer’s gradient is only {0} of the last layer’s: the first layers hardly learn.', number('layerRatio'));
    case 'deadUnits':
      return l10n.t('{0} of the {1} units of layer {2} answer to no row of the training data: they put out 0 and no longer learn.', percent('share'), number('units'), number('layer'));
    case 'plateau':
      return l10n.t('Stopped on flat ground: gradient {0}, no curvature above {1}.', number('gradientNorm'), number('curvature'));
    case 'saddle':
      if (evidence.lambdaMax < 0) return l10n.t('Stopped at a maximum: the gradient vanishes there too, but no curvature is above {0}.', number('lambdaMax'));
      if (evidence.lambdaMin > 0) return l10n.t('Stopped at a minimum: the gradient vanishes there too, but no curvature is below {0}.', number('lambdaMin'));
      return maximizing
        ? l10n.t('Stopped where the gradient vanishes but no maximum is: the curvatures run from {0} to {1}.', number('lambdaMin'), number('lambdaMax'))
        : l10n.t('Stopped where the gradient vanishes but no minimum is: the curvatures run from {0} to {1}.', number('lambdaMin'), number('lambdaMax'));
    case 'degenerate':
      if (has('parameterCount')) return l10n.t('At a level stretch of minima: {0} of {1} directions have no curvature, so other weights fit the training data just as well.', number('zero'), number('parameterCount'));
      return l10n.t('Stopped where the curvature vanishes: neither a clear minimum nor a saddle point.');
    case 'localMinimum':
      return evidence.bestKnown > evidence.loss
        ? l10n.t('A maximum of {0}, but a higher one is known: {1}.', number('loss'), number('bestKnown'))
        : l10n.t('A minimum of {0}, but a lower one is known: {1}.', number('loss'), number('bestKnown'));
    case 'converged':
      if (!(evidence.gradientNorm <= evidence.tolerance)) return l10n.t('The tolerance was met: loss {0}, gradient {1}.', number('loss'), number('gradientNorm'));
      if (maximizing || evidence.lambdaMax < 0) return l10n.t('At a maximum: ‖∇f‖ went below {0}.', number('tolerance'));
      return arrived(evidence, context.parameters ?? null, number('tolerance'));
    case 'noiseDominated':
      return l10n.t('The noise keeps it wandering: the mean loss stays at {0} ± {1}.', number('meanLoss'), number('standardError'));
    case 'edgeOfStability':
      return l10n.t('The sharpness rose to {0} and hovers at its limit {1} while the loss falls: normal.', number('sharpness'), number('sharpnessLimit'));
    case 'overfitting':
      return l10n.t('Best for the validation rows at epoch {0} of {1}: from there their loss rose by {2} while the training loss fell.', number('bestEpoch'), number('epochs'), percent('rise'));
    case 'underfitting':
      return l10n.t('Learned little: the training loss stays at {0}, and one constant prediction for all rows reaches {1}.', number('loss'), number('constantLoss'));
    case 'zigzag':
      return l10n.t('Turned back in {0} of steps, across the valley.', percent('share'));
    case 'tooSlow':
      return tooSlow(evidence, maximizing);
    case 'stillDescending':
      if (evidence.share > 0.01 && maximizing) return l10n.t('The last tenth of the steps still brought {0} of the rise.', percent('share'));
      return evidence.share > 0.01
        ? l10n.t('The last tenth of the steps still brought {0} of the fall.', percent('share'))
        : l10n.t('The last tenth of the steps still took {0} off what was left.', percent('gapShare'));
    case 'completed':
      if (has('bestEpoch')) return l10n.t('Stopped early: epoch {0} of {1} was the best, and nothing wrong was found.', number('bestEpoch'), number('epochs'));
      if (has('stuckAt')) return l10n.t('The optimizer found no way on after {0} steps: loss {1}, gradient {2}.', number('stuckAt'), number('loss'), number('gradientNorm'));
      if (has('epochs') && evidence.validationLoss > GAP * evidence.loss && evidence.loss > 0) {
        return l10n.t('Used all its epochs: the loss is {0}, and {1} on the validation rows, {2} times as much. It knows its training rows better than others.', number('loss'), number('validationLoss'), formatNumber(evidence.validationLoss / evidence.loss, 2));
      }
      if (has('epochs')) return l10n.t('Used all its epochs: the loss is {0}, and nothing wrong was found.', number('loss'));
      return has('lambdaMin')
        ? l10n.t('Used all its steps and arrived: gradient {0}.', number('gradientNorm'))
        : l10n.t('Used all its steps; nothing wrong was found.');
    default:
      return verdictTitle(verdict.kind);
  }
}

/** Of the way to the bottom: a smaller share (or none, where the ground falls away) is no number to tell. */
const HARDLY = 5e-4;

function tooSlow(evidence: Verdict['evidence'], maximizing: boolean): string {
  const { shortness, initialRate } = evidence;
  if (initialRate !== undefined) return l10n.t('The schedule lowered the rate too soon: from {0} to {1} in the end.', formatNumber(initialRate), formatNumber(evidence.learningRate ?? NaN));
  const times = formatNumber(Number((evidence.factor ?? NaN).toPrecision(2)));
  if (!(shortness >= HARDLY)) return l10n.t('Steps hardly get anywhere: the rate could be {0} times larger.', times);
  return maximizing
    ? l10n.t('Steps reach only {0} of the way to the top: the rate could be {1} times larger.', formatPercent(shortness), times)
    : l10n.t('Steps reach only {0} of the way to the bottom: the rate could be {1} times larger.', formatPercent(shortness), times);
}

/** Up to this share of the coordinates' size a run counts as arrived at the minimum, beyond it as near. */
const NEAR = 1e-3;
/** A coordinate below this share of the coordinates' size is zero but for rounding. */
const ROUNDING = 1e-6;

/**
 * Where a run ended at a minimum. The minimum lies within about ‖g‖/λ_min (a Newton step's length at most), so a coordinate smaller than
 * twice that can't be told from zero and reads as zero.
 */
function arrived(evidence: Verdict['evidence'], point: readonly number[] | null, tolerance: string): string {
  if (!point || point.length > 3) return l10n.t('At a minimum: ‖∇f‖ went below {0}.', tolerance);
  const size = Math.max(1, ...point.map(Math.abs));
  const away = evidence.lambdaMin > 0 ? evidence.gradientNorm / evidence.lambdaMin : 0;
  if (away > NEAR * size) return l10n.t('Near a minimum, at {0}: ‖∇f‖ went below {1}.', formatPoint(point), tolerance);
  const zero = Math.max(2 * away, ROUNDING * size);
  return l10n.t('At the minimum {0}: ‖∇f‖ went below {1}.', formatPoint(point.map((value) => (Math.abs(value) <= zero ? 0 : value))), tolerance);
}

/** A remedy as an action: "Add momentum 0.9", "Set the learning rate to 0.0018". */
export function remedyText(remedy: Remedy): string {
  const { value } = remedy;
  const number = typeof value === 'number' ? formatNumber(value) : '';
  switch (remedy.id) {
    case 'learningRate':
      return typeof value === 'number' ? l10n.t('Set the learning rate to {0}', number) : l10n.t('Scale the learning rate’s schedule');
    case 'constantRate':
      return l10n.t('Keep the learning rate at {0}', number);
    case 'schedule':
      return l10n.t('Add a cosine schedule');
    case 'momentum':
      return l10n.t('Add momentum {0}', number);
    case 'steps':
      return l10n.t('Run {0} steps', number);
    case 'noise':
      return l10n.t('Add gradient noise {0}', number);
    case 'epochs':
      return l10n.t('Train for {0} epochs', number);
    case 'batchSize':
      return typeof value === 'number' ? l10n.t('Use batches of {0} rows', number) : l10n.t('Use all rows in each batch');
    case 'initializer':
      return l10n.t('Draw the first weights by {0}', String(value));
    case 'activation':
      return value === 'relu' ? l10n.t('Use relu in the hidden layers, with the initializer heNormal') : l10n.t('Use {0} in the hidden layers', String(value));
    case 'units':
      return l10n.t('Widen the hidden layers: {0} units in the first', number);
    case 'hidden':
      return l10n.t('Add a hidden layer of {0} tanh units', String((value as { units?: number } | null)?.units ?? ''));
    case 'patience':
      return l10n.t('Stop after {0} epochs without a better validation loss, and keep the best epoch’s weights', number);
    case 'l2':
      return l10n.t('Add an L2 penalty of {0} on the weights', number);
    case 'start':
      return l10n.t('Start from {0}', Array.isArray(value) ? formatPoint(value as number[]) : '');
    default:
      return remedy.path;
  }
}
