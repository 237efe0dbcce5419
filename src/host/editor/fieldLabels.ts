import * as l10n from '@vscode/l10n';

/** Names of fields as they stand beside a control; a name that is a symbol in every language stands as itself. */
const LABELS: ReadonlyMap<string, () => string> = new Map([
  ['type', () => l10n.t('Type')],
  ['dialect', () => l10n.t('Dialect')],
  ['schedule', () => l10n.t('Schedule')],
  ['learningRate', () => l10n.t('Learning rate')],
  ['alpha', () => 'α'],
  ['amsgrad', () => 'AMSGrad'],
  ['base', () => l10n.t('Base')],
  ['beta1', () => 'β₁'],
  ['beta2', () => 'β₂'],
  ['beta3', () => 'β₃'],
  ['c', () => 'c'],
  ['centered', () => l10n.t('Centered')],
  ['dampening', () => l10n.t('Dampening')],
  ['damping', () => l10n.t('Damping')],
  ['epsilon', () => 'ε'],
  ['etaMinus', () => 'η₋'],
  ['etaPlus', () => 'η₊'],
  ['every', () => l10n.t('Every')],
  ['history', () => l10n.t('History')],
  ['initialAccumulator', () => l10n.t('Initial accumulator')],
  ['initialDistance', () => l10n.t('Initial distance')],
  ['lambda', () => 'λ'],
  ['learningRateDecay', () => l10n.t('Learning-rate decay')],
  ['lineSearch', () => l10n.t('Line search')],
  ['maxIterations', () => l10n.t('Iterations a step')],
  ['maxStep', () => l10n.t('Largest step')],
  ['minStep', () => l10n.t('Smallest step')],
  ['momentum', () => l10n.t('Momentum')],
  ['momentumDecay', () => l10n.t('Momentum decay')],
  ['nesterov', () => 'Nesterov'],
  ['rho', () => 'ρ'],
  ['shrink', () => l10n.t('Shrink')],
  ['t0', () => 't₀'],
  ['toleranceChange', () => l10n.t('Tolerance of change')],
  ['toleranceGradient', () => l10n.t('Tolerance of gradient')],
  ['variant', () => l10n.t('Variant')],
  ['weightDecay', () => l10n.t('Weight decay')],
  ['initial', () => l10n.t('Initial rate')],
  ['final', () => l10n.t('Final rate')],
  ['factor', () => l10n.t('Factor')],
  ['steps', () => l10n.t('Steps')],
  ['milestones', () => l10n.t('Milestones')],
  ['power', () => l10n.t('Power')],
  ['period', () => l10n.t('Period')],
  ['multiplier', () => l10n.t('Multiplier')],
  ['peak', () => l10n.t('Peak rate')],
  ['warmupFraction', () => l10n.t('Warmup fraction')],
  ['divide', () => l10n.t('Peak over first rate')],
  ['finalDivide', () => l10n.t('First over last rate')],
  ['low', () => l10n.t('Lowest rate')],
  ['high', () => l10n.t('Highest rate')],
  ['stepUp', () => l10n.t('Steps up')],
  ['mode', () => l10n.t('Mode')],
  ['decay', () => l10n.t('Decay')],
  ['warmup', () => l10n.t('Warmup')],
  ['start', () => l10n.t('Start')],
  ['then', () => l10n.t('Then')],
  ['patience', () => l10n.t('Patience')],
  ['threshold', () => l10n.t('Threshold')],
  ['minimum', () => l10n.t('Lowest rate')],
  ['unit', () => l10n.t('Unit')],
  ['gradientNorm', () => l10n.t('‖∇f‖ below')],
  ['loss', () => l10n.t('Loss below')],
  ['tier', () => l10n.t('Diagnostics')],
  ['gradientNoise', () => l10n.t('Gradient noise')],
  ['seeds', () => l10n.t('Seeds')],
  ['clipNorm', () => l10n.t('Clip norm')],
  ['csv', () => 'CSV'],
  ['npz', () => 'NPZ'],
  ['libsvm', () => 'LIBSVM'],
  ['generate', () => l10n.t('Generator')],
  ['samples', () => l10n.t('Rows')],
  ['noise', () => l10n.t('Noise')],
  ['classes', () => l10n.t('Classes')],
  ['columns', () => l10n.t('Features')],
  ['nonZeros', () => l10n.t('Non-zeros a row')],
  ['scale', () => l10n.t('Scale')],
  ['scaleTarget', () => l10n.t('Target scale')],
  ['validation', () => l10n.t('Validation')],
  ['test', () => l10n.t('Test')],
  ['stratify', () => l10n.t('Stratify')],
  ['batchSize', () => l10n.t('Batch size')],
  ['epochs', () => l10n.t('Epochs')],
  ['shuffle', () => l10n.t('Shuffle')],
  ['clipValue', () => l10n.t('Clip value')],
  ['l1', () => l10n.t('L1 penalty')],
  ['l2', () => l10n.t('L2 penalty')],
  ['weightNoise', () => l10n.t('Weight noise')],
  ['monitor', () => l10n.t('Watched')],
  ['restoreBest', () => l10n.t('Keep the best')],
  ['units', () => l10n.t('Units')],
  ['activation', () => l10n.t('Activation')],
  ['bias', () => l10n.t('Bias')],
  ['initializer', () => l10n.t('Initializer')],
  ['trainable', () => l10n.t('Trainable')],
  ['repeat', () => l10n.t('Repeat')],
  ['name', () => l10n.t('Name')],
  ['filters', () => l10n.t('Filters')],
  ['kernel', () => l10n.t('Kernel')],
  ['stride', () => l10n.t('Stride')],
  ['padding', () => l10n.t('Padding')],
  ['fixed', () => l10n.t('Fixed kernels')],
  ['size', () => l10n.t('Size')],
  ['rate', () => l10n.t('Rate')],
  ['stddev', () => l10n.t('Deviation')],
]);

export function fieldLabel(name: string): string {
  return LABELS.get(name)?.() ?? name;
}

/** One sentence on a field that no catalog describes. */
export function settingHelp(name: string): string {
  switch (name) {
    case 'type': return l10n.t('The update rule.');
    case 'dialect': return l10n.t('Whose defaults and formulas: PyTorch, Keras or the paper.');
    case 'schedule': return l10n.t('How the learning rate changes over the run.');
    case 'steps': return l10n.t('Updates at most.');
    case 'gradientNorm': return l10n.t('A run has converged where the norm of the gradient is at or below this.');
    case 'loss': return l10n.t('A run has converged where the loss is at or below this.');
    case 'tier': return l10n.t('How much is measured: basic is free, standard costs about two gradients a step, full twenty to fifty.');
    case 'gradientNoise': return l10n.t('Standard deviation of the normal noise added to each partial derivative that the optimizer sees.');
    case 'seeds': return l10n.t('How often every run is repeated, each time with the next seed.');
    case 'clipNorm': return l10n.t('A longer gradient is shortened to this norm.');
    default: return '';
  }
}
