import type { Experiment } from '../experiment';
import { pointNames } from './columns';
import type { RunReport } from './document';

/**
 * A table of every row of every run (RFC 4180, lines end with \r\n): which run, then its columns; a cell is empty where a quantity has
 * no value. `kept` says whether a run's rows are all of them or its extremes only.
 */
export function resultsCsv(experiment: Experiment, reports: readonly RunReport[]): string {
  const kept = reports.filter((report) => report.record !== null);
  const tables = kept.map(({ trial, record }) => {
    const names = pointNames(experiment, trial);
    return new Map(Object.entries(record!.columns).map(([name, column]) => [names.get(name) ?? name, column]));
  });
  const columns = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  const lines = [['label', 'variant', 'start', 'seed', 'kept', ...columns].map(textCell).join(',')];
  kept.forEach(({ trial, record }, i) => {
    const head = [textCell(trial.label), textCell(trial.variant ?? ''), String(trial.startIndex), String(trial.seed), record!.kept].join(',');
    const cells = columns.map((name) => tables[i].get(name));
    for (let row = 0; row < record!.rows; row++) {
      lines.push(`${head},${cells.map((column) => (column === undefined ? '' : numberCell(column[row]))).join(',')}`);
    }
  });
  return `${lines.join('\r\n')}\r\n`;
}

export function numberCell(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}

/** Spreadsheets run a text that begins as a formula: a quote before it makes it text. */
export function textCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
