import * as l10n from '@vscode/l10n';
import type { ShapeProblem } from '../core/nn/shapes';
import type { WeightsProblem } from '../core/nn/weights';
import type { ModelProblem, RunProblem } from '../core/training/modelProblem';
import { dataProblemText, type Nearest } from './data';
import { formatNumber } from './numbers';

/** Layers listed at most in the sum of a model's parameters. */
const LISTED = 6;

/** Why a run could not be made of its data and its model, and what to do. */
export function runProblemText(problem: RunProblem, nearest?: Nearest): string {
  return isModelProblem(problem) ? modelProblemText(problem) : dataProblemText({ problem, file: null, line: null }, nearest);
}

/** What went wrong in a few words for a person: of the data or a network where it is one of theirs, else in the error's own. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'problem' in error ? runProblemText(error.problem as RunProblem) : error.message;
}

const MODEL_CODES: Readonly<Record<ModelProblem['code'], true>> = {
  notLoaded: true, layerShape: true, lossShape: true, weights: true, predictWidth: true, parameters: true, memoryLimit: true, memory: true, kernels: true, newtonSize: true, noMatrices: true, convolutionSize: true,
  askedWeights: true, askedPart: true, askedPlaces: true, askedFeature: true, askedSparse: true, askedClasses: true, askedRow: true, askedDirection: true,
};

function isModelProblem(problem: RunProblem): problem is ModelProblem {
  return Object.hasOwn(MODEL_CODES, problem.code);
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const megabytes = (bytes: number): string => formatNumber(Math.ceil(bytes / 1e6));

export function modelProblemText(problem: ModelProblem): string {
  switch (problem.code) {
    case 'askedWeights': return l10n.t('These weights are {0} numbers and the network has {1}: they are of another one. Run the experiment again.', problem.actual, problem.expected);
    case 'askedPart': return problem.part === 'training' ? l10n.t('There are no rows to train on.') : problem.part === 'validation' ? l10n.t('There are no rows to validate on.') : l10n.t('There are no rows to test on.');
    case 'askedPlaces': return l10n.t('The picture asks the network at {0} places, and at most {1} are possible.', problem.places, problem.limit);
    case 'askedFeature': return l10n.t('The data have {0} features, and another was asked for. Choose one of them.', problem.features);
    case 'askedSparse': return l10n.t('A surface over sparse rows cannot be drawn: nearly all their values are zero.');
    case 'askedClasses': return l10n.t('A confusion matrix counts classes, and this target has numbers.');
    case 'askedRow': return l10n.t('There are {0} rows in this part, and a later one was asked for.', problem.rows);
    case 'askedDirection': return l10n.t('A direction of {0} numbers was asked for, and the network has {1} parameters. Run the experiment again.', problem.actual, problem.expected);
    case 'convolutionSize': {
      const { kernelHeight, kernelWidth, channels, width, filters } = problem.shape;
      return l10n.t('A convolution of {0} × {1} over {2} channels of a width of {3} to {4} filters is too large to be computed here. Take a smaller kernel, fewer channels or filters, or smaller pictures.', kernelHeight, kernelWidth, channels, width, filters);
    }
    case 'notLoaded': return l10n.t('The data of this run are not there any more. Run it again.');
    case 'layerShape': return shapeSentence(problem.problem);
    case 'lossShape': return l10n.t('{0} needs one output a class, and the last layer puts out {1}: add a "flatten" or "globalAvgPool2d" layer before it.', problem.loss, shapeText(problem.output));
    case 'weights': return l10n.t('{0}: {1}', problem.file, weightsSentence(problem.problem));
    case 'predictWidth': return l10n.t('Row {0} of "predict" has {1} values, and a row of the data has {2}.', problem.row, problem.actual, problem.expected);
    case 'parameters': {
      const shown = problem.layers.slice(0, LISTED).map(({ name, parameters }) => `${name} ${parameters}`).join(' + ');
      const sum = problem.layers.length > LISTED ? `${shown} + …` : shown;
      return l10n.t('Too many parameters: {0} = {1}, and at most {2} are allowed. Take fewer units or filters.', sum, problem.parameters, problem.limit);
    }
    case 'memoryLimit': {
      const { size: { rows, network, optimizer }, runs, limit } = problem;
      return l10n.t('Too much memory: ({0} MB for the network with {1} rows at a time + {2} MB for the optimizer and what is measured) × {3} run(s) at the same time = {4} MB, and at most {5} MB are allowed. Take a smaller batch, fewer units, or fewer runs at the same time.',
        megabytes(network), rows, megabytes(optimizer), runs, megabytes((network + optimizer) * runs), megabytes(limit));
    }
    case 'memory': return l10n.t('The network needs {0} MB in one piece, which this machine does not give. Take a smaller batch or fewer units.', megabytes(problem.bytes));
    case 'kernels': return l10n.t('The kernels "{0}" cannot run here; there are: {1}.', problem.wanted, problem.available.join(', '));
    case 'newtonSize': return l10n.t('newton computes the whole Hessian: at most {0} parameters, and the model has {1}. Take lbfgs, which needs none.', problem.limit, problem.parameters);
    case 'noMatrices': return l10n.t('{0} moves weight matrices, and the model has none to train. Take another optimizer.', problem.optimizer);
  }
}

function weightsSentence(problem: WeightsProblem): string {
  switch (problem.code) {
    case 'missing': return l10n.t('there is no array "{0}" of shape {1}, which the model needs.', problem.name, shapeText(problem.expected));
    case 'shape': return l10n.t('array "{0}" has the shape {1}, and the model needs {2}.', problem.name, shapeText(problem.actual), shapeText(problem.expected));
    case 'unknown': return l10n.t('the model has no place for the array "{0}".', problem.name);
  }
}

/** The words of the file's own check, for shapes that were known only when the data had been read. */
function shapeSentence({ code, name, input, window }: ShapeProblem): string {
  const given = input.join(' × ');
  switch (code) {
    case 'needsFlatten': return l10n.t('"{0}" takes rows of numbers and gets {1}: put a "flatten" or "globalAvgPool2d" layer before it.', name, given);
    case 'needsPicture': return l10n.t('"{0}" takes pictures (height, width, channels) and gets {1}: add "imageShape" to "data", or move the layer before the flattening.', name, given);
    case 'needsSequence': return l10n.t('"{0}" takes sequences (length, channels) and gets {1}: add "imageShape": [length, channels] to "data".', name, given);
    case 'windowTooLarge': return l10n.t('The window {0} of "{1}" is larger than its input {2}: make it smaller, or set "padding" to "same".', window ? window.join(' × ') : '', name, given);
  }
}
