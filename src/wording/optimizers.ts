import * as l10n from '@vscode/l10n';
import { OPTIMIZERS } from '../core/optimizers/catalog';
import type { NoProgress } from '../core/optimizers/optimizer';

/** The optimizer's name for people. A proper name, but for the two that are plain words; the type itself where it is unknown. */
export function optimizerTitle(type: string): string {
  switch (type) {
    case 'newton': return l10n.t('Newton');
    case 'conjugateGradient': return l10n.t('Conjugate gradient');
    case 'gradientDescent': return l10n.t('Gradient descent with line search');
    default: return OPTIMIZERS.get(type)?.title ?? type;
  }
}

/** One sentence on what the optimizer does; empty for an unknown type. */
export function optimizerSummary(type: string): string {
  switch (type) {
    case 'sgd': return l10n.t('Gradient descent, with momentum or Nesterov momentum.');
    case 'adagrad': return l10n.t('Divides by the root of the sum of all squared gradients, so each rate only shrinks.');
    case 'adadelta': return l10n.t('Scales each step by the ratio of recent steps to recent gradients.');
    case 'rmsprop': return l10n.t('Divides by a running root mean square of the gradient.');
    case 'adam': return l10n.t('Momentum divided by a running root mean square, both corrected for their start at zero.');
    case 'adamw': return l10n.t('Adam with weight decay kept apart from the gradient.');
    case 'adamax': return l10n.t('Adam with the largest recent gradient in place of the root mean square.');
    case 'nadam': return l10n.t('Adam with Nesterov momentum.');
    case 'radam': return l10n.t('Adam that waits with dividing until its variance estimate can be trusted.');
    case 'rprop': return l10n.t('Uses only the sign of each partial derivative and grows or shrinks a step of its own for each parameter.');
    case 'asgd': return l10n.t('Gradient descent with a slowly falling rate, made for averaging its path.');
    case 'lion': return l10n.t('Moves every parameter by the same amount: the sign of a momentum.');
    case 'lamb': return l10n.t('Adam whose step is scaled layer by layer to the size of the weights.');
    case 'muon': return l10n.t('Momentum whose matrix is made orthogonal before each step, layer by layer.');
    case 'adan': return l10n.t('Adam with Nesterov momentum estimated from differences of gradients.');
    case 'adabelief': return l10n.t('Adam that divides by how far gradients stray from their average: long steps where they agree.');
    case 'sophia': return l10n.t('Momentum divided by a running estimate of the Hessian diagonal, clipped to one.');
    case 'scheduleFree': return l10n.t('Replaces a falling rate by an average of the path; the loss is reported at the average.');
    case 'prodigy': return l10n.t('Adam that estimates its own rate from the distance travelled.');
    case 'lbfgs': return l10n.t('Quasi-Newton: learns the curvature from the last gradients, then searches along the line.');
    case 'newton': return l10n.t('Jumps to the stationary point of the Taylor parabola; a saddle attracts it too.');
    case 'conjugateGradient': return l10n.t('Each direction is kept conjugate to the last, with a strong Wolfe line search.');
    case 'gradientDescent': return l10n.t('Steepest descent whose step is found anew each time.');
    default: return '';
  }
}

/** One sentence on a field of an optimizer; empty for an unknown one. */
export function fieldHelp(type: string, field: string): string {
  switch (`${type}.${field}`) {
    case 'adadelta.rho': return l10n.t('How much of the running averages of squared gradients and squared steps is kept at each step.');
    case 'rprop.learningRate': return l10n.t('The first step of every parameter; later steps follow the signs of the derivatives.');
    case 'lbfgs.learningRate': return l10n.t('The first step tried along each direction; without a line search the step itself.');
    case 'newton.learningRate': return l10n.t('The part of the Newton step that is taken; 1 takes it whole.');
    case 'conjugateGradient.learningRate': return l10n.t('Scales the first step that the line search tries.');
    case 'gradientDescent.learningRate': return l10n.t('The longest step tried; it shrinks until the loss falls enough.');
    case 'prodigy.learningRate': return l10n.t('A factor on the rate that the optimizer estimates itself; leave it at 1.');
    case 'sophia.rho': return l10n.t('Factor on the Hessian estimate: the smaller, the more entries are clipped to a step of one rate.');
    case 'sophia.every': return l10n.t('The Hessian diagonal is estimated anew every so many steps.');
    case 'sophia.epsilon': return l10n.t('The least divisor: where the curvature is not positive, the step is clipped to one rate.');
    case 'lion.beta1': return l10n.t('Weight of the momentum against the new gradient in the sign that is followed.');
    case 'lion.beta2': return l10n.t('How much of the momentum is kept at each step.');
    case 'muon.learningRate': return l10n.t('The step size γ of the weight matrices; what is no matrix has adamRateRatio times as much.');
    case 'muon.beta1':
    case 'muon.beta2':
    case 'muon.epsilon': return l10n.t('Of AdamW, which updates biases and normalization.');
    case 'adan.beta2': return l10n.t('How much of the running average of gradient differences is kept at each step.');
    case 'adan.beta3': return l10n.t('How much of the running average of squares is kept at each step.');
    case 'scheduleFree.beta1': return l10n.t('Where the gradient is taken: 0 at the fast sequence, towards 1 at the average.');
    case 'gradientDescent.lineSearch': return l10n.t('"armijo" shrinks a step until the loss falls enough; "exactQuadratic" goes to the bottom of the Taylor parabola.');
    case 'lbfgs.lineSearch': return l10n.t('"strongWolfe" searches along each direction; null takes a step of the learning rate.');
  }
  switch (field) {
    case 'learningRate': return l10n.t('The step size γ: a number or a schedule.');
    case 'momentum': return l10n.t('How much of the last step is kept: 0 none, towards 1 a heavy ball.');
    case 'dampening': return l10n.t('The part of each new gradient that the momentum leaves out, from the second step on.');
    case 'nesterov': return l10n.t('Looks ahead along the momentum before it corrects the step.');
    case 'weightDecay': return l10n.t('Pulls the parameters towards zero; each dialect says whether it is part of the gradient or apart from it.');
    case 'epsilon': return l10n.t('A small number against division by zero; dialects put it inside or outside the root.');
    case 'rho': return l10n.t('How much of the running average of squared gradients is kept at each step.');
    case 'centered': return l10n.t('Divides by an estimate of the standard deviation: the mean gradient is taken out of the squares.');
    case 'initialAccumulator': return l10n.t('The sum of squares to begin with.');
    case 'learningRateDecay': return l10n.t('Divides the rate by 1 + (t − 1) times this.');
    case 'beta1': return l10n.t('How much of the running average of gradients is kept at each step.');
    case 'beta2': return l10n.t('How much of the running average of squared gradients is kept at each step.');
    case 'amsgrad': return l10n.t('Divides by the largest average of squares so far, so that no rate grows again.');
    case 'momentumDecay': return l10n.t('How fast the momentum warms up to beta1.');
    case 'newtonSchulz': return l10n.t('Iterations that make the matrix orthogonal.');
    case 'adamRateRatio': return l10n.t('The rate of AdamW, which updates biases and normalization, as a part of the learning rate.');
    case 'etaMinus': return l10n.t('A parameter’s step is multiplied by this where its derivative changes sign.');
    case 'etaPlus': return l10n.t('A parameter’s step is multiplied by this where its derivative keeps its sign.');
    case 'minStep': return l10n.t('The smallest step of a parameter.');
    case 'maxStep': return l10n.t('The largest step of a parameter.');
    case 'lambda': return l10n.t('Decay of the parameters and of the rate.');
    case 'alpha': return l10n.t('Power with which the rate falls.');
    case 't0': return l10n.t('Step at which averaging would begin; the path itself does not depend on it.');
    case 'base': return l10n.t('The optimizer whose steps are averaged.');
    case 'initialDistance': return l10n.t('First guess of the distance to the solution; rather far too small than too large.');
    case 'history': return l10n.t('How many pairs of steps and gradient changes are remembered.');
    case 'maxIterations': return l10n.t('Iterations that count as one step.');
    case 'toleranceGradient': return l10n.t('The run ends where no partial derivative is larger.');
    case 'toleranceChange': return l10n.t('The run ends where the loss would fall less along the direction.');
    case 'damping': return l10n.t('Added to every curvature: makes the step shorter and, when large enough, a descent.');
    case 'variant': return l10n.t('How the last direction is weighed.');
    case 'c': return l10n.t('The part of the promised decrease that a step must keep.');
    case 'shrink': return l10n.t('A step that falls short is multiplied by this.');
    default: return '';
  }
}

/** A schedule's name for people; the name in the file where it is unknown. */
export function scheduleTitle(schedule: string): string {
  switch (schedule) {
    case 'step': return l10n.t('Steps');
    case 'multiStep': return l10n.t('Milestones');
    case 'exponential': return l10n.t('Exponential decay');
    case 'polynomial': return l10n.t('Polynomial decay');
    case 'cosine': return l10n.t('Cosine decay');
    case 'cosineRestarts': return l10n.t('Cosine decay with warm restarts');
    case 'oneCycle': return l10n.t('One cycle');
    case 'cyclic': return l10n.t('Cyclic');
    case 'inverseTime': return l10n.t('Inverse time decay');
    case 'inverseSqrt': return l10n.t('Inverse square root');
    case 'warmup': return l10n.t('Linear warmup');
    case 'plateau': return l10n.t('Reduce on plateau');
    default: return schedule;
  }
}

/** One sentence on a field of a schedule; empty for an unknown one. */
export function scheduleFieldHelp(schedule: string, field: string): string {
  switch (`${schedule}.${field}`) {
    case 'exponential.factor': return l10n.t('The rate is multiplied by this at every unit of time.');
    case 'warmup.steps': return l10n.t('Length of the warmup.');
    case 'inverseSqrt.warmup': return l10n.t('Length of the warmup; afterwards the rate falls with the square root of the time.');
    case 'plateau.factor': return l10n.t('The rate is multiplied by this when the loss stalls.');
  }
  switch (field) {
    case 'schedule': return l10n.t('How the rate changes over time.');
    case 'unit': return l10n.t('What time counts: "step" or "epoch".');
    case 'initial': return l10n.t('The rate at the start.');
    case 'final': return l10n.t('The rate at the end.');
    case 'steps': return l10n.t('Length of the schedule.');
    case 'every': return l10n.t('The rate changes after every so many units of time.');
    case 'factor': return l10n.t('The rate is multiplied by this at each change.');
    case 'milestones': return l10n.t('The times at which the rate changes, ascending.');
    case 'power': return l10n.t('Shape of the decay: 1 is a straight line.');
    case 'period': return l10n.t('Length of the first period.');
    case 'multiplier': return l10n.t('Each period is this many times as long as the last.');
    case 'peak': return l10n.t('The largest rate.');
    case 'warmupFraction': return l10n.t('The part of the schedule in which the rate rises.');
    case 'divide': return l10n.t('The rate starts at the peak divided by this.');
    case 'finalDivide': return l10n.t('The rate ends at its start divided by this.');
    case 'low': return l10n.t('The smallest rate.');
    case 'high': return l10n.t('The largest rate.');
    case 'stepUp': return l10n.t('Half a cycle: the time from low to high.');
    case 'mode': return l10n.t('"triangular" keeps its height; "triangular2" halves it each cycle.');
    case 'decay': return l10n.t('How fast the rate falls.');
    case 'start': return l10n.t('The part of the full rate at which the warmup begins.');
    case 'then': return l10n.t('The rate or schedule after the warmup.');
    case 'patience': return l10n.t('How many units of time without improvement are borne.');
    case 'threshold': return l10n.t('How much lower the loss must be to count: relative in torch, absolute in keras.');
    case 'minimum': return l10n.t('The rate never falls below this.');
    default: return '';
  }
}

/** Why an optimizer could not go on. */
export function noProgressText(reason: NoProgress): string {
  switch (reason) {
    case 'zeroGradient': return l10n.t('the gradient is zero');
    case 'gradientTolerance': return l10n.t('no partial derivative is above toleranceGradient');
    case 'flatDirection': return l10n.t('along the search direction the loss would fall by less than toleranceChange');
    case 'noDescent': return l10n.t('no step along the search direction lowers the loss');
    case 'singularHessian': return l10n.t('the Hessian is singular: there is no Newton step');
    case 'negativeCurvature': return l10n.t('the curvature along the gradient is not positive: the Taylor parabola has no bottom');
  }
}
