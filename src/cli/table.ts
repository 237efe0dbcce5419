import * as l10n from '@vscode/l10n';
import { goalOf } from '../core/training/trial';
import type { Experiment } from '../format/experiment';
import type { ExpectationResult } from '../format/expectations';
import type { RunReport } from '../format/report/document';
import { printJson } from '../format/print';
import { bestOfSweep } from '../format/sweepResults';
import { remedyPointer } from '../format/variants';
import { formatNumber } from '../wording/numbers';
import { statusText } from '../wording/status';
import { remedyText, verdictSeverity, verdictText, verdictTitle } from '../wording/verdicts';

/** Verdicts that are shown with their sentence. */
const MOST_SENTENCES = 12;

const STYLES = { bold: 1, red: 31, green: 32, yellow: 33, dim: 2 } as const;

/**
 * The results of a file for people: a row a run, verdicts with what proves and what helps, and what was claimed.
 * @param file the file's JSON value, for where remedies are written.
 */
export function resultTable(experiment: Experiment, file: unknown, reports: readonly RunReport[], expectations: readonly ExpectationResult[], color: boolean): string {
  const style = (text: string, name: keyof typeof STYLES): string => (color ? `\u001b[${STYLES[name]}m${text}\u001b[0m` : text);
  const several = (pick: (report: RunReport) => unknown): boolean => new Set(reports.map(pick)).size > 1;
  const columns: TableColumn[] = [
    { title: l10n.t('optimizer'), right: false, cell: ({ trial }) => trial.label },
    ...(several(({ trial }) => trial.variant) ? [{ title: l10n.t('variant'), right: false, cell: ({ trial }: RunReport) => trial.variant ?? '' }] : []),
    ...(several(({ trial }) => trial.startIndex) ? [{ title: l10n.t('start'), right: true, cell: ({ trial }: RunReport) => String(trial.startIndex + 1) }] : []),
    ...(several(({ trial }) => trial.seed) ? [{ title: l10n.t('seed'), right: true, cell: ({ trial }: RunReport) => String(trial.seed) }] : []),
    ...sweptColumns(reports),
    ...(several(({ trial }) => partOf(trial)) ? [{ title: l10n.t('part'), right: false, cell: ({ trial }: RunReport) => partOf(trial) }] : []),
    { title: l10n.t('steps'), right: true, cell: ({ summary }) => String(summary.steps) },
    { title: l10n.t('loss'), right: true, cell: ({ summary }) => formatNumber(summary.loss) },
    ...modelColumns(reports),
    { title: '‖g‖', right: true, cell: ({ summary }) => (Number.isNaN(summary.gradientNorm) && summary.status !== 'diverged' ? '' : formatNumber(summary.gradientNorm)) },
    { title: l10n.t('status'), right: false, cell: ({ summary }) => statusText(summary.status, summary.reason) },
    { title: l10n.t('verdict'), right: false, cell: ({ summary }) => verdictTitle(summary.verdict.kind) },
  ];
  const rows = [columns.map((column) => column.title), ...reports.map((report) => columns.map((column) => column.cell(report)))];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => displayWidth(row[i]))));
  const line = (row: readonly string[]): string => row.map((cell, i) => {
    const space = ' '.repeat(widths[i] - displayWidth(cell));
    return columns[i].right ? space + cell : cell + space;
  }).join('  ').trimEnd();
  const output = [style(line(rows[0]), 'bold'), ...rows.slice(1).map(line), ''];

  // Of a sweep each optimizer's best is told; of an evaluation the run itself.
  const told = experiment.sweep ? bestOfSweep(experiment.sweep, reports) : reports.filter(({ trial }) => trial.kind === 'objective' || (trial.resample === null && trial.boosting === null));
  const groups = groupRuns(told);
  for (const { first, count } of groups.slice(0, MOST_SENTENCES)) {
    const { verdict, parameters } = first.summary;
    const severity = verdictSeverity(verdict.kind);
    const mark = severity === 'good' ? style('✓', 'green') : severity === 'error' ? style('✗', 'red') : severity === 'warning' ? style('!', 'yellow') : '·';
    output.push(`${mark} ${style(nameOf(first, experiment, count), 'bold')}: ${verdictText(verdict, { parameters, goal: goalOf(first.trial) })}`);
    for (const remedy of verdict.remedies) {
      // What else is removed is for the file's sake only.
      const places = [remedy, ...(remedy.also ?? []).filter((each) => each.value !== undefined)].map(({ path, value }) => `${remedyPointer(file, first.trial, path)} = ${value === undefined ? '–' : printJson(value)}`);
      output.push(`    → ${remedyText(remedy)} ${style(`(${places.join(', ')})`, 'dim')}`);
    }
  }
  if (groups.length > MOST_SENTENCES) output.push(l10n.t('… and {0} more; --json tells all.', groups.length - MOST_SENTENCES));
  if (expectations.length > 0) {
    output.push('', style(l10n.t('Expectations'), 'bold'));
    for (const { text, holds, actual, line: at } of expectations) {
      const said = typeof actual === 'number' ? formatNumber(actual) : actual ?? l10n.t('nothing');
      output.push(holds ? `${style('✓', 'green')} ${text}` : `${style('✗', 'red')} ${l10n.t('{0} does not hold: it is {1} (line {2}).', text, said, at)}`);
    }
  }
  return `${output.join('\n')}\n`;
}

type TableColumn = { readonly title: string; readonly right: boolean; readonly cell: (report: RunReport) => string };

/** A column for each field that is swept. */
function sweptColumns(reports: readonly RunReport[]): TableColumn[] {
  const names = [...new Set(reports.flatMap(({ trial }) => Object.keys(trial.sweep ?? {})))];
  return names.map((name) => ({
    title: name, right: true,
    cell: ({ trial }) => {
      const value = trial.sweep?.[name];
      return typeof value === 'number' ? formatNumber(value) : String(value ?? '');
    },
  }));
}

/** Scores of networks: whatever any of the runs has. */
function modelColumns(reports: readonly RunReport[]): TableColumn[] {
  const outcomes = reports.flatMap(({ summary }) => summary.model ?? []);
  const number = (value: number | null | undefined): string => (value === null || value === undefined ? '' : formatNumber(value));
  const columns: TableColumn[] = [];
  if (outcomes.some(({ validationLoss }) => validationLoss !== null)) columns.push({ title: l10n.t('validation loss'), right: true, cell: ({ summary }) => number(summary.model?.validationLoss) });
  if (outcomes.some(({ testLoss }) => testLoss !== null)) columns.push({ title: l10n.t('test loss'), right: true, cell: ({ summary }) => number(summary.model?.testLoss) });
  for (const name of new Set(outcomes.flatMap(({ metrics }) => Object.keys(metrics)))) columns.push({ title: scoreTitle(name), right: true, cell: ({ summary }) => number(summary.model?.metrics[name]) });
  return columns;
}

/** The head of a score's column: "validationAccuracy" is the accuracy of the validation rows. */
function scoreTitle(name: string): string {
  const [, part, rest] = /^(validation|test)([A-Z].*)$/.exec(name) ?? [];
  if (part === undefined) return metricTitle(name);
  const metric = metricTitle(rest[0].toLowerCase() + rest.slice(1));
  return part === 'test' ? l10n.t('test {0}', metric) : l10n.t('validation {0}', metric);
}

function metricTitle(name: string): string {
  switch (name) {
    case 'accuracy': return l10n.t('accuracy');
    case 'precision': return l10n.t('precision');
    case 'recall': return l10n.t('recall');
    case 'f1': return 'F1';
    case 'r2': return 'R²';
    case 'meanAbsoluteError': return l10n.t('mean absolute error');
    default: return name;
  }
}

/** What a run of an evaluation is: its fold, its round; empty for the experiment's own runs. */
function partOf(trial: RunReport['trial']): string {
  if (trial.kind === 'objective') return '';
  if (trial.boosting) return l10n.t('boosting');
  if (!trial.resample) return '';
  return trial.resample.kind === 'fold' ? l10n.t('fold {0}', trial.resample.index + 1) : l10n.t('bootstrap {0}', trial.resample.round + 1);
}

interface Group {
  readonly first: RunReport;
  readonly count: number;
}

/** Runs that differ by their seed alone and got the same kind of verdict. */
function groupRuns(reports: readonly RunReport[]): Group[] {
  const groups = new Map<string, { first: RunReport; count: number }>();
  for (const report of reports) {
    const { variantIndex, optimizerIndex, startIndex } = report.trial;
    const key = `${variantIndex}/${optimizerIndex}/${startIndex}/${report.summary.verdict.kind}`;
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { first: report, count: 1 });
  }
  return [...groups.values()];
}

function nameOf({ trial }: RunReport, experiment: Experiment, count: number): string {
  const parts = [trial.label];
  if (trial.variant !== null) parts.push(trial.variant);
  const variant = experiment.variants.find(({ index }) => index === trial.variantIndex);
  if ((variant?.objective?.starts.length ?? 1) > 1) parts.push(l10n.t('start {0}', trial.startIndex + 1));
  if (experiment.seeds > 1) parts.push(count === 1 ? l10n.t('seed {0}', trial.seed) : l10n.t('{0} of {1} seeds', count, experiment.seeds));
  return parts.join(', ');
}

/** Columns of a terminal: wide for Chinese, Japanese and Korean, none for combining marks. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}|\u200b/u.test(character)) continue;
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(character) ? 2 : 1;
  }
  return width;
}
