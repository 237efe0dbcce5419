import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { activeExperiment } from '../activeExperiment';
import type { ListedEntry } from '../history/entry';
import { addressOf, type HistoryService } from '../history/historyService';
import type { RunsView } from '../history/runsView';
import { fileName, outcomeOf, type RunNode } from '../history/runTree';
import type { Log } from '../log';
import type { RunService } from '../runs/runService';
import { formatNumber } from '../../wording/numbers';
import { relativeTime } from '../../wording/time';
import { GHOSTS_MOST, type GhostService, type PinOutcome } from './ghostService';

/** Runs that the list offers at most. */
const OFFERS_MOST = 300;

interface Services {
  readonly runs: RunService;
  readonly history: HistoryService;
  readonly ghosts: GhostService;
  readonly view: RunsView;
  readonly log: Log;
}

/** Tells why a run is no ghost; of one that is the lab itself tells. */
export function sayOutcome(outcome: PinOutcome): void {
  switch (outcome) {
    case 'full':
      void vscode.window.showWarningMessage(l10n.t('There are {0} ghosts already. Remove one before another run is pinned.', GHOSTS_MOST));
      break;
    case 'running':
      void vscode.window.showInformationMessage(l10n.t('This run is still going. It can be pinned once it has ended.'));
      break;
    case 'gone':
      void vscode.window.showInformationMessage(l10n.t('This run is not there any more.'));
      break;
  }
}

/** Pinning runs from the view "Runs" and from the palette. */
export function registerGhostCommands({ runs, history, ghosts, view, log }: Services): vscode.Disposable {
  const command = (id: string, body: (...args: unknown[]) => unknown): vscode.Disposable => vscode.commands.registerCommand(`gdexp.ghosts.${id}`, async (...args: unknown[]) => {
    try {
      await Promise.all([history.store.open(), ghosts.open()]);
      await body(...args);
    } catch (error) {
      log.error(`ghosts.${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  });
  return vscode.Disposable.from(
    command('show', async (node, selected) => {
      const nodes = Array.isArray(selected) && selected.length > 0 ? (selected as RunNode[]) : isNode(node) ? [node] : view.selection;
      const ids = [...new Set(nodes.flatMap(({ entries }) => entries.map(({ id }) => id)))];
      if (ids.length === 0) {
        void vscode.window.showInformationMessage(l10n.t('Select runs in the view "Runs" first.'));
        return;
      }
      let worst: PinOutcome = 'pinned';
      for (const id of ids) {
        const outcome = await ghosts.pinKept({ id });
        if (outcome !== 'already' && outcome !== 'pinned') worst = outcome;
        if (outcome === 'full') break;
      }
      sayOutcome(worst);
    }),
    command('pin', async () => {
      const offers = offersOf(activeExperiment(), { runs, history, ghosts });
      if (offers.length === 0) {
        void vscode.window.showInformationMessage(l10n.t('There is no run to pin yet. Run an experiment first.'));
        return;
      }
      const chosen = await vscode.window.showQuickPick(withSections(offers), {
        canPickMany: true, matchOnDescription: true, matchOnDetail: true, title: l10n.t('Ghosts in the Lab'),
        placeHolder: l10n.t('Runs that stand behind those of every experiment, at most {0}', GHOSTS_MOST),
      });
      if (!chosen) return;
      await ghosts.remove(offers.flatMap((offer) => (offer.ghost !== null && !chosen.includes(offer) ? [offer.ghost] : [])));
      for (const offer of chosen) {
        const outcome = 'pin' in offer ? await offer.pin() : 'already';
        sayOutcome(outcome);
        if (outcome === 'full') break;
      }
    }),
    command('clear', async () => {
      if (ghosts.list.length === 0) void vscode.window.showInformationMessage(l10n.t('No run is pinned.'));
      await ghosts.remove(null);
    }),
  );
}

interface Offer extends vscode.QuickPickItem {
  readonly section: string;
  /** Its id where the run is a ghost already. */
  readonly ghost: string | null;
  pin(): Promise<PinOutcome>;
}

/** What can be pinned: the ghosts that there are, ticked, the active experiment's results, and kept runs. */
function offersOf(uri: vscode.Uri | null, { runs, history, ghosts }: Pick<Services, 'runs' | 'history' | 'ghosts'>): Offer[] {
  const out: Offer[] = [];
  const seen = new Set<string>();
  const mark = ({ label, seed, startIndex, steps, seconds }: Pick<ListedEntry, 'label' | 'seed' | 'startIndex' | 'steps'> & { readonly seconds: number | null }): string => JSON.stringify([label, seed, startIndex, steps, seconds]);
  for (const { id, run, file } of ghosts.list) {
    seen.add(mark(run));
    out.push({ section: l10n.t('pinned'), label: run.label, description: [file, describe(run.loss ?? NaN, run.verdict?.title ?? run.statusText)].join(' · '), picked: true, ghost: id, pin: () => Promise.resolve('already') });
  }
  for (const run of uri ? runs.find(uri)?.runs ?? [] : []) {
    const { trial, summary } = run;
    if (!summary || run.builder.rows === 0 || !run.isBest || seen.has(mark({ ...trial, ...summary }))) continue;
    seen.add(mark({ ...trial, ...summary }));
    out.push({
      section: l10n.t('results of {0}', fileName(uri!.toString())), label: trial.label, description: [...(trial.variant === null ? [] : [trial.variant]), describe(summary.loss, outcomeOf({ verdict: summary.verdict.kind }))].join(' · '),
      ghost: null, pin: () => ghosts.pin(run, addressOf(uri!)),
    });
  }
  const now = Date.now();
  for (const entry of history.store.list()) {
    if (out.length >= OFFERS_MOST) break;
    if (entry.status === 'failed' || seen.has(mark(entry))) continue;
    seen.add(mark(entry));
    out.push({
      section: l10n.t('kept runs'), label: entry.label, description: [fileName(entry.experiment), describe(entry.loss, outcomeOf(entry)), relativeTime(entry.finished, now, vscode.env.language)].join(' · '),
      ghost: null, pin: () => ghosts.pinKept(entry),
    });
  }
  return out;
}

function withSections(offers: readonly Offer[]): (Offer | vscode.QuickPickItem)[] {
  return offers.flatMap((offer, i) => (offer.section === offers[i - 1]?.section ? [offer] : [{ label: offer.section, kind: vscode.QuickPickItemKind.Separator }, offer]));
}

function describe(loss: number, outcome: string): string {
  return `${l10n.t('loss {0}', formatNumber(loss))} · ${outcome}`;
}

function isNode(value: unknown): value is RunNode {
  return typeof value === 'object' && value !== null && Array.isArray((value as { entries?: unknown }).entries);
}
