import type { LabDocument, LabModel, LabRun } from '../../src/protocol/lab';
import { labDocument, labRun } from './fixtures';

const EPOCH = 4;

export function labModel(change: Partial<LabModel> = {}): LabModel {
  const dense = (index: number, units: number, parameters: number): LabModel['layers'][number] => ({
    index, path: `/model/layers/${index}`, names: [`dense${index + 1}`], type: 'dense', output: [units], parameters, trainable: parameters,
    fields: [
      { path: `/model/layers/${index}/units`, name: 'units', label: 'Units', help: 'Outputs of the layer.', control: 'integer', minimum: 1, value: units, isDefault: false },
      { path: `/model/layers/${index}/activation`, name: 'activation', label: 'Activation', help: 'What follows.', control: 'choice', choices: ['relu', 'tanh', 'sigmoid'], value: index === 0 ? 'tanh' : 'sigmoid', isDefault: false },
    ],
  });
  return {
    layers: [dense(0, 3, 9), dense(1, 1, 4)], total: 13, layerTypes: ['dense', 'activation', 'dropout', 'batchNorm'], loss: 'binaryCrossentropy', metrics: ['accuracy'], classification: true, validated: true, tested: false,
    epochs: 5, batchSize: 10, dataText: 'moons, 40 rows',
    fields: [
      { path: '/training/batchSize', name: 'batchSize', label: 'Batch size', help: 'Rows of an update.', control: 'json', value: 10, isDefault: false },
      { path: '/training/epochs', name: 'epochs', label: 'Epochs', help: 'Passes over the rows.', control: 'integer', minimum: 1, value: 5, isDefault: false },
    ],
    folds: 0, bootstrapRounds: 0, boosting: null, ...change,
  };
}

export function networkDocument(change: Partial<LabDocument> = {}, model: LabModel = labModel()): LabDocument {
  const document = labDocument();
  return {
    ...document, kind: 'model', objective: null, objectives: [], model, models: [model], stop: { steps: null, gradientNorm: null, loss: null },
    series: document.series.map((series) => ({ ...series, objective: -1, model: 0 })), ...change,
  };
}

/**
 * A run of five epochs of four updates: batch losses 0.9^k, after epoch e the loss 2^−e and the validation loss 2^−e + 0.02 (e − 3)²,
 * lowest at epoch 4. Two layers whose update ratios are 10^−3 and 10^−2 in the first epoch and grow tenfold by the last.
 */
export function networkRun(seriesKey: string, change: Partial<LabRun> = {}): LabRun {
  const epochs = change.epochs ?? 5;
  const steps = epochs * EPOCH;
  const each = (make: (e: number) => number) => Float64Array.from({ length: epochs }, (_, i) => make(i + 1));
  const step = Float64Array.from({ length: steps }, (_, k) => k);
  return labRun(seriesKey, {
    steps, stepLimit: null, loss: 0.5 ** epochs, epochs, statusText: 'All epochs',
    model: { epochs, bestEpoch: 4, validationLoss: 0.5 ** 4 + 0.02, testLoss: null, metrics: { accuracy: 0.9, validationAccuracy: 0.85 }, predict: null, parameterCount: 13, kernels: 'plain', rows: { training: 40, validation: 12, test: 0 } } as LabRun['model'],
    record: {
      rows: steps, kept: 'all', snapshots: null, columns: { step, loss: step.map((k) => 0.9 ** k), gradientNorm: step.map((k) => 0.8 ** k), learningRate: step.map(() => 0.1) },
      epochs: {
        rows: epochs, columns: {
          epoch: each((e) => e), step: each((e) => e * EPOCH), loss: each((e) => 0.5 ** e), validationLoss: each((e) => 0.5 ** e + 0.02 * (e - 3) ** 2),
          accuracy: each((e) => 1 - 0.5 ** e), validationAccuracy: each((e) => 0.9 - 0.5 ** e), predict0: each((e) => e / 10), noiseScale: each((e) => 2 ** e), sharpness: each(() => NaN), turn: each((e) => 0.1 * e),
          layerRatio: each((e) => 10 ** -e), learningRate: each(() => 0.1), gradientNorm: each((e) => 0.5 ** e), updateNorm: each(() => 0.01), weightNorm: each(() => 2),
        },
      },
      layers: {
        names: ['dense1', 'dense2'], rows: epochs, columns: {
          step: each((e) => e * EPOCH),
          updateRatio: Float64Array.from({ length: 2 * epochs }, (_, i) => 10 ** ((i % 2) - 3 + Math.floor(i / 2) / Math.max(1, epochs - 1))),
          gradientNorm: Float64Array.from({ length: 2 * epochs }, (_, i) => (i % 2 === 0 ? 0.01 : 1)),
        },
      },
      histograms: null,
    },
    ...change,
  });
}
