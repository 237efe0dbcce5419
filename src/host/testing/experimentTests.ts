import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ParsedExperiment } from '../../format/experiment';
import { localized } from '../../format/localized';
import { type ExperimentDocuments, isExperiment } from '../documents';
import { rangeOf } from '../language/diagnostics';
import { entryLabel } from './expectationCheck';

const PATTERN = '**/*.gdexp';
/** Long enough that a text is not judged while it is being typed. */
const DELAY = 300;
/** Files read at the same time. */
const AT_ONCE = 8;
/** Larger files are not read for what they expect. */
const MOST_BYTES = 16e6;

/** What stands behind an item of the Test Explorer. */
export interface TestPlace {
  readonly uri: vscode.Uri;
  /** The entry in the file's list; null for the file. */
  readonly entry: number | null;
}

/**
 * Files and what they expect, as items of the Test Explorer: those of open documents at once, those of the workspace when the Test Explorer
 * first asks. An item keeps its identity while its file and its place in the list stay, so that it keeps its state.
 */
export class ExperimentTests implements vscode.Disposable {
  private readonly places = new WeakMap<vscode.TestItem, TestPlace>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly subscriptions: vscode.Disposable[];
  private discovery: Promise<void> | undefined;
  private watching = false;

  constructor(readonly controller: vscode.TestController, private readonly documents: ExperimentDocuments) {
    controller.resolveHandler = async (item) => {
      if (!item) await this.discover();
    };
    controller.refreshHandler = async () => {
      this.discovery = undefined;
      await this.discover();
    };
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.show(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.schedule(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => void this.closed(document)),
    ];
    for (const document of vscode.workspace.textDocuments) this.show(document);
  }

  /** The place an item stands for. */
  placeOf(item: vscode.TestItem): TestPlace | undefined {
    return this.places.get(item);
  }

  /** The item of a file, brought up to the document's present text. */
  itemOf(document: vscode.TextDocument): vscode.TestItem | undefined {
    this.show(document);
    return this.controller.items.get(document.uri.toString());
  }

  /** Finds every experiment of the workspace; once, until it is asked to look again. */
  discover(): Promise<void> {
    return (this.discovery ??= this.look());
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async look(): Promise<void> {
    this.watch();
    const found = await vscode.workspace.findFiles(PATTERN);
    const known = new Set(found.map((uri) => uri.toString()));
    for (const [id, item] of this.controller.items) if (!known.has(id) && !openDocument(item.uri!)) this.controller.items.delete(id);
    const queue = [...found];
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let uri = queue.shift(); uri; uri = queue.shift()) await this.read(uri);
    }));
  }

  private watch(): void {
    if (this.watching) return;
    this.watching = true;
    const watcher = vscode.workspace.createFileSystemWatcher(PATTERN);
    this.subscriptions.push(
      watcher,
      watcher.onDidCreate((uri) => void this.read(uri)),
      watcher.onDidChange((uri) => void this.read(uri)),
      watcher.onDidDelete((uri) => {
        if (!openDocument(uri)) this.controller.items.delete(uri.toString());
      }),
    );
  }

  /** A file that no editor holds; an open one speaks for itself. */
  private async read(uri: vscode.Uri): Promise<void> {
    if (openDocument(uri)) return;
    try {
      if ((await vscode.workspace.fs.stat(uri)).size > MOST_BYTES) return;
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      // Most files claim nothing, and then need no reading.
      if (!text.includes('"expect"')) this.controller.items.delete(uri.toString());
      else this.sync(uri, this.documents.parse(text), (place) => new vscode.Range(place.line - 1, place.column - 1, place.line - 1, place.column - 1 + place.length));
    } catch {
      this.controller.items.delete(uri.toString());
    }
  }

  private schedule(document: vscode.TextDocument): void {
    if (!belongs(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(key, setTimeout(() => {
      this.timers.delete(key);
      if (document.isClosed) return;
      this.show(document);
      const item = this.controller.items.get(key);
      if (item) this.controller.invalidateTestResults(item);
    }, DELAY));
  }

  private show(document: vscode.TextDocument): void {
    if (belongs(document)) this.sync(document.uri, this.documents.parsed(document), (place) => rangeOf(document, place));
  }

  private async closed(document: vscode.TextDocument): Promise<void> {
    if (!belongs(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    // What was not saved is gone; the file, where there is one, counts again.
    if (vscode.workspace.getWorkspaceFolder(document.uri) && document.uri.scheme !== 'untitled') await this.read(document.uri);
    else this.controller.items.delete(key);
  }

  private sync(uri: vscode.Uri, parsed: ParsedExperiment, rangeAt: (place: NonNullable<ReturnType<ParsedExperiment['locate']>>) => vscode.Range): void {
    const { items } = this.controller;
    const id = uri.toString();
    const { experiment } = parsed;
    const error = parsed.problems.find(({ severity }) => severity === 'error');
    if (parsed.locate('/expect/0') === null && !(error && items.get(id))) {
      items.delete(id);
      return;
    }
    let file = items.get(id);
    if (!file) {
      file = this.controller.createTestItem(id, vscode.workspace.asRelativePath(uri), uri);
      this.places.set(file, { uri, entry: null });
      items.add(file);
    }
    file.error = error ? l10n.t('Line {0}: {1}', error.line, error.message) : experiment?.refusal ?? undefined;
    // While the text is broken the entries stay as they were: they come back with the next good state.
    if (!experiment) return;
    file.description = localized(experiment.title, vscode.env.language);
    file.children.replace(experiment.expect.map((entry) => {
      const key = `${id}#${entry.index}`;
      const label = entryLabel(entry);
      let item = file.children.get(key);
      if (!item) {
        item = this.controller.createTestItem(key, label, uri);
        item.sortText = String(entry.index).padStart(6, '0');
        this.places.set(item, { uri, entry: entry.index });
      }
      item.label = label;
      const place = parsed.locate(`/expect/${entry.index}`);
      item.range = place ? rangeAt(place) : undefined;
      return item;
    }));
  }
}

/** Not of a comparison's other side, an output or a page of settings. */
function belongs(document: vscode.TextDocument): boolean {
  return isExperiment(document) && (['file', 'untitled'].includes(document.uri.scheme) || vscode.workspace.getWorkspaceFolder(document.uri) !== undefined);
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === key && !document.isClosed);
}
