import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ObjectiveSpec } from '../../core/objectives/spec';
import type { HostMessage, LabDocument, PageMessage } from '../../protocol/lab';
import type { ApplyRequest, ApplyResult } from '../../protocol/networks';
import { experiments } from '../experiments';
import { explained } from '../glossary/glossary';
import { sayOutcome } from '../ghosts/ghostCommands';
import { addressOf } from '../history/historyService';
import { LabFeed, progressMessage } from '../runs/labFeed';
import { portions, toLabRun } from '../runs/labRun';
import type { ExperimentSession } from '../runs/session';
import { isEditable } from './editable';
import type { LabActions, LabServices } from './labEditor';
import { pageHtml } from './labHtml';

/** Pause after a change of the text before the page hears of it: typing beside the lab stays fluent. */
const DOCUMENT_DELAY = 30;

/** One open lab: a webview, the document it shows and the session whose runs it shows. */
export class LabPage implements vscode.Disposable {
  private readonly session: ExperimentSession;
  private readonly feed: LabFeed;
  private readonly subscriptions: vscode.Disposable[] = [];
  private documentTimer: ReturnType<typeof setTimeout> | undefined;
  private ready = false;
  private disposed = false;
  private editable = true;
  private readonly waiting: (() => void)[] = [];
  /** Pictures that the page was sent and has not drawn. */
  private readonly undrawn = new Map<number, () => void>();
  private pictures = 0;
  /** Data that were read again since the page was shown. */
  private readonly readAgain = new Set<string>();

  constructor(readonly document: vscode.TextDocument, readonly panel: vscode.WebviewPanel, private readonly services: LabServices & { readonly actions: LabActions }) {
    const { webview } = panel;
    this.subscriptions.push(services.runs.opened(document));
    this.session = services.runs.of(document);
    this.feed = new LabFeed(this.session, (message) => (message.type === 'progress' ? this.postPicture(message) : this.post(message)));
    webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(services.extensionUri, 'dist', 'webview')] };
    this.subscriptions.push(
      webview.onDidReceiveMessage((value: unknown) => {
        const message = experiments().readPageMessage(value);
        if (message) this.receive(message).catch((error: unknown) => this.failed(message, error));
        else services.log.warn(`refused a message of the page: ${JSON.stringify(value)?.slice(0, 200)}`);
      }),
      services.runs.data.onDidChange((uri) => {
        if (uri.toString() === document.uri.toString()) this.sendData();
      }),
      new vscode.Disposable(services.ghosts.onDidChange(() => this.sendGhosts())),
      new vscode.Disposable(this.session.onDidChange(({ kind }) => {
        if (kind === 'replaced') this.readDataAgain();
      })),
      vscode.workspace.onDidChangeTextDocument(({ document: changed }) => {
        if (changed !== document) return;
        clearTimeout(this.documentTimer);
        this.documentTimer = setTimeout(() => this.sendDocument(), DOCUMENT_DELAY);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.sendDocument()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('files', document.uri)) void this.learnEditable();
      }),
      panel.onDidChangeViewState(() => {
        if (panel.visible) {
          void this.learnEditable();
          return;
        }
        // A hidden page is taken down; shown again it is loaded anew and says that it is ready.
        this.ready = false;
        this.feed.pause();
      }),
    );
    webview.html = pageHtml(webview, services.extensionUri, 'lab');
    void this.learnEditable();
  }

  private async learnEditable(): Promise<void> {
    const editable = await isEditable(this.document);
    if (editable === this.editable) return;
    this.editable = editable;
    this.sendDocument();
  }

  /** Tells the page something; resolves once VS Code has handed it over. */
  post(message: HostMessage): Promise<unknown> {
    // An answer that was on its way when the tab was closed.
    if (this.disposed) return Promise.resolve();
    return Promise.all(portions(message).map((portion) => this.panel.webview.postMessage(portion)));
  }

  /** Ends a picture; resolves once the page has drawn it. VS Code hands messages over faster than a page draws. */
  private postPicture(message: Extract<HostMessage, { type: 'progress' }>): Promise<void> {
    const picture = ++this.pictures;
    void this.post({ ...message, picture });
    return new Promise((resolve) => this.undrawn.set(picture, resolve));
  }

  private drawn(last: number): void {
    for (const [picture, resolve] of this.undrawn) {
      if (picture > last) return;
      this.undrawn.delete(picture);
      resolve();
    }
  }

  /** Once the page shows the document. */
  whenReady(): Promise<void> {
    return this.ready ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.documentTimer);
    this.feed.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async receive(message: PageMessage): Promise<void> {
    const { session, services, document } = this;
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.drawn(this.pictures);
        this.sendSnapshot();
        for (const resolve of this.waiting.splice(0)) resolve();
        break;
      case 'edit':
        if (!this.editable) throw new Error(l10n.t('The file is read-only.'));
        await services.edits.apply(document, experiments().completeEdits(services.documents.parsed(document).value, message.edits));
        if (message.request !== undefined) void this.post({ type: 'reply', request: message.request, applied: true });
        break;
      case 'preview':
        if (message.edits) this.preview(message.edits);
        else session.endPreview();
        break;
      case 'run':
        await services.actions.run(document, message.seriesKeys);
        break;
      case 'cancel':
        session.cancel();
        break;
      case 'grid': {
        const { request, variant, origin, first, second, a, b, width, height } = message;
        const grid = await services.pool().grid({ objective: this.objective(variant), origin, first, second, a, b, width, height });
        this.post({ type: 'reply', request, grid });
        break;
      }
      case 'probe':
        this.post({ type: 'reply', request: message.request, probe: await services.pool().probe(this.objective(message.variant), message.point) });
        break;
      case 'criticalPoints':
        this.post({ type: 'reply', request: message.request, criticalPoints: await services.pool().criticalPoints(this.objective(message.variant), message.box) });
        break;
      case 'gradientCheck':
        this.post({ type: 'reply', request: message.request, gradientCheck: await services.pool().gradientCheck(this.objective(message.variant), message.point) });
        break;
      case 'apply': {
        const { request, run, preview, step, what } = message;
        this.post({ type: 'reply', request, network: await this.apply(run, preview, step, what) });
        break;
      }
      case 'pin': {
        const run = session.runs.find(({ trial }) => trial.id === message.run);
        sayOutcome(run ? await services.ghosts.pin(run, addressOf(document.uri)) : 'gone');
        break;
      }
      case 'unpin':
        await services.ghosts.remove(message.ghost === null ? null : [message.ghost]);
        break;
      case 'openSource':
        await services.actions.openSource(document, message.path ?? null);
        break;
      case 'explain':
        this.post({ type: 'reply', request: message.request, explanations: explained(message.terms) });
        break;
      case 'openTerm':
        await services.actions.openTerm(message.term);
        break;
      case 'export':
        await services.actions.exportResults(document, message.format);
        break;
      case 'image':
        await services.actions.saveImage(document, message.name, message.png);
        break;
      case 'drawn':
        this.drawn(message.picture);
        break;
      case 'trust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        break;
      case 'showLog':
        services.log.show();
        break;
      case 'problem':
        services.log.error(`page: ${message.message}`);
        break;
    }
  }

  private failed(message: PageMessage, error: unknown): void {
    const words = experiments().errorText(error);
    this.services.log.error(`${message.type}: ${words}`);
    if ('request' in message && message.request !== undefined) this.post({ type: 'reply', request: message.request, error: words });
    else if (message.type === 'edit') void vscode.window.showErrorMessage(l10n.t('The change could not be written: {0}', words));
  }

  private preview(edits: Extract<PageMessage, { type: 'preview' }>['edits']): void {
    const text = this.document.getText();
    const { applyChanges, completeEdits, editText } = experiments();
    const { experiment } = this.services.documents.parse(applyChanges(text, editText(text, completeEdits(this.services.documents.parsed(this.document).value, edits ?? []))));
    // A value that the file may not hold is answered with what there is, so that the page does not wait; and nothing runs for a drag where nothing may run unasked.
    const shown = vscode.workspace.isTrusted && experiment ? experiment : this.session.experiment;
    if (shown && shown.refusal === null) this.session.showPreview(shown);
  }

  /** The network of a run with the weights kept at or before a step, the last where it is null. */
  private async apply(id: string, preview: boolean, step: number | null, what: ApplyRequest): Promise<ApplyResult> {
    const { runs, preview: shown } = this.session;
    const run = (preview ? [...shown, ...runs] : [...runs, ...shown]).find(({ trial }) => trial.id === id);
    if (!run || run.trial.kind !== 'model') throw new Error(l10n.t('This run is not there any more.'));
    const { snapshots } = run.builder.build();
    if (!snapshots || snapshots.steps.length === 0) throw new Error(l10n.t('No weights of this run are kept.'));
    let at = snapshots.steps.length - 1;
    if (step !== null) while (at > 0 && snapshots.steps[at] > step) at--;
    const size = snapshots.points.length / snapshots.steps.length;
    const data = await this.services.runs.data.of(this.document.uri, run.trial);
    return this.services.pool().apply(run.trial, data, snapshots.points.slice(at * size, (at + 1) * size), what);
  }

  /** How the data of each model of the document stand. */
  private sendData(): void {
    const experiment = this.session.experiment;
    if (!this.ready || experiment?.kind !== 'model') return;
    const data = experiments().modelTrials(experiment).map((trial) => this.services.runs.data.status(this.document.uri, trial));
    this.post({ type: 'data', data });
  }

  /** Results that were kept outlive their data in memory, and the page's pictures need both. Once while it is shown: of many data sets each would put out another. */
  private readDataAgain(): void {
    const { session: { experiment, runs }, services: { runs: { data } }, document: { uri } } = this;
    if (!this.ready || experiment?.kind !== 'model' || experiment.refusal !== null || !vscode.workspace.isTrusted) return;
    for (const trial of experiments().modelTrials(experiment)) {
      const used = runs.some((run) => run.finished && run.trial.kind === 'model' && run.trial.dataKey === trial.dataKey);
      if (!used || this.readAgain.has(trial.dataKey) || data.status(uri, trial).state !== 'absent') continue;
      this.readAgain.add(trial.dataKey);
      // Why they cannot be read is part of their state, which the page is told.
      data.of(uri, trial).catch(() => undefined);
    }
  }

  private sendGhosts(): void {
    if (!this.ready) return;
    const address = addressOf(this.document.uri);
    this.post({ type: 'ghosts', ghosts: this.services.ghosts.list.map(({ experiment, ...ghost }) => ({ ...ghost, here: experiment === address })) });
  }

  private objective(variant: number | null): ObjectiveSpec {
    const spec = this.session.experiment?.variants[variant ?? 0]?.objective?.spec;
    if (!spec) throw new Error(l10n.t('The experiment has no objective.'));
    return spec;
  }

  private makeDocument(): LabDocument {
    const { document } = this;
    const parsed = this.services.documents.parsed(document);
    return { ...experiments().labDocument({
      parsed,
      lastGood: this.services.documents.lastGood(document),
      version: document.version,
      fileName: document.uri.path.split('/').pop() ?? '',
      language: vscode.env.language,
      editable: this.editable,
    }), restricted: !vscode.workspace.isTrusted };
  }

  private sendDocument(): void {
    if (this.ready) this.post({ type: 'document', document: this.makeDocument() });
  }

  /** Everything the page shows, whole: it may have been away. */
  private sendSnapshot(): void {
    this.feed.start();
    this.post({
      type: 'init',
      locale: vscode.env.language,
      l10n: (vscode.l10n.bundle as Readonly<Record<string, unknown>> | undefined) ?? null,
      document: this.makeDocument(),
      runs: this.session.runs.map(toLabRun),
    });
    this.post(progressMessage(this.session));
    this.sendData();
    this.readAgain.clear();
    this.readDataAgain();
    void this.services.ghosts.open().then(() => this.sendGhosts());
  }
}
