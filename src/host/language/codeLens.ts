import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatNumber } from '../../wording/numbers';
import type { LanguageHost, RunOutcome } from './host';
import { rangeOf } from './diagnostics';
import { expectationStatus } from './expectationLens';

/** Between two refreshes while runs go; the lenses stand for the same lines each time, so that nothing jumps. */
const REFRESH = 250;

/**
 * The loss of each optimizer, inline: over each optimizer its run and verdict, over the objective the commands, over the file the best.
 * Which lenses there are follows from the text alone; only their titles follow from the runs.
 */
export class ExperimentLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly host: LanguageHost) {
    this.subscription = host.onDidChangeRuns(() => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.changed.fire();
      }, REFRESH);
    });
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const parsed = this.host.parsed(document);
    const runs = this.host.runs(document.uri).filter((run) => !run.preview);
    const lenses: vscode.CodeLens[] = [];
    const root = parsed.locate('');
    if (!root) return lenses;
    const maximize = parsed.experiment?.variants[0].objective?.spec.goal === 'maximize';
    const add = (path: string, command: vscode.Command) => {
      const place = parsed.locate(path, true) ?? parsed.locate(path);
      if (place) lenses.push(new vscode.CodeLens(rangeOf(document, { offset: place.offset, length: 1 }), command));
    };

    add('', { title: bestOfAll(runs, maximize), command: 'gdexp.openLab', arguments: [document.uri] });
    const subject = parsed.locate('/objective') ? '/objective' : '/model';
    add(subject, { title: `$(run-all) ${l10n.t('Run all')}`, command: 'gdexp.runAll', arguments: [document.uri] });
    add(subject, { title: `$(graph-line) ${l10n.t('Open lab')}`, command: 'gdexp.openLab', arguments: [document.uri] });

    for (let index = 0; parsed.locate(`/optimizers/${index}`); index++) {
      const own = runs.filter((run) => run.seriesKey.endsWith(`/${index}`));
      add(`/optimizers/${index}`, { title: `$(play) ${l10n.t('Run')}`, tooltip: l10n.t('Run this optimizer'), command: 'gdexp.runOptimizer', arguments: [document.uri, index] });
      add(`/optimizers/${index}`, { title: outcome(own), tooltip: sentences(own), command: 'gdexp.openLab', arguments: [document.uri, index] });
    }
    const { experiment } = parsed;
    if (experiment) {
      const results = this.host.results(document.uri);
      const running = runs.some((run) => run.status === 'running');
      for (const entry of experiment.expect) add(`/expect/${entry.index}`, { ...expectationStatus(entry, experiment, results, running), command: 'gdexp.checkExpectations', arguments: [document.uri, entry.index] });
    }
    return lenses;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function bestOfAll(runs: readonly RunOutcome[], maximize: boolean): string {
  const finished = runs.filter((run) => run.loss !== null && Number.isFinite(run.loss) && run.status !== 'diverged' && run.status !== 'running');
  if (runs.some((run) => run.status === 'running')) return `$(sync) ${l10n.t('{0} of {1} runs finished', finished.length, runs.length)}`;
  if (finished.length === 0) return runs.length === 0 ? l10n.t('No run yet') : l10n.t('No run reached a finite loss');
  const best = finished.reduce((a, b) => ((maximize ? b.loss! > a.loss! : b.loss! < a.loss!) ? b : a));
  const name = best.variant ? `${best.label} (${best.variant})` : best.label;
  const text = l10n.t('best {0}: loss {1} after {2}', name, formatNumber(best.loss!), stepsText(best.steps));
  return best.stale ? `$(history) ${l10n.t('{0} (before the last change)', text)}` : `$(star-full) ${text}`;
}

function stepsText(steps: number): string {
  return steps === 1 ? l10n.t('1 step') : l10n.t('{0} steps', formatNumber(steps));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `loss 3.2e-7 · 612 steps · converged`; of several runs (starts, seeds, variants) the median. */
function outcome(runs: readonly RunOutcome[]): string {
  if (runs.length === 0) return l10n.t('not run yet');
  const losses = runs.map((run) => run.loss).filter((loss): loss is number => loss !== null);
  const loss = losses.length === 0 ? '…' : formatNumber(losses.length === 1 ? losses[0] : median(losses));
  const steps = stepsText(median(runs.map((run) => run.steps)));
  const running = runs.filter((run) => run.status === 'running');
  let end: string;
  if (running.length > 0) end = l10n.t('running');
  else {
    const titles = [...new Set(runs.map((run) => run.verdict?.title ?? run.statusText))];
    end = titles.map((title) => (runs.length > 1 ? l10n.t('{0} of {1} {2}', runs.filter((run) => (run.verdict?.title ?? run.statusText) === title).length, runs.length, title) : title)).join(', ');
  }
  const text = runs.length > 1 ? l10n.t('median loss {0} · {1} · {2}', loss, steps, end) : l10n.t('loss {0} · {1} · {2}', loss, steps, end);
  return runs.some((run) => run.stale) ? `$(history) ${text}` : text;
}

function sentences(runs: readonly RunOutcome[]): string {
  const texts = [...new Set(runs.map((run) => run.verdict?.text ?? ''))].filter((text) => text !== '');
  if (runs.some((run) => run.stale)) texts.push(l10n.t('The experiment changed since this run.'));
  return texts.join('\n') || l10n.t('Open the lab');
}
