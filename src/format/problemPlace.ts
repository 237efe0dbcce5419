import type { DataProblem } from '../core/data/problems';
import type { RunProblem } from '../core/training/modelProblem';
import type { ModelTrial } from '../core/training/trial';
import type { ParsedExperiment, Problem } from './experiment';
import { effectivePointer } from './variants';

/** The place in the text of a pointer of `problemPointer`, or the nearest one around it: the variant's own where it sets one. */
export function placeOfProblem(parsed: ParsedExperiment, variantIndex: number | null, pointer: string): Pick<Problem, 'path' | 'offset' | 'length' | 'line' | 'column'> {
  let path = effectivePointer(parsed.value, variantIndex, pointer);
  while (path !== '' && !parsed.locate(path)) path = path.slice(0, path.lastIndexOf('/'));
  return { path, ...((path === '/data' ? parsed.locate(path, true) : parsed.locate(path)) ?? { line: 1, column: 1, offset: 0, length: 0 }) };
}

/** Where in the file a problem of data and model is mended, as a JSON Pointer; what stands nowhere else is one of the data. */
export function problemPointer(problem: RunProblem, trial: ModelTrial): string {
  switch (problem.code) {
    case 'layerShape': return `/model/layers/${problem.problem.index}`;
    case 'weights': return '/model/weights';
    case 'predictWidth': return `/predict/${problem.row - 1}`;
    case 'parameters':
    case 'convolutionSize':
    case 'memory': return '/model';
    case 'memoryLimit': return trial.training.batchSize === 'full' ? '/training/batchSize' : '/model';
    case 'newtonSize':
    case 'noMatrices': return `/optimizers/${trial.optimizerIndex}/type`;
    case 'lossShape':
    case 'outputs':
    case 'tooFewOutputs': return lastLayer(trial);
    default: return dataPointer(problem as DataProblem, trial);
  }
}

function lastLayer({ model: { layers } }: ModelTrial): string {
  const units = layers.findLast(({ type }) => type === 'dense');
  return units ? `/model/layers/${units.index}/units` : `/model/layers/${layers.at(-1)!.index}`;
}

function dataPointer(problem: DataProblem, trial: ModelTrial): string {
  switch (problem.code) {
    case 'textTarget':
    case 'numberTarget':
    case 'twoClasses':
    case 'targetRange': return '/loss';
    case 'noTrainingRows': return problem.validation >= problem.test ? '/data/validation' : '/data/test';
    case 'emptyPart': return `/data/${problem.part}`;
    case 'stratifyNumbers': return '/data/stratify';
    case 'tooManyFolds': return '/evaluate/crossValidation/folds';
    case 'noOutOfBag': return '/evaluate/bootstrap';
    case 'sparseScale': return '/data/scale';
    case 'sparseAugment': return '/data/augment';
    case 'augmentShape': return `/data/augment/${problem.field}`;
    case 'imageShape':
    case 'sparseImage': return '/data/imageShape';
    case 'unknownColumn': return problem.name === trial.data.target ? '/data/target' : '/data/features';
    case 'targetIsFeature':
    case 'repeatedFeature':
    case 'textPowers': return '/data/features';
    case 'noTarget':
    case 'newClass':
    case 'classNumber':
    case 'tooManyClasses': return '/data/target';
    case 'sparseIndex': return '/data/columns';
    case 'generatorRange': return `/data/${problem.field}`;
    default: return '/data';
  }
}
