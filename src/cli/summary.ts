import * as l10n from '@vscode/l10n';
import type { ExperimentModel } from '../format/experiment';
import { modelSummary, shapeText } from '../format/modelShape';
import { formatNumber } from '../wording/numbers';
import { displayWidth } from './table';

/** The layers of a model as a table: name, output shape of one row, parameters; and how many there are in all. */
export function summaryTable(model: ExperimentModel): string {
  const { layers, parameters } = modelSummary(model);
  const count = (value: number): string => (Number.isNaN(value) ? '?' : formatNumber(value));
  const trainable = layers.reduce((sum, layer) => sum + layer.trainable, 0);
  const rows = [
    [l10n.t('layer'), l10n.t('type'), l10n.t('output'), l10n.t('parameters')],
    ...layers.map(({ name, type, output, parameters: own }) => [name, type, shapeText(output), count(own)]),
    [l10n.t('total'), '', '', count(parameters)],
  ];
  if (trainable !== parameters && !Number.isNaN(parameters)) rows.push([l10n.t('trained'), '', '', count(trainable)]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column]))));
  const lines = rows.map((row) => row.map((cell, column) => {
    const space = ' '.repeat(widths[column] - displayWidth(cell));
    return column === row.length - 1 ? space + cell : cell + space;
  }).join('  ').trimEnd());
  return `${lines.join('\n')}\n`;
}
