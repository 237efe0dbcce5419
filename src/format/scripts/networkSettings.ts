import type { LossSpec } from '../../core/nn/spec';
import type { ExperimentModel, ExperimentVariant } from '../experiment';
import { indent, pyNumber, pyString, pyValue } from './python';
import { SCHEDULE_BLOCKS, scheduleCode, type ScheduleNeed } from './schedules';
import { METRIC_BLOCKS } from './metricBlocks';

/** Constants of a script that are the same in every framework. */
export function trainingSettings(variant: ExperimentVariant, model: ExperimentModel): string {
  const { stop, clipNorm, clipValue } = variant;
  const { training, early, regularization, metrics, predict, weights } = model;
  return [
    `WEIGHTS = ${pyValue(weights)}  # a file to start from, arrays under PyTorch's names and in its shapes`,
    `BATCH_SIZE, EPOCHS, SHUFFLE = ${training.batchSize === 'full' ? 'None' : pyNumber(training.batchSize)}, ${pyNumber(training.epochs)}, ${pyValue(training.shuffle)}`,
    `L1, L2, WEIGHT_NOISE = ${pyNumber(regularization.l1)}, ${pyNumber(regularization.l2)}, ${pyNumber(regularization.weightNoise)}`,
    `CLIP_VALUE, CLIP_NORM = ${pyValue(clipValue)}, ${pyValue(clipNorm)}`,
    `STOP = {"steps": ${pyValue(stop.steps)}, "gradientNorm": ${pyValue(stop.gradientNorm)}, "loss": ${pyValue(stop.loss)}, "change": ${pyValue(stop.change)}, "seconds": ${pyValue(stop.seconds)}}`,
    `PATIENCE, MIN_DELTA, MONITOR, RESTORE_BEST = ${pyValue(early.patience)}, ${pyNumber(early.minDelta)}, ${pyString(early.monitor)}, ${pyValue(early.restoreBest)}`,
    `METRICS = ${pyValue(metrics)}`,
    `PREDICT = ${pyValue(predict)}  # rows of raw features`,
  ].join('\n');
}

/** One run a line: its label, what makes its optimizer, its learning rate at t. */
export function runsTable(runs: readonly { readonly label: string; readonly optimizer: string; readonly rate: ReturnType<typeof scheduleCode>; readonly byEpoch: boolean; readonly keras: boolean }[]): string {
  const entries = runs.map(({ label, optimizer, rate, byEpoch, keras }) => [
    `"label": ${pyString(label)},`,
    `"optimizer": lambda parameters: ${optimizer},`,
    rate.follows ? `"schedule": lambda: ${rate.expression},` : `"rate": lambda t: ${rate.expression},`,
    `"by_epoch": ${pyValue(byEpoch)}, "keras": ${pyValue(keras)},`,
  ].join('\n'));
  return `RUNS = [\n${entries.map((entry) => indent(`{\n${indent(entry)}\n},`)).join('\n')}\n]`;
}

/** The functions and classes that the rates call, each once. */
export function scheduleBlocks(rates: readonly ReturnType<typeof scheduleCode>[]): string[] {
  const needs = new Set<ScheduleNeed>(rates.flatMap((rate) => rate.needs));
  return (Object.keys(SCHEDULE_BLOCKS) as ScheduleNeed[]).filter((name) => needs.has(name)).map((name) => SCHEDULE_BLOCKS[name]);
}

export function metricBlock({ metrics, loss }: ExperimentModel): string {
  return METRIC_BLOCKS.head(targetKind(loss), metrics);
}

/** How targets stand: one column a class, 0 and 1, −1 and 1, numbers. */
export function targetKind({ type }: Pick<LossSpec, 'type'>): 'oneHot' | 'binary' | 'sign' | 'numbers' {
  return type === 'categoricalCrossentropy' ? 'oneHot' : type === 'binaryCrossentropy' ? 'binary' : type === 'hinge' ? 'sign' : 'numbers';
}

/** The target of rows as the loss takes it, in numpy. */
export function targetBlock(loss: Pick<LossSpec, 'type'>): string {
  const body = {
    oneHot: 'return numpy.eye(outputs)[data["y"][rows].astype(int)]',
    binary: 'return data["y"][rows].reshape(len(rows), -1).astype(float)',
    sign: 'return 2.0 * data["y"][rows].reshape(len(rows), 1) - 1',
    numbers: 'return (data["y"][rows] - scale[0]) * scale[1]',
  }[targetKind(loss)];
  return `\ndef targets_of(data, rows, scale, outputs):\n    """The targets of rows as the loss takes them: rows by outputs."""\n    ${body}`;
}
