import type { Explanation, HostMessage, LabData, LabDocument, LabEvaluation, LabGhost, LabModel, LabRun, LabSeries, PageMessage } from '../../src/protocol/lab';
import type { ApplyRequest, ApplyResult } from '../../src/protocol/networks';
import type { CriticalPointFound, GradientCheckResult, GridResult, ProbeResult } from '../../src/protocol/training';
import type { Edits } from './edit';
import type { HostPort } from './hostPort';
import { isPanel, panelsOf, usualPanels } from './panels';
import { PreviewQueue } from './previewQueue';
import { Replies } from './replies';
import { lastRow, lastStep, mainRuns, orderRuns } from './runs';
import type { Change, LabStore, PanelName, Progress } from './types';

export type { HostPort } from './hostPort';

type Reply = Extract<HostMessage, { type: 'reply' }>;

/** At speed 1 a run plays at this many steps a second, or faster where it would last longer than PLAY_SECONDS. */
const PLAY_RATE = 60;
const PLAY_SECONDS = 12;
/** How long the outcome of a drag stays up after its release while the results that replace it are on their way. */
const SETTLE_MS = 1500;

interface SavedView {
  readonly panels?: readonly PanelName[];
  readonly split?: boolean;
  readonly selected?: string | null;
  readonly hidden?: readonly string[];
  /** null: the end, also when runs grow. */
  readonly step?: number | null;
  readonly speed?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The page's one store, fed by the host's messages. Listeners are told after the state changed. */
export class PageStore implements LabStore {
  document: LabDocument | null = null;
  allRuns: readonly LabRun[] = [];
  runs: readonly LabRun[] = [];
  visibleRuns: readonly LabRun[] = [];
  progress: Progress = { running: false, fraction: 0, text: '' };
  data: readonly LabData[] = [];
  evaluation: readonly LabEvaluation[] = [];
  ghosts: readonly LabGhost[] = [];
  step = 0;
  maxStep = 0;
  playing = false;
  speed = 1;
  selected: string | null = null;
  hidden: ReadonlySet<string> = new Set();
  locale = 'en';

  private results = new Map<string, LabRun>();
  private previews = new Map<string, LabRun>();
  private previewing = false;
  private readonly queue: PreviewQueue;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private editedAt = -Infinity;
  private atEnd = true;
  private restoredStep: number | null = null;
  /** The latest opened last; null until one was opened or closed: then the usual ones of the document. */
  private chosen: readonly PanelName[] | null = null;
  private wantsSplit = true;
  private room = 2;
  private readonly view = new Map<string, unknown>();
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly replies = new Replies<Reply>();
  private lastFrame = 0;
  private playhead = 0;
  private saveTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly extraListeners = new Set<(message: HostMessage) => void>();

  constructor(private readonly port: HostPort) {
    this.queue = new PreviewQueue((edits) => this.port.post({ type: 'preview', edits }));
    this.restore(port.getState());
    port.onMessage((message) => this.receive(message));
  }

  /** The pictures to show, at most as many as there is room for; the latest opened is last. */
  get panels(): readonly PanelName[] {
    return this.opened.slice(-(this.split ? 2 : 1));
  }

  /** Pictures that this document has a tab for, in their order. */
  get offered(): readonly PanelName[] {
    return panelsOf(this.document);
  }

  private get opened(): readonly PanelName[] {
    const { offered } = this;
    const usual = usualPanels(this.document);
    const there = (this.chosen ?? usual).filter((panel) => offered.includes(panel));
    // What was open in a file of another kind may not apply here: then the usual ones stand in its place.
    return there.length >= Math.min(2, this.chosen?.length ?? 2) ? there : [...usual.filter((panel) => !there.includes(panel)), ...there];
  }

  /** Two pictures are asked for and there is room for them. */
  get split(): boolean {
    return this.wantsSplit && this.room > 1;
  }

  get canSplit(): boolean {
    return this.room > 1;
  }

  series(key: string): LabSeries | undefined {
    return this.document?.series.find((series) => series.key === key);
  }

  modelOf(key: string): LabModel | undefined {
    const series = this.series(key);
    return series && this.document?.models[series.model];
  }

  dataOf(key: string): LabData | undefined {
    const series = this.series(key);
    return series && this.data[series.model];
  }

  runOf(key: string): LabRun | undefined {
    let best: LabRun | undefined;
    for (const run of this.runs) {
      if (run.seriesKey !== key) continue;
      if (!best || run.startIndex < best.startIndex || (run.startIndex === best.startIndex && run.seed < best.seed)) best = run;
    }
    return best;
  }

  rowAt(run: LabRun, step: number): number {
    const steps = run.record?.columns['step'];
    if (!run.record || !steps) return -1;
    return lastRow(steps, run.record.rows, step);
  }

  epochRowAt(run: LabRun, step: number): number {
    const epochs = run.record?.epochs;
    const steps = epochs?.columns['step'];
    return epochs && steps ? lastRow(steps, epochs.rows, step) : -1;
  }

  setStep(step: number): void {
    const next = Math.min(this.maxStep, Math.max(0, Math.round(step)));
    this.restoredStep = null;
    this.atEnd = next >= this.maxStep;
    this.playhead = next;
    if (next === this.step) return;
    this.step = next;
    this.changed('step');
  }

  setPlaying(playing: boolean): void {
    if (playing === this.playing) return;
    if (playing && this.maxStep === 0) return;
    this.playing = playing;
    if (playing) {
      if (this.step >= this.maxStep) this.setStep(0);
      this.playhead = this.step;
      this.lastFrame = 0;
      requestAnimationFrame((time) => this.advance(time));
    }
    this.changed('step');
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.changed('step');
  }

  select(key: string | null): void {
    if (key === this.selected) return;
    this.selected = key;
    this.changed('selection');
  }

  toggleHidden(key: string): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(key)) hidden.add(key);
    this.setHidden(hidden);
  }

  isolate(key: string): void {
    const others = (this.document?.series ?? []).map((series) => series.key).filter((other) => other !== key);
    const isolated = others.length > 0 && !this.hidden.has(key) && others.every((other) => this.hidden.has(other));
    this.setHidden(new Set(isolated ? [] : others));
  }

  get hiddenGhosts(): ReadonlySet<string> {
    return new Set(this.setting<readonly string[]>('hiddenGhosts', []));
  }

  toggleGhost(id: string): void {
    const hidden = new Set(this.hiddenGhosts);
    if (!hidden.delete(id)) hidden.add(id);
    this.view.set('hiddenGhosts', [...hidden].filter((each) => this.ghosts.some((ghost) => ghost.id === each)));
    this.changed('ghosts');
  }

  /** Opens a closed picture (in place of the one opened longest ago, where there is no room); closes an open one unless it is the last. */
  togglePanel(panel: PanelName): void {
    if (this.panels.includes(panel)) {
      if (this.panels.length < 2) return;
      const other = this.panels.find((name) => name !== panel)!;
      this.chosen = [...this.opened.filter((name) => name !== other), other];
      this.wantsSplit = false;
      this.changed('panels');
    } else this.openPanel(panel);
  }

  openPanel(panel: PanelName): void {
    if (this.panels.includes(panel) || !this.offered.includes(panel)) return;
    this.chosen = [...this.opened.filter((name) => name !== panel), panel];
    this.changed('panels');
  }

  setSplit(split: boolean): void {
    if (split === this.wantsSplit) return;
    this.wantsSplit = split;
    if (split && this.opened.length < 2) this.chosen = [this.offered.find((name) => !this.opened.includes(name))!, ...this.opened];
    this.changed('panels');
  }

  /** How many pictures fit side by side; the page's layout says so. */
  setRoom(room: number): void {
    if (room === this.room) return;
    this.room = room;
    this.changed('panels');
  }

  /** A setting of the view (a folded section, the order of the table) that outlives a hidden page. */
  setting<T>(name: string, fallback: T): T {
    return this.view.has(name) ? (this.view.get(name) as T) : fallback;
  }

  setSetting(name: string, value: unknown): void {
    this.view.set(name, value);
    this.changed('panels');
  }

  edit(edits: Edits): void {
    if (edits.length === 0 || !this.document?.editable) return;
    this.editedAt = performance.now();
    this.port.post({ type: 'edit', edits });
  }

  preview(edits: Edits | null): void {
    if (edits) {
      clearTimeout(this.settle);
      this.previewing = true;
      this.queue.push(edits);
      return;
    }
    if (!this.previewing) return;
    this.previewing = false;
    this.queue.clear();
    this.port.post({ type: 'preview', edits: null });
    // Right after an edit the preview already shows what the new results will: putting the old ones back would flash.
    if (performance.now() - this.editedAt < 100) this.settle = setTimeout(() => this.dropPreviews(), SETTLE_MS);
    else this.dropPreviews();
  }

  send(message: PageMessage): void {
    this.port.post(message);
  }

  async grid(request: Omit<Extract<PageMessage, { type: 'grid' }>, 'type' | 'request'>): Promise<GridResult> {
    const reply = await this.ask((number) => ({ type: 'grid', request: number, ...request }));
    if ('grid' in reply) return reply.grid;
    throw new Error('unexpected reply');
  }

  async probe(variant: number | null, point: readonly number[]): Promise<ProbeResult> {
    const reply = await this.ask((request) => ({ type: 'probe', request, variant, point }));
    if ('probe' in reply) return reply.probe;
    throw new Error('unexpected reply');
  }

  async criticalPoints(variant: number | null, box: readonly (readonly [number, number])[]): Promise<readonly CriticalPointFound[]> {
    const reply = await this.ask((request) => ({ type: 'criticalPoints', request, variant, box }));
    if ('criticalPoints' in reply) return reply.criticalPoints;
    throw new Error('unexpected reply');
  }

  async gradientCheck(variant: number | null, point: readonly number[]): Promise<GradientCheckResult> {
    const reply = await this.ask((request) => ({ type: 'gradientCheck', request, variant, point }));
    if ('gradientCheck' in reply) return reply.gradientCheck;
    throw new Error('unexpected reply');
  }

  /** What words of the page mean. */
  async explain(terms: readonly string[]): Promise<readonly Explanation[]> {
    const reply = await this.ask((request) => ({ type: 'explain', request, terms }));
    if ('explanations' in reply) return reply.explanations;
    throw new Error('unexpected reply');
  }

  async apply(run: string, step: number | null, what: ApplyRequest): Promise<ApplyResult> {
    const reply = await this.ask((request) => ({ type: 'apply', request, run, preview: this.previews.has(run), step, what }));
    if ('network' in reply) return reply.network;
    throw new Error('unexpected reply');
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Messages that are no state (show a panel, export an image), after the store has handled its part. */
  onHostMessage(listener: (message: HostMessage) => void): void {
    this.extraListeners.add(listener);
  }

  /** Tells every listener that colours changed. */
  themeChanged(): void {
    this.emit('theme');
  }

  private receive(message: HostMessage): void {
    switch (message.type) {
      case 'init':
        this.locale = message.locale;
        this.setDocument(message.document);
        this.replaceRuns(message.runs);
        break;
      case 'document':
        this.setDocument(message.document);
        break;
      case 'runs':
        this.replaceRuns(message.runs);
        break;
      case 'run':
        this.mergeRuns(message.runs);
        break;
      case 'progress':
        this.progress = { running: message.running, fraction: message.fraction, text: message.text };
        this.emit('progress');
        break;
      case 'data':
        this.data = message.data;
        this.emit('data');
        break;
      case 'evaluation':
        this.evaluation = message.evaluation;
        this.emit('evaluation');
        break;
      case 'ghosts':
        this.ghosts = message.ghosts;
        this.emit('ghosts');
        break;
      case 'reply':
        this.replies.settle(message.request, 'error' in message ? new Error(message.error) : message);
        break;
      case 'show':
        if (isPanel(message.panel)) this.openPanel(message.panel);
        break;
    }
    for (const listener of this.extraListeners) listener(message);
  }

  private setDocument(document: LabDocument): void {
    this.document = document;
    const keys = new Set(document.series.map((series) => series.key));
    if (document.series.length > 0) {
      if (this.selected === null || !keys.has(this.selected)) this.selected = document.series[0].key;
      if ([...this.hidden].some((key) => !keys.has(key))) this.hidden = new Set([...this.hidden].filter((key) => keys.has(key)));
    }
    this.mix();
    this.emit('document');
  }

  private replaceRuns(runs: readonly LabRun[]): void {
    const previews = runs.filter((run) => run.preview);
    const results = runs.filter((run) => !run.preview);
    if (previews.length > 0) this.takePreviews(previews, true);
    if (this.previewing && runs.length === 0) this.takePreviews([], true);
    else if (results.length > 0 || previews.length === 0) {
      this.results = new Map(results.map((run) => [run.id, run]));
      this.resultsArrived();
    }
    this.runsChanged();
  }

  private mergeRuns(runs: readonly LabRun[]): void {
    const previews = runs.filter((run) => run.preview);
    if (previews.length > 0) this.takePreviews(previews, false);
    const results = runs.filter((run) => !run.preview);
    for (const run of results) this.results.set(run.id, run);
    if (results.length > 0) this.resultsArrived();
    this.runsChanged();
  }

  /** Previews that arrive after the drag ended are dropped. */
  private takePreviews(previews: readonly LabRun[], replace: boolean): void {
    if (!this.previewing) return;
    if (replace) this.previews.clear();
    for (const run of previews) this.previews.set(run.id, run);
    // A long preview is answered with what there is so far: the next may replace it.
    this.queue.answered();
  }

  private resultsArrived(): void {
    if (this.previewing) return;
    clearTimeout(this.settle);
    this.previews.clear();
  }

  private dropPreviews(): void {
    if (this.previewing || this.previews.size === 0) return;
    this.previews.clear();
    this.runsChanged();
  }

  /** Previews stand in place of the results of their series. */
  private mix(): void {
    const previewed = new Set([...this.previews.values()].map((run) => run.seriesKey));
    const kept = [...this.results.values()].filter((run) => !previewed.has(run.seriesKey));
    this.allRuns = orderRuns([...kept, ...this.previews.values()], this.document);
    this.runs = mainRuns(this.allRuns);
    this.visibleRuns = this.runs.filter((run) => !this.hidden.has(run.seriesKey));
  }

  private runsChanged(): void {
    this.mix();
    const before = this.step;
    this.maxStep = this.runs.reduce((most, run) => Math.max(most, run.steps, lastStep(run)), 0);
    if (this.restoredStep !== null) this.step = Math.min(this.restoredStep, this.maxStep);
    else if (this.atEnd && !this.playing) this.step = this.maxStep;
    else this.step = Math.min(this.step, this.maxStep);
    this.emit('runs');
    if (this.step !== before) this.emit('step');
  }

  private setHidden(hidden: ReadonlySet<string>): void {
    this.hidden = hidden;
    this.visibleRuns = this.runs.filter((run) => !hidden.has(run.seriesKey));
    this.changed('visibility');
  }

  private advance(time: number): void {
    if (!this.playing) return;
    if (this.lastFrame > 0) {
      const rate = Math.max(PLAY_RATE, this.maxStep / PLAY_SECONDS) * this.speed;
      const next = this.playhead + (rate * Math.min(100, time - this.lastFrame)) / 1000;
      if (next >= this.maxStep && !this.progress.running) {
        this.setStep(this.maxStep);
        this.setPlaying(false);
        return;
      }
      if (Math.floor(next) !== this.step) this.setStep(Math.floor(next));
      this.playhead = Math.min(next, this.maxStep);
    }
    this.lastFrame = time;
    requestAnimationFrame((later) => this.advance(later));
  }

  private ask(make: (request: number) => PageMessage): Promise<Reply> {
    return this.replies.ask((request) => this.port.post(make(request)));
  }

  private changed(change: Change): void {
    this.emit(change);
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.save(), 200);
  }

  private emit(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  private save(): void {
    const state: SavedView = {
      ...(this.chosen ? { panels: this.chosen } : {}), split: this.wantsSplit, selected: this.selected, hidden: [...this.hidden],
      step: this.atEnd ? null : this.step, speed: this.speed, settings: Object.fromEntries(this.view),
    };
    this.port.setState(state);
  }

  private restore(state: unknown): void {
    if (typeof state !== 'object' || state === null) return;
    const saved = state as SavedView;
    const panels = (Array.isArray(saved.panels) ? saved.panels : []).filter(isPanel);
    if (panels.length > 0) this.chosen = panels;
    if (typeof saved.split === 'boolean') this.wantsSplit = saved.split;
    if (typeof saved.selected === 'string') this.selected = saved.selected;
    if (Array.isArray(saved.hidden)) this.hidden = new Set(saved.hidden);
    if (typeof saved.speed === 'number') this.speed = saved.speed;
    if (typeof saved.step === 'number') {
      this.restoredStep = saved.step;
      this.atEnd = false;
    }
    for (const [name, value] of Object.entries(saved.settings ?? {})) this.view.set(name, value);
  }
}
