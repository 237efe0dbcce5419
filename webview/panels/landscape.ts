import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { CriticalPointFound } from '../../src/protocol/training';
import type { LabObjective, LabRun } from '../../src/protocol/lab';
import { chooseLevels, contourBands } from '../charts/contours';
import { Layer } from '../charts/layer';
import { boxAround, equalAxes, growBox, MapTransform, panBox, zoomBox, type Area, type Box } from '../charts/mapView';
import { pixelPath, planePath, recordPoints, type PixelPath, type PlanePath } from '../charts/paths';
import { Picture } from '../charts/picture';
import { COORDINATES, principalPlane, project, type Plane } from '../charts/projection';
import { iconButton } from '../elements/icon';
import { setStarts } from '../experiment/edits';
import { formatNumber, formatPoint } from '../numbers';
import type { Change } from '../state/types';
import { drawCurveBase, drawCurveScene, type Curve, type CurveScene } from './landscapeCurve';
import { bandColors, drawMapBase, drawMapScene, headOf, type MapContours, type MapMark, type MapRun } from './landscapeMap';

/** Samples across the first, quick picture; the fine one follows. */
const COARSE = 44;
const FINE_PIXELS = 2;
const FINE_MOST = 300;
/** The grid reaches beyond the view by this share, so that a small pan needs no new one. */
const OVERSCAN = 0.12;
const SETTLE_MS = 90;
const ZOOM_STEP = 1.5;
const RING = 11;

interface CachedPath {
  readonly record: unknown;
  readonly plane: Plane;
  readonly path: PlanePath;
  transform: MapTransform;
  pixels: PixelPath;
}

interface Drag {
  readonly pointer: number;
  readonly x: number;
  readonly y: number;
  readonly view: Box;
  /** Index of the start that is being moved, −1: the view is. */
  readonly start: number;
  moved: boolean;
}

/** The objective from above (two variables), from the side (one), or cut along the runs' own plane (more). */
@customElement('gdexp-landscape')
export class Landscape extends Picture {
  protected readonly imageName = 'landscape';
  @query('.map') private map!: HTMLElement;
  @query('.map-tip') private tip!: HTMLElement;
  @state() private wholeDomain = true;
  @state() private trouble = '';
  private base: Layer | undefined;
  private top: Layer | undefined;
  private objectiveKey = '';
  private plane: Plane = COORDINATES;
  private planeReady = false;
  private home: Box | null = null;
  private view: Box | null = null;
  private contours: (MapContours & { key: string; values: Float64Array; theme: string }) | null = null;
  private curve: (Curve & { key: string }) | null = null;
  private critical: readonly CriticalPointFound[] = [];
  private asked = 0;
  private askTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly paths = new Map<string, CachedPath>();
  private drag: Drag | null = null;
  private movedStart: { index: number; at: number[] } | null = null;
  private bend: { id: string; row: number; value: number } | null = null;
  private probing = false;
  private pointer: { x: number; y: number } | null = null;

  protected needsMarkup(): boolean {
    return true;
  }

  private get objective(): LabObjective | null {
    return this.store.document?.objective ?? null;
  }

  private get dimension(): number {
    return this.objective?.variables.length ?? 0;
  }

  /** The variant whose objective the map shows: that of the selected series. */
  private get variant(): number | null {
    const name = this.store.selected !== null ? this.store.series(this.store.selected)?.variant : null;
    const index = name ? this.store.document!.variants.indexOf(name) : -1;
    return index >= 0 ? index : null;
  }

  override render(): TemplateResult {
    const objective = this.objective;
    if (!objective) return html`${this.header(l10n.t('Landscape'), '', [])}${this.placeholder(l10n.t('The landscape appears when the file has an objective.'))}`;
    const hasDomain = objective.domain !== null;
    return html`${this.header(l10n.t('Landscape'), this.subtitle(objective), [
      iconButton({ icon: 'zoom-in', label: l10n.t('Zoom in'), click: () => this.zoomBy(ZOOM_STEP) }),
      iconButton({ icon: 'zoom-out', label: l10n.t('Zoom out'), click: () => this.zoomBy(1 / ZOOM_STEP) }),
      iconButton({ icon: 'screen-normal', label: !hasDomain ? l10n.t('Fit the paths') : this.wholeDomain ? l10n.t('Fit the paths (shown: the whole domain)') : l10n.t('Show the whole domain (shown: the paths)'), click: () => this.fit(true) }),
    ])}
    <div class="map" tabindex="0" role="application" aria-label=${l10n.t('Landscape. Arrow keys move, plus and minus zoom, 0 fits.')} aria-describedby="landscape-summary"
      @pointerdown=${this.pressed} @pointermove=${this.movedPointer} @pointerup=${this.released} @pointercancel=${this.released} @pointerleave=${this.left} @keydown=${this.key}>
      <canvas class="map-base"></canvas><canvas class="map-top"></canvas><div class="map-tip" hidden></div>
    </div>
    ${this.spoken('landscape-summary')}`;
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    // Not through the template: Lit's listeners are passive for no event, but the page must not scroll while the map zooms.
    this.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  private subtitle(objective: LabObjective): string {
    if (this.trouble) return l10n.t('The map could not be computed: {0}', this.trouble);
    const names = objective.variables;
    if (this.dimension === 1) return `f(${names[0]})`;
    const levels = this.contours?.levels;
    const lines = levels?.kind === 'linear' ? l10n.t('levels every {0}', formatNumber(levels.step)) : l10n.t('three levels per decade');
    if (this.dimension === 2) return l10n.t('f({0}), {1}', names.join(', '), lines);
    const shares = this.plane.shares;
    return shares ? l10n.t('{0} variables, in the plane of most movement ({1} % of it)', names.length, percent(shares[0] + shares[1])) : l10n.t('{0} variables, in the plane of most movement', names.length);
  }

  summary(): string {
    const objective = this.objective;
    if (!objective) return l10n.t('No objective.');
    const step = this.store.step;
    const places = this.store.visibleRuns.filter((run) => this.store.runOf(run.seriesKey) === run).slice(0, 8).map((run) => {
      const row = this.store.rowAt(run, step);
      const columns = run.record?.columns;
      if (row < 0 || !columns) return '';
      const at = this.dimension <= 3 ? formatPoint(Array.from({ length: this.dimension }, (_, i) => columns[`theta${i}`]?.[row] ?? NaN)) : '';
      return l10n.t('{0} at {1}, f = {2}', run.label, at, formatNumber(columns.loss?.[row]));
    }).filter((text) => text !== '');
    const starts = objective.starts.map((start) => formatPoint(start)).join(', ');
    const minima = objective.minima.slice(0, 4).map((minimum) => formatPoint(minimum.at)).join(', ');
    return [
      this.dimension === 1 ? l10n.t('Curve of f({0}), started at {1}.', objective.variables[0], starts) : l10n.t('Contour map of f({0}), started at {1}.', objective.variables.slice(0, 4).join(', '), starts),
      minima ? (objective.goal === 'maximize' ? l10n.t('Maximum at {0}.', minima) : l10n.t('Minimum at {0}.', minima)) : '',
      places.length > 0 ? l10n.t('At step {0}: {1}.', step, places.join('; ')) : '',
    ].filter((part) => part !== '').join(' ');
  }

  // Drawing

  protected draw(changes: ReadonlySet<Change | 'size'>): void {
    const objective = this.objective;
    if (!objective || !this.map) return;
    const canvases = this.map.querySelectorAll('canvas');
    if (!this.base || this.base.canvas !== canvases[0]) {
      this.base = new Layer(canvases[0]);
      this.top = new Layer(canvases[1]);
    }
    const resized = [this.base, this.top!].map((layer) => layer.resize(this.map.clientWidth, this.map.clientHeight)).includes(true);
    if (changes.has('document') || changes.has('runs') || changes.has('selection') || changes.has('size') || resized) this.settleView(objective);
    if (changes.has('theme') && this.contours) this.recolor();
    const baseStale = resized || changes.has('document') || changes.has('theme') || changes.has('size') || (this.dimension === 1 && changes.has('runs'));
    const transform = this.transform();
    if (!transform) return;
    if (baseStale) this.drawBase(transform);
    this.drawTop(transform);
  }

  private drawBase(transform: MapTransform): void {
    const context = this.base!.begin();
    if (!context) return;
    if (this.dimension === 1) drawCurveBase(context, this.palette, this.curveScene(transform));
    else drawMapBase(context, this.palette, transform, this.contours, this.axisNames());
  }

  private drawTop(transform: MapTransform): void {
    const context = this.top!.begin();
    if (!context) return;
    if (this.dimension === 1) {
      this.askBend();
      drawCurveScene(context, this.palette, this.curveScene(transform));
      return;
    }
    const runs = this.mapRuns(transform);
    drawMapScene(context, this.palette, {
      transform, runs, step: this.store.step, starts: this.shownStarts().map((start) => project(this.plane, start)), marks: this.marks(), pull: this.pull(runs),
      goal: this.objective!.goal, legend: this.contours?.levels !== null,
    });
  }

  private axisNames(): [string, string] {
    const { variables } = this.objective!;
    const shares = this.plane.shares;
    if (this.dimension === 2 || !shares) return [variables[0], variables[1] ?? ''];
    return [l10n.t('1st direction, {0} % of variance', percent(shares[0])), l10n.t('2nd direction, {0} %', percent(shares[1]))];
  }

  private area(): Area {
    const { width, height } = this.base!;
    if (width < 160 || height < 120) return { left: 0, top: 0, width, height };
    return { left: 44, top: 0, width: width - 44 - 16, height: height - 26 };
  }

  private transform(): MapTransform | null {
    const box = this.view ?? this.home;
    if (!box || !this.base) return null;
    const area = this.area();
    if (area.width < 4 || area.height < 4) return null;
    return new MapTransform(this.dimension === 1 ? box : equalAxes(box, area.width, area.height), area);
  }

  private mapRuns(transform: MapTransform): MapRun[] {
    const { store } = this;
    const seen = new Set<string>();
    const out: MapRun[] = [];
    for (const run of store.visibleRuns) {
      if (!run.record || run.record.rows === 0) continue;
      let cached = this.paths.get(run.id);
      if (!cached || cached.record !== run.record || cached.plane !== this.plane) {
        const path = planePath(run.record, this.dimension, this.plane);
        if (!path) continue;
        cached = { record: run.record, plane: this.plane, path, transform, pixels: pixelPath(path, (a) => transform.x(a), (b) => transform.y(b)) };
        this.paths.set(run.id, cached);
      } else if (!sameTransform(cached.transform, transform)) {
        cached.transform = transform;
        cached.pixels = pixelPath(cached.path, (a) => transform.x(a), (b) => transform.y(b));
      }
      seen.add(run.id);
      const series = store.series(run.seriesKey);
      out.push({ run, style: this.palette.series(series?.index ?? 0), selected: run.seriesKey === store.selected, named: store.runOf(run.seriesKey)?.id === run.id, path: cached.path, pixels: cached.pixels });
    }
    for (const id of this.paths.keys()) if (!seen.has(id)) this.paths.delete(id);
    return out.sort((p, q) => Number(p.selected) - Number(q.selected));
  }

  private shownStarts(): readonly (readonly number[])[] {
    const starts = this.objective!.starts;
    return this.movedStart ? starts.map((start, i) => (i === this.movedStart!.index ? this.movedStart!.at : start)) : starts;
  }

  private marks(): MapMark[] {
    const { minima } = this.objective!;
    const marks: MapMark[] = [];
    const add = (kind: MapMark['kind'], at: readonly number[], labelled: boolean) => {
      const [a, b] = this.dimension === 1 ? [at[0], 0] : project(this.plane, at);
      marks.push({ kind, a, b, at, labelled });
    };
    for (const minimum of minima.slice(0, 40)) add('known', minimum.at, minima.length <= 4 && this.dimension <= 2);
    if (this.dimension > 2) return marks;
    const scale = this.home ? (this.home.a[1] - this.home.a[0]) * 1e-3 : 1e-3;
    const others = this.critical.filter((point) => !minima.some((known) => known.at.every((value, i) => Math.abs(value - point.at[i]) < scale)));
    for (const point of others.slice(0, 60)) add(point.kind, point.at, others.length <= 6);
    return marks;
  }

  private pull(runs: readonly MapRun[]): { a: number; b: number; norm: number; text: string } | null {
    const chosen = runs.find((run) => run.selected && run.named);
    const columns = chosen?.run.record?.columns;
    if (!chosen || !columns || this.dimension > 3) return null;
    const row = this.store.rowAt(chosen.run, this.store.step);
    if (row < 0) return null;
    const sign = this.objective!.goal === 'maximize' ? 1 : -1;
    const gradient = Array.from({ length: this.dimension }, (_, i) => sign * (columns[`gradient${i}`]?.[row] ?? NaN));
    const norm = columns.gradientNorm?.[row];
    if (!gradient.every(Number.isFinite) || !(norm > 0)) return null;
    const along = (direction: readonly number[]) => gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
    return { a: along(this.plane.first), b: along(this.plane.second), norm, text: `${sign < 0 ? '\u2212' : ''}∇f, ‖∇f‖ ${formatNumber(norm)}` };
  }

  private curveScene(transform: MapTransform): CurveScene {
    const { store } = this;
    const chosen = store.selected !== null ? store.runOf(store.selected) : undefined;
    const row = chosen ? store.rowAt(chosen, store.step) : -1;
    // The column holds the curvature of what is descended: its sign is turned under ascent.
    const turned = this.objective!.goal === 'maximize' ? -1 : 1;
    const recorded = chosen?.record?.columns['curvature']?.[row];
    const probed = chosen && this.bend?.id === chosen.id && this.bend.row === row ? this.bend.value : null;
    return {
      area: transform.area, view: transform.box.a, variable: this.objective!.variables[0], curve: this.curve, step: store.step, goal: this.objective!.goal,
      runs: store.visibleRuns.map((run) => ({ run, style: this.palette.series(store.series(run.seriesKey)?.index ?? 0), selected: run.seriesKey === store.selected, named: store.runOf(run.seriesKey)?.id === run.id })).sort((p, q) => Number(p.selected) - Number(q.selected)),
      starts: this.shownStarts().map((start) => start[0]), marks: this.marks(),
      bend: probed ?? (recorded !== undefined && Number.isFinite(recorded) ? turned * recorded : null),
    };
  }

  /** The second derivative where the selected run stands, one question at a time. */
  private askBend(): void {
    const { store } = this;
    const run = store.selected !== null ? store.runOf(store.selected) : undefined;
    const row = run ? store.rowAt(run, store.step) : -1;
    const at = run?.record?.columns['theta0']?.[row];
    if (!run || row < 0 || at === undefined || !Number.isFinite(at) || this.probing || (this.bend?.id === run.id && this.bend.row === row)) return;
    this.probing = true;
    void store.probe(this.variant, [at]).then((result) => {
      this.bend = { id: run.id, row, value: result.hessian?.[0] ?? NaN };
    }, () => {
      this.bend = { id: run.id, row, value: NaN };
    }).finally(() => {
      this.probing = false;
      this.invalidate('step');
    });
  }

  // What is shown of the plane

  /** The plane, the box that fits, and the grid behind them. */
  private settleView(objective: LabObjective): void {
    const key = JSON.stringify([objective.function, objective.expression, objective.constants.map(({ name, value }) => [name, value]), objective.variables, objective.goal, objective.domain, objective.minima, this.variant]);
    if (key !== this.objectiveKey) {
      const sameSpace = JSON.parse(this.objectiveKey || '[]')[3]?.length === objective.variables.length && JSON.stringify(JSON.parse(this.objectiveKey)[5]) === JSON.stringify(objective.domain);
      this.objectiveKey = key;
      this.critical = [];
      this.bend = null;
      if (!sameSpace) {
        this.view = null;
        this.home = null;
        this.curve = null;
        this.contours = null;
        this.planeReady = false;
        this.wholeDomain = true;
      }
    }
    const settled = this.store.visibleRuns.filter((run) => !run.preview);
    if (this.dimension > 2) this.settlePlane(objective, settled);
    else this.plane = COORDINATES;
    const before = this.home;
    this.home = this.fittingBox(objective, settled);
    if (!before || before.a[0] !== this.home.a[0] || before.a[1] !== this.home.a[1]) this.askCritical(objective);
    if (key === this.objectiveKey && this.critical.length === 0 && before) this.askCritical(objective);
    this.askGrid();
  }

  private criticalKey = '';

  private askCritical(objective: LabObjective): void {
    if (this.dimension > 2 || !this.home) return;
    const box = this.dimension === 1 ? [this.home.a] : [this.home.a, this.home.b];
    const key = this.objectiveKey + JSON.stringify(box);
    if (key === this.criticalKey) return;
    this.criticalKey = key;
    const goal = objective.goal;
    void this.store.criticalPoints(this.variant, box).then((points) => {
      if (this.criticalKey !== key || this.objective?.goal !== goal) return;
      this.critical = points;
      this.invalidate('step');
    }, () => undefined);
  }

  private settlePlane(objective: LabObjective, settled: readonly LabRun[]): void {
    // While a rate is dragged the plane stays: a picture that turns tells nothing.
    if (this.planeReady && (settled.length === 0 || settled.some((run) => run.status === 'running') || this.store.visibleRuns.some((run) => run.preview))) return;
    const dimension = this.dimension;
    const parts: Float64Array[] = [];
    let origin: readonly number[] = objective.minima[0]?.at ?? objective.starts[0];
    for (const run of settled) {
      if (!run.record) continue;
      const found = recordPoints(run.record, dimension);
      if (!found || run.status === 'diverged' && settled.some((other) => other.status !== 'diverged')) continue;
      const stride = Math.max(1, Math.ceil(found.steps.length / 300));
      const part = new Float64Array(Math.ceil(found.steps.length / stride) * dimension);
      for (let r = 0, k = 0; r < found.steps.length; r += stride, k++) part.set(found.points.subarray(r * dimension, (r + 1) * dimension), k * dimension);
      parts.push(part);
      if (run.seriesKey === this.store.selected && run.parameters?.every(Number.isFinite)) origin = run.parameters;
    }
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    const plane = principalPlane(all, dimension, origin);
    const same = this.planeReady && plane.first.every((value, i) => Math.abs(value - this.plane.first[i]) < 1e-9) && plane.second.every((value, i) => Math.abs(value - this.plane.second[i]) < 1e-9) && plane.origin.every((value, i) => value === this.plane.origin[i]);
    if (!same) this.plane = plane;
    this.planeReady = all.length > 0;
  }

  private fittingBox(objective: LabObjective, settled: readonly LabRun[]): Box {
    const sure = { a: [] as number[], b: [] as number[] };
    for (const point of [...objective.starts, ...(this.dimension <= 2 ? objective.minima.map((minimum) => minimum.at) : [])]) {
      const [a, b] = this.dimension === 1 ? [point[0], 0] : project(this.plane, point);
      sure.a.push(a);
      sure.b.push(b);
    }
    if (objective.domain && this.dimension <= 2 && this.wholeDomain) {
      const { domain } = objective;
      const cover = (span: readonly [number, number], values: readonly number[]): [number, number] => {
        const low = Math.min(span[0], ...values);
        const high = Math.max(span[1], ...values);
        const margin = (high - low) * 0.06;
        const near = (high - low) * 0.02;
        return [low < span[0] || Math.min(...values) < span[0] + near ? low - margin : span[0], high > span[1] || Math.max(...values) > span[1] - near ? high + margin : span[1]];
      };
      const starts = objective.starts;
      return { a: cover(domain[0], starts.map((start) => start[0])), b: this.dimension === 1 ? [0, 1] : cover(domain[1], starts.map((start) => start[1])) };
    }
    if (this.home && (settled.length === 0 || this.store.visibleRuns.some((run) => run.preview)) && this.dimension <= 2) return this.home;
    const points = { a: [] as number[], b: [] as number[] };
    for (const run of settled) {
      const path = run.record ? this.dimension === 1 ? { a: run.record.columns['theta0'], b: run.record.columns['theta0'], steps: run.record.columns['step'] } : planePath(run.record, this.dimension, this.plane) : null;
      if (!path?.a) continue;
      const stride = Math.max(1, Math.ceil(path.steps.length / 400));
      for (let r = 0; r < path.steps.length; r += stride) {
        points.a.push(path.a[r]);
        points.b.push(path.b[r]);
      }
    }
    const box = boxAround(points, sure);
    // A run that goes on must not make the picture tremble: it moves on when something leaves it.
    const { home } = this;
    const inside = (outer: readonly [number, number], inner: readonly [number, number]) => outer[0] <= inner[0] && outer[1] >= inner[1] && outer[1] - outer[0] < 1.6 * (inner[1] - inner[0]);
    if (home && settled.some((run) => run.status === 'running') && inside(home.a, box.a) && inside(home.b, box.b)) return home;
    return box;
  }

  private mapKey(): string {
    return `${this.objectiveKey}${this.dimension > 2 ? JSON.stringify([this.plane.origin, this.plane.first, this.plane.second]) : ''}`;
  }

  /** Asks for the values behind the view where those at hand don't serve; the old picture stays until the new one is there. */
  private askGrid(): void {
    const transform = this.transform();
    if (!transform) return;
    const key = this.mapKey();
    const { box, area } = transform;
    if (this.dimension === 1) {
      const enough = this.curve && this.curve.key === key && this.curve.a[0] <= box.a[0] && this.curve.a[1] >= box.a[1] && this.curve.a[1] - this.curve.a[0] < 2.5 * (box.a[1] - box.a[0]);
      if (!enough) void this.askCurve(key, growBox(box, 0.4).a, Math.min(1200, Math.max(64, Math.round(area.width * 1.4))));
      return;
    }
    const { contours } = this;
    if (contours?.key === key && covers(contours.box, box) && contours.box.a[1] - contours.box.a[0] < 1.9 * (box.a[1] - box.a[0]) && contours.width >= this.fineWidth(area) * 0.8) return;
    clearTimeout(this.askTimer);
    const token = ++this.asked;
    const fine = () => void this.askMap(key, growBox(box, OVERSCAN), this.fineWidth(area), area, token);
    if (contours?.key === key) this.askTimer = setTimeout(fine, SETTLE_MS);
    else void this.askMap(key, growBox(box, OVERSCAN), COARSE, area, token).then(() => token === this.asked && fine());
  }

  private fineWidth(area: Area): number {
    return Math.max(COARSE, Math.min(FINE_MOST, Math.round((area.width * (1 + 2 * OVERSCAN)) / FINE_PIXELS)));
  }

  private async askMap(key: string, box: Box, width: number, area: Area, token: number): Promise<void> {
    const height = Math.max(8, Math.min(FINE_MOST * 2, Math.round((width * area.height) / area.width)));
    try {
      const { values } = await this.store.grid({ variant: this.variant, origin: this.plane.origin, first: this.plane.first, second: this.plane.second, a: box.a, b: box.b, width, height });
      if (token !== this.asked || key !== this.mapKey() || values.length !== width * height) return;
      this.trouble = '';
      this.setContours(key, box, width, height, values);
    } catch (error) {
      if (token === this.asked && !this.contours) this.trouble = (error as Error).message;
    }
  }

  private setContours(key: string, box: Box, width: number, height: number, raw: Float64Array): void {
    const ascending = this.objective?.goal === 'maximize';
    const values = ascending ? raw.map((value) => -value) : raw;
    const known = this.objective?.minima.map((minimum) => (ascending ? -minimum.value : minimum.value)) ?? [];
    const levels = chooseLevels(values, known.length > 0 ? Math.min(...known) : null);
    const bands = levels ? contourBands(values, width, height, levels, bandColors(levels.values.length, this.palette, ascending)) : [];
    this.contours = { key, box, width, height, levels, bands, ascending, values: raw, theme: '' };
    this.requestUpdate();
    this.invalidate('size');
  }

  private recolor(): void {
    const { contours } = this;
    if (!contours) return;
    const colors = bandColors(contours.bands.length - 1, this.palette, contours.ascending);
    this.contours = { ...contours, bands: contours.bands.map((band, i) => ({ ...band, color: colors[i] })) };
  }

  private async askCurve(key: string, a: readonly [number, number], width: number): Promise<void> {
    const token = ++this.asked;
    try {
      const { values } = await this.store.grid({ variant: this.variant, origin: [0], first: [1], second: null, a, b: [0, 0], width, height: 1 });
      if (token !== this.asked) return;
      this.trouble = '';
      this.curve = { a, values, key };
      this.invalidate('size');
    } catch (error) {
      if (token === this.asked && !this.curve) this.trouble = (error as Error).message;
    }
  }

  // Moving about

  private fit(toggle: boolean): void {
    if (toggle && this.objective?.domain && this.view === null) this.wholeDomain = !this.wholeDomain;
    this.view = null;
    this.invalidate('size');
  }

  private setView(box: Box): void {
    const span = box.a[1] - box.a[0];
    const middle = Math.max(Math.abs(box.a[0]), Math.abs(box.a[1]), 1e-300);
    // Beyond these the numbers of the axes no longer tell neighbouring pixels apart.
    if (!(span > middle * 1e-10) || !(span < 1e150)) return;
    this.view = box;
    this.invalidate('size');
  }

  private zoomBy(factor: number, a?: number, b?: number): void {
    const transform = this.transform();
    if (!transform) return;
    const { box } = transform;
    this.setView(zoomBox(box, factor, a ?? (box.a[0] + box.a[1]) / 2, b ?? (box.b[0] + box.b[1]) / 2));
  }

  private wheel(event: WheelEvent): void {
    if (!(event.target instanceof Element) || !event.target.closest('.map')) return;
    // On a narrow page the wheel scrolls the page; with Ctrl it zooms there too.
    if (!event.ctrlKey && !event.metaKey && this.closest('.is-narrow')) return;
    const transform = this.transform();
    if (!transform) return;
    event.preventDefault();
    const at = this.place(event);
    const delta = event.deltaY * (event.deltaMode === 1 ? 20 : 1);
    this.zoomBy(Math.exp(-Math.max(-200, Math.min(200, delta)) * 0.002), transform.a(at.x), transform.b(at.y));
  }

  private key(event: KeyboardEvent): void {
    const transform = this.transform();
    if (!transform || event.ctrlKey || event.metaKey || event.altKey) return;
    const { box } = transform;
    const da = (box.a[1] - box.a[0]) * 0.1;
    const db = (box.b[1] - box.b[0]) * 0.1;
    switch (event.key) {
      case 'ArrowLeft': this.setView(panBox(box, -da, 0)); break;
      case 'ArrowRight': this.setView(panBox(box, da, 0)); break;
      case 'ArrowUp': this.setView(panBox(box, 0, db)); break;
      case 'ArrowDown': this.setView(panBox(box, 0, -db)); break;
      case '+': case '=': this.zoomBy(ZOOM_STEP); break;
      case '-': this.zoomBy(1 / ZOOM_STEP); break;
      case '0': this.fit(false); break;
      default: return;
    }
    event.preventDefault();
  }

  private place(event: MouseEvent): { x: number; y: number } {
    const frame = this.map.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  private get mayStart(): boolean {
    return this.dimension <= 2 && (this.store.document?.editable ?? false) && (this.store.document?.valid ?? false);
  }

  /** Index of the start whose ring is under the pointer. */
  private startAt(x: number, y: number, transform: MapTransform): number {
    if (!this.mayStart) return -1;
    return this.objective!.starts.findIndex((start) => {
      const value = this.dimension === 1 ? null : start[1];
      return Math.abs(transform.x(start[0]) - x) < RING && (value === null ? false : Math.abs(transform.y(value) - y) < RING);
    });
  }

  private pressed(event: PointerEvent): void {
    const transform = this.transform();
    if (!transform || event.button !== 0 || !this.objective) return;
    const at = this.place(event);
    if (!transform.inside(at.x, at.y)) return;
    this.map.setPointerCapture(event.pointerId);
    this.drag = { pointer: event.pointerId, ...at, view: transform.box, start: this.startAt(at.x, at.y, transform), moved: false };
  }

  private movedPointer(event: PointerEvent): void {
    const transform = this.transform();
    if (!transform || !this.objective) return;
    const at = this.place(event);
    const { drag } = this;
    if (!drag) {
      this.hover(at, transform);
      return;
    }
    if (!drag.moved && Math.hypot(at.x - drag.x, at.y - drag.y) < 4) return;
    drag.moved = true;
    this.showTip('');
    if (drag.start >= 0) {
      const start = this.startFrom(at, transform);
      this.movedStart = { index: drag.start, at: start };
      this.store.preview(setStarts(this.objective, this.shownStarts()));
      this.invalidate('step');
      return;
    }
    const unitA = (drag.view.a[1] - drag.view.a[0]) / transform.area.width;
    const unitB = (drag.view.b[1] - drag.view.b[0]) / transform.area.height;
    this.map.classList.add('is-panning');
    this.setView(panBox(drag.view, -(at.x - drag.x) * unitA, (at.y - drag.y) * unitB));
  }

  private released(event: PointerEvent): void {
    const { drag } = this;
    this.drag = null;
    this.map.classList.remove('is-panning');
    const transform = this.transform();
    if (!drag || !transform || !this.objective) return;
    if (event.type === 'pointercancel') {
      if (this.movedStart) this.store.preview(null);
      this.movedStart = null;
      this.invalidate('step');
      return;
    }
    if (drag.start >= 0 && this.movedStart) {
      this.store.edit(setStarts(this.objective, this.shownStarts()));
      this.store.preview(null);
      this.movedStart = null;
    } else if (!drag.moved && drag.start < 0 && this.mayStart) {
      const start = this.startFrom(this.place(event), transform);
      const { starts } = this.objective;
      const distance = (point: readonly number[]) => Math.hypot(...point.map((value, i) => value - start[i]));
      const nearest = starts.reduce((best, point, i) => (distance(point) < distance(starts[best]) ? i : best), 0);
      this.store.edit(setStarts(this.objective, starts.map((point, i) => (i === nearest ? start : point))));
    }
    this.invalidate('step');
  }

  /** The point under the pointer, rounded to what a pixel can tell. */
  private startFrom(at: { x: number; y: number }, transform: MapTransform): number[] {
    const unit = (transform.box.a[1] - transform.box.a[0]) / transform.area.width;
    const digits = Math.max(0, Math.min(12, Math.ceil(-Math.log10(unit))));
    const round = (value: number) => Number(value.toFixed(digits)) || 0;
    return this.dimension === 1 ? [round(transform.a(at.x))] : [round(transform.a(at.x)), round(transform.b(at.y))];
  }

  private left(): void {
    this.pointer = null;
    if (!this.drag) this.showTip('');
  }

  private hover(at: { x: number; y: number }, transform: MapTransform): void {
    this.pointer = at;
    if (!transform.inside(at.x, at.y)) {
      this.map.classList.remove('can-start', 'can-move');
      this.showTip('');
      return;
    }
    const onRing = this.startAt(at.x, at.y, transform) >= 0;
    this.map.classList.toggle('can-move', onRing);
    this.map.classList.toggle('can-start', this.mayStart && !onRing);
    if (onRing) {
      this.showTip(l10n.t('Drag to move the start'), at);
      return;
    }
    const near = this.dimension > 1 ? this.mapRuns(transform).reverse().find((run) => {
      const head = headOf(run, this.store.step, transform);
      return head !== null && Math.hypot(head.x - at.x, head.y - at.y) < 10;
    }) : undefined;
    if (near) {
      const columns = near.run.record!.columns;
      const row = this.store.rowAt(near.run, this.store.step);
      this.showTip(`${near.run.label}, ${l10n.t('step {0}', columns.step[row])}\nf = ${formatNumber(columns.loss[row], 4)}, ‖∇f‖ ${formatNumber(columns.gradientNorm?.[row])}`, at);
      return;
    }
    const point = this.dimension === 1 ? [transform.a(at.x)] : this.dimension === 2 ? [transform.a(at.x), transform.b(at.y)] : null;
    const value = this.interpolate(transform.a(at.x), transform.b(at.y));
    const spot = point ? formatPoint(point) : `(${formatNumber(transform.a(at.x))}, ${formatNumber(transform.b(at.y))})`;
    const text = value === null ? spot : `f${spot} = ${formatNumber(value)}`;
    this.showTip(this.mayStart ? `${text}\n${l10n.t('Click to start here, drag to move the map')}` : text, at);
  }

  /** The value at a place of the plane, from the grid at hand. */
  private interpolate(a: number, b: number): number | null {
    if (this.dimension === 1) {
      const { curve } = this;
      if (!curve) return null;
      const place = ((a - curve.a[0]) / (curve.a[1] - curve.a[0])) * (curve.values.length - 1);
      const i = Math.floor(place);
      return i < 0 || i + 1 >= curve.values.length ? null : curve.values[i] + (place - i) * (curve.values[i + 1] - curve.values[i]);
    }
    const { contours } = this;
    if (!contours) return null;
    const { box, width, height, values } = contours;
    const x = ((a - box.a[0]) / (box.a[1] - box.a[0])) * (width - 1);
    const y = ((b - box.b[0]) / (box.b[1] - box.b[0])) * (height - 1);
    const i = Math.floor(x);
    const j = Math.floor(y);
    if (i < 0 || j < 0 || i + 1 >= width || j + 1 >= height) return null;
    const at = (c: number, r: number) => values[r * width + c];
    const below = at(i, j) + (x - i) * (at(i + 1, j) - at(i, j));
    const above = at(i, j + 1) + (x - i) * (at(i + 1, j + 1) - at(i, j + 1));
    return below + (y - j) * (above - below);
  }

  private showTip(text: string, at?: { x: number; y: number }): void {
    if (!this.tip) return;
    this.tip.hidden = text === '';
    if (text === '' || !at) return;
    this.tip.textContent = text;
    const { offsetWidth, offsetHeight } = this.tip;
    const x = at.x + 14 + offsetWidth > this.map.clientWidth ? at.x - offsetWidth - 10 : at.x + 14;
    const y = at.y + 18 + offsetHeight > this.map.clientHeight ? at.y - offsetHeight - 10 : at.y + 18;
    this.tip.style.transform = `translate(${Math.max(0, Math.round(x))}px, ${Math.max(0, Math.round(y))}px)`;
  }
}

/** A share as a percentage that is not rounded up to the whole. */
function percent(share: number): string {
  return share > 0.99 && share < 0.9995 ? (100 * share).toFixed(1) : formatNumber(100 * share, share > 0.1 ? 3 : 2);
}

function sameTransform(p: MapTransform, q: MapTransform): boolean {
  return p === q || (p.box.a[0] === q.box.a[0] && p.box.a[1] === q.box.a[1] && p.box.b[0] === q.box.b[0] && p.box.b[1] === q.box.b[1]
    && p.area.left === q.area.left && p.area.top === q.area.top && p.area.width === q.area.width && p.area.height === q.area.height);
}

function covers(outer: Box, inner: Box): boolean {
  return outer.a[0] <= inner.a[0] && outer.a[1] >= inner.a[1] && outer.b[0] <= inner.b[0] && outer.b[1] >= inner.b[1];
}
