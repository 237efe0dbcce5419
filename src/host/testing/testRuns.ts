import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Expectation, Experiment } from '../../format/experiment';
import { concerns } from '../../format/expectations';
import type { ExperimentDocuments } from '../documents';
import { actualText } from '../language/expectationLens';
import { rangeOf } from '../language/diagnostics';
import { completeTrials, neededTrials, resultsOf } from '../runs/complete';
import { toOutcome } from '../runs/labRun';
import type { RunService } from '../runs/runService';
import type { ExperimentSession } from '../runs/session';
import { type EntryOutcome, judge } from './expectationCheck';
import type { ExperimentTests } from './experimentTests';

/** Entries of one file that a test run is about. */
interface Wanted {
  readonly document: vscode.TextDocument;
  readonly file: vscode.TestItem;
  readonly entries: readonly vscode.TestItem[];
}

/**
 * Runs what tests ask for, in the sessions of their documents: what a lab has found already counts and is not run again, and what is run
 * here shows in the lab.
 */
export class ExpectationRuns {
  constructor(private readonly tests: ExperimentTests, private readonly documents: ExperimentDocuments, private readonly runs: RunService) {}

  /**
   * The handler of the run profile. Ends when every test has its state.
   * @returns how many entries were asked for and how many hold.
   */
  async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<{ readonly asked: number; readonly hold: number }> {
    if (!request.include) await this.tests.discover();
    const run = this.tests.controller.createTestRun(request);
    const cancellation = new AbortController();
    const subscription = token.onCancellationRequested(() => cancellation.abort());
    try {
      const wanted = await this.collect(request, run);
      for (const { entries } of wanted) for (const entry of entries) run.enqueued(entry);
      // One file after the other: the runs of each go at the same time.
      let hold = 0;
      for (const one of wanted) hold += await this.check(one, run, cancellation.signal);
      return { asked: wanted.reduce((sum, { entries }) => sum + entries.length, 0), hold };
    } finally {
      subscription.dispose();
      run.end();
    }
  }

  /** Documents of the tests that are asked for, with the state of their text now. */
  private async collect(request: vscode.TestRunRequest, run: vscode.TestRun): Promise<Wanted[]> {
    const asked = request.include ?? [...this.tests.controller.items].map(([, item]) => item);
    const excluded = new Set(request.exclude ?? []);
    const files = new Map<string, { readonly uri: vscode.Uri; readonly item: vscode.TestItem; all: boolean; readonly entries: Set<number> }>();
    for (const item of asked) {
      const place = this.tests.placeOf(item);
      if (!place || excluded.has(item)) continue;
      const key = place.uri.toString();
      const file = files.get(key) ?? { uri: place.uri, item: item.parent ?? item, all: false, entries: new Set<number>() };
      files.set(key, file);
      if (place.entry === null) file.all = true;
      else file.entries.add(place.entry);
    }
    const wanted: Wanted[] = [];
    for (const { uri, item, all, entries } of files.values()) {
      try {
        const document = await vscode.workspace.openTextDocument(uri);
        const file = this.tests.itemOf(document) ?? item;
        const chosen = [...file.children].map(([, child]) => child).filter((child) => !excluded.has(child) && (all || entries.has(this.tests.placeOf(child)!.entry!)));
        wanted.push({ document, file, entries: chosen });
      } catch (error) {
        run.errored(item, new vscode.TestMessage(error instanceof Error ? error.message : String(error)));
      }
    }
    return wanted;
  }

  /** Gives each entry of a file its state. @returns how many hold. */
  private async check({ document, file, entries }: Wanted, run: vscode.TestRun, signal: AbortSignal): Promise<number> {
    const { experiment, problems } = this.documents.parsed(document);
    const error = problems.find(({ severity }) => severity === 'error');
    if (!experiment || experiment.refusal !== null) {
      const message = new vscode.TestMessage(error ? l10n.t('The experiment has an error in line {0}: {1}', error.line, error.message) : experiment?.refusal ?? l10n.t('The experiment is empty.'));
      if (error) message.location = new vscode.Location(document.uri, rangeOf(document, error));
      for (const item of entries.length > 0 ? entries : [file]) run.errored(item, message);
      return 0;
    }
    const session = this.runs.of(document);
    const open = new Map(entries.flatMap((item): [vscode.TestItem, Expectation][] => {
      const entry = experiment.expect[this.tests.placeOf(item)!.entry!];
      return entry ? [[item, entry]] : [];
    }));
    const entriesAsked = [...open.values()];
    const trials = neededTrials(experiment, (trial) => entriesAsked.some((entry) => concerns(entry, trial)));
    const narrowing = (experiment.sweep?.refine ?? 0) > 0;
    for (const item of open.keys()) run.started(item);
    let hold = 0;
    const settle = (last: boolean): void => {
      for (const [item, entry] of open) {
        const state = this.report(run, item, entry, { document, experiment, session }, last);
        if (state !== 'open') open.delete(item);
        if (state === 'holds') hold++;
      }
    };
    if (!narrowing) settle(false);
    if (open.size > 0) await completeTrials(session, trials, signal, () => (narrowing ? undefined : settle(false)));
    settle(true);
    this.tell(run, session, file, new Set(trials.map(({ id }) => id)));
    return hold;
  }

  /**
   * Gives a test its state once all that it speaks of has ended.
   * @param last nothing more will come: what has no result is skipped.
   * @returns "open" where it has no state yet.
   */
  private report(run: vscode.TestRun, item: vscode.TestItem, entry: Expectation, { document, experiment, session }: { readonly document: vscode.TextDocument; readonly experiment: Experiment; readonly session: ExperimentSession }, last: boolean): EntryOutcome['kind'] | 'open' {
    // With those that a sweep has added.
    const trials = session.trials.filter((trial) => concerns(entry, trial));
    const results = resultsOf(session, trials);
    if (results.length < trials.length || trials.length === 0) {
      if (last) run.skipped(item);
      return last ? 'skipped' : 'open';
    }
    const milliseconds = 1000 * results.reduce((sum, { summary }) => sum + summary.seconds, 0);
    const outcome = judge(entry, experiment, results);
    switch (outcome.kind) {
      case 'holds':
        run.appendOutput(outcome.results.map((each) => `✓ ${each.text}${typeof each.actual === 'number' ? ` (${actualText(each)})` : ''}\r\n`).join(''), undefined, item);
        run.passed(item, milliseconds);
        break;
      case 'fails':
        run.failed(item, outcome.failed.map(({ message, expected, actual, name }) => {
          const found = vscode.TestMessage.diff(message, expected, actual);
          const parsed = this.documents.parsed(document);
          const place = parsed.locate(`/expect/${entry.index}/${name}`, true) ?? parsed.locate(`/expect/${entry.index}`);
          if (place) found.location = new vscode.Location(document.uri, rangeOf(document, place));
          run.appendOutput(`✗ ${message}\r\n`, found.location, item);
          return found;
        }), milliseconds);
        break;
      case 'error': {
        const message = new vscode.TestMessage(outcome.message);
        if (item.range) message.location = new vscode.Location(document.uri, item.range);
        run.errored(item, message, milliseconds);
        break;
      }
      case 'skipped':
        run.skipped(item);
        break;
    }
    return outcome.kind;
  }

  /** The runs behind the tests, each with its verdict, as the output of the file. */
  private tell(run: vscode.TestRun, session: ExperimentSession, file: vscode.TestItem, trials: ReadonlySet<string>): void {
    const lines = session.runs.filter((each) => trials.has(each.trial.id) && each.finished).map((each) => {
      const { label, variant, verdict, reason } = toOutcome(each);
      return `${[label, variant].filter((part) => part !== null).join(', ')}: ${verdict ? `${verdict.title}. ${verdict.text}` : reason}`.replace(/[\r\n]+/g, ' ');
    });
    // Seeds and starts often end alike.
    for (const line of new Set(lines)) run.appendOutput(`${line}\r\n`, undefined, file);
  }
}
