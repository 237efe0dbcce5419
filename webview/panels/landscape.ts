import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { LabGhost, LabObjective, LabRun } from '../../src/protocol/lab';
import { drawnGhosts, ghostIndex, ghostName, ghostStyle, pathProblem } from '../charts/ghosts';
import { Layer } from '../charts/layer';
import { equalAxes, MapTransform, type Area, type Box } from '../charts/mapView';
import { runName } from '../charts/names';
import { pixelPath, planePath, type PixelPath, type PlanePath } from '../charts/paths';
import { COORDINATES, principalPlane, project, type Plane } from '../charts/projection';
import { iconButton } from '../elements/icon';
import { termIcon } from '../elements/term';
import { setStarts } from '../experiment/edits';
import { formatCount, formatNumber, formatPoint } from '../numbers';
import { lastRow } from '../state/runs';
import type { Change } from '../state/types';
import { stepTable, tableToggle } from './chartTable';
import { drawCurveBase, drawCurveScene, valueOf, type CurveScene } from './landscapeCurve';
import { LandscapeField, type Field } from './landscapeField';
import { drawMapBase, drawMapScene, type MapMark, type MapRun } from './landscapeMap';
import { drawGhostPaths, drawWholePaths, headOf, pathStrength } from './landscapePaths';
import { domainBox, pathsBox, planeOfRuns, samePlane, stillFits } from './landscapeView';
import { MapPicture, ZOOM_STEP, percent } from './mapPicture';

/** Words of the glossary that explain the picture, by its variables: one, two, more. */
const WORD_TERMS = [
  'tangent taylorParabola alpha newtonStep criticalPoint',
  'contours path gradient criticalPoint criticalPoint.saddle',
  'contours path projection principalDirections criticalPoint',
];

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
export class Landscape extends MapPicture {
  protected readonly imageName = 'landscape';
  @state() private wholeDomain = true;
  private base: Layer | undefined;
  private whole: Layer | undefined;
  private top: Layer | undefined;
  private wholeTransform: MapTransform | null = null;
  private strength = 1;
  private objectiveKey = '';
  private space = '';
  private values: LandscapeField | undefined;
  private plane: Plane = COORDINATES;
  private home: Box | null = null;
  private readonly paths = new Map<string, CachedPath>();
  private drag: Drag | null = null;
  private movedStart: { index: number; at: number[] } | null = null;
  private bend: { id: string; row: number; value: number } | null = null;
  private probing = false;

  protected needsMarkup(): boolean {
    return true;
  }

  private get field(): LandscapeField {
    return (this.values ??= new LandscapeField(this.store, () => this.palette, () => {
      this.requestUpdate();
      this.invalidate('size');
    }));
  }

  /** The objective of the selected series: variants may have their own. */
  private get objective(): LabObjective | null {
    const { document, selected } = this.store;
    if (!document?.objective) return null;
    const series = selected !== null ? this.store.series(selected) : undefined;
    return (series && document.objectives[series.objective]) ?? document.objective;
  }

  /** The objective shown is not the file's own. */
  private get ofVariant(): boolean {
    const { selected } = this.store;
    return selected !== null && (this.store.series(selected)?.objective ?? 0) > 0;
  }

  /** Runs on the surface that is shown; those of a variant with another objective belong on another map. */
  private get shownRuns(): readonly LabRun[] {
    const { document, visibleRuns } = this.store;
    if (!document || document.objectives.length < 2) return visibleRuns;
    const surface = this.objective?.surface;
    const keys = new Set(document.series.filter((series) => document.objectives[series.objective]?.surface === surface).map((series) => series.key));
    return visibleRuns.filter((run) => keys.has(run.seriesKey));
  }

  /** Pinned runs on the surface that is shown. */
  private get ghosts(): readonly { readonly ghost: LabGhost; readonly slot: number }[] {
    const surface = this.objective?.surface;
    return drawnGhosts(this.store).filter(({ ghost }) => pathProblem(ghost, surface) === null);
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
      termIcon(WORD_TERMS[Math.min(3, this.dimension) - 1], l10n.t('Landscape')),
      tableToggle(this.asTable, () => this.rearrange(() => { this.asTable = !this.asTable; })),
      iconButton({ icon: 'zoom-in', label: l10n.t('Zoom in'), click: () => this.zoomBy(ZOOM_STEP) }),
      iconButton({ icon: 'zoom-out', label: l10n.t('Zoom out'), click: () => this.zoomBy(1 / ZOOM_STEP) }),
      iconButton({ icon: 'screen-normal', label: !hasDomain ? l10n.t('Fit the paths') : this.wholeDomain ? l10n.t('Fit the paths (shown: the whole domain)') : l10n.t('Show the whole domain (shown: the paths)'), click: () => this.fitOrToggle() }),
    ])}
    ${this.asTable ? this.table(objective) : ''}
    <div class="map" tabindex="0" ?hidden=${this.asTable} role="application" aria-label=${l10n.t('Landscape. Arrow keys move, plus and minus zoom, 0 fits.')} aria-describedby="landscape-summary"
      @pointerdown=${this.pressed} @pointermove=${this.movedPointer} @pointerup=${this.released} @pointercancel=${this.released} @pointerleave=${this.left} @keydown=${this.key}>
      <canvas class="map-base"></canvas><canvas class="map-paths"></canvas><canvas class="map-top"></canvas><div class="map-tip" hidden></div>
    </div>
    ${this.spoken('landscape-summary')}`;
  }

  private subtitle(objective: LabObjective): string {
    if (this.field.trouble) return l10n.t('The map could not be computed: {0}', this.field.trouble);
    const names = objective.variables;
    if (this.dimension === 1) return `f(${names[0]})`;
    const levels = this.field.contours?.levels;
    const lines = levels?.kind === 'linear' ? l10n.t('levels every {0}', formatNumber(levels.step)) : l10n.t('three levels per decade');
    if (this.dimension === 2) return l10n.t('f({0}), {1}', names.join(', '), lines);
    const shares = this.plane.shares;
    return shares ? l10n.t('{0} variables, in the plane of most movement ({1} % of it)', names.length, percent(shares[0] + shares[1])) : l10n.t('{0} variables, in the plane of most movement', names.length);
  }

  summary(): string {
    const objective = this.objective;
    if (!objective) return l10n.t('No objective.');
    const step = this.store.step;
    const places = this.shownRuns.filter((run) => this.store.runOf(run.seriesKey) === run).slice(0, 8).map((run) => {
      const row = this.store.rowAt(run, step);
      const columns = run.record?.columns;
      if (row < 0 || !columns) return '';
      const at = this.dimension <= 3 ? formatPoint(Array.from({ length: this.dimension }, (_, i) => columns[`theta${i}`]?.[row] ?? NaN)) : '';
      return l10n.t('{0} at {1}, f = {2}', run.label, at, formatNumber(columns.loss?.[row]));
    }).filter((text) => text !== '');
    const pinned = this.ghosts.map(({ ghost }) => l10n.t('{0}, f = {1}', ghostName(ghost), formatNumber(ghost.run.record!.columns.loss?.[this.store.rowAt(ghost.run, step)])));
    const starts = objective.starts.map((start) => formatPoint(start)).join(', ');
    const minima = objective.minima.slice(0, 4).map((minimum) => formatPoint(minimum.at)).join(', ');
    return [
      this.dimension === 1 ? l10n.t('Curve of f({0}), started at {1}.', objective.variables[0], starts) : l10n.t('Contour map of f({0}), started at {1}.', objective.variables.slice(0, 4).join(', '), starts),
      minima ? (objective.goal === 'maximize' ? l10n.t('Maximum at {0}.', minima) : l10n.t('Minimum at {0}.', minima)) : '',
      places.length > 0 ? l10n.t('At step {0}: {1}.', formatCount(step), places.join('; ')) : '',
      pinned.length > 0 ? l10n.t('Pinned runs behind: {0}.', pinned.join('; ')) : '',
    ].filter((part) => part !== '').join(' ');
  }

  // Drawing

  protected draw(changes: ReadonlySet<Change | 'size'>): void {
    const objective = this.objective;
    if (!objective || !this.map) return;
    const canvases = this.map.querySelectorAll('canvas');
    if (!this.base || this.base.canvas !== canvases[0]) {
      this.base = new Layer(canvases[0]);
      this.whole = new Layer(canvases[1]);
      this.top = new Layer(canvases[2]);
    }
    const resized = [this.base, this.whole!, this.top!].map((layer) => layer.resize(this.map.clientWidth, this.map.clientHeight)).includes(true);
    if (changes.has('document') || changes.has('runs') || changes.has('ghosts') || changes.has('selection') || changes.has('size') || resized) this.settleView(objective);
    if (changes.has('theme')) this.field.recolor();
    const baseStale = resized || changes.has('document') || changes.has('theme') || changes.has('size') || (this.dimension === 1 && (changes.has('runs') || changes.has('ghosts'))) || (changes.has('selection') && (this.store.document?.objectives.length ?? 0) > 1);
    const transform = this.transform();
    if (!transform) return;
    if (baseStale) this.drawBase(transform);
    if (baseStale || [...changes].some((change) => change !== 'step')) this.wholeTransform = null;
    this.drawTop(transform);
  }

  private drawBase(transform: MapTransform): void {
    const context = this.base!.begin();
    if (!context) return;
    if (this.dimension === 1) drawCurveBase(context, this.palette, this.curveScene(transform));
    else drawMapBase(context, this.palette, transform, this.field.contours, this.axisNames());
  }

  private drawTop(transform: MapTransform): void {
    const context = this.top!.begin();
    if (!context) return;
    if (this.dimension === 1) {
      this.whole!.begin();
      this.askBend();
      drawCurveScene(context, this.palette, this.curveScene(transform));
      return;
    }
    const runs = this.mapRuns(transform);
    const ghosts = this.mapGhosts(transform);
    if (!this.wholeTransform || !sameTransform(this.wholeTransform, transform)) {
      const paths = this.whole!.begin();
      this.strength = pathStrength(runs, transform.area);
      if (paths) drawGhostPaths(paths, this.palette, ghosts, transform.area);
      if (paths) drawWholePaths(paths, this.palette, runs, transform, this.strength);
      this.wholeTransform = transform;
    }
    drawMapScene(context, this.palette, {
      transform, runs, ghosts, step: this.store.step, starts: this.shownStarts().map((start) => project(this.plane, start)), marks: this.marks(), pull: this.pull(runs),
      goal: this.objective!.goal, contours: this.field.contours, strength: this.strength,
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

  protected transform(): MapTransform | null {
    const box = this.view ?? this.home;
    if (!box || !this.base) return null;
    const area = this.area();
    if (area.width < 4 || area.height < 4) return null;
    return new MapTransform(this.dimension === 1 ? box : equalAxes(box, area.width, area.height), area);
  }

  /** The path of the selected series by step: its points, the value and the gradient there. */
  private table(objective: LabObjective): TemplateResult {
    const { store } = this;
    const key = store.selected ?? store.document!.series[0]?.key;
    const run = key === undefined ? undefined : this.shownRuns.find((one) => one.seriesKey === key && one.record);
    if (!run?.record) return this.placeholder(l10n.t('Run the experiment to see its path.'));
    const { columns, rows } = run.record;
    const column = (name: string, head: string) => (columns[name] ? [{ head, at: (step: number) => columns[name][lastRow(columns.step, rows, step)] ?? NaN }] : []);
    const variables = objective.variables.flatMap((variable, i) => column(`theta${i}`, variable));
    return stepTable(store, l10n.t('Path of {0} by step', runName(store.document, run)), run.steps, [...variables, ...column('loss', 'f'), ...column('gradientNorm', '‖∇f‖')]);
  }

  private mapRuns(transform: MapTransform): MapRun[] {
    const { store } = this;
    const out: MapRun[] = [];
    for (const run of this.shownRuns) {
      const path = this.pathOf(run, transform);
      if (!path) continue;
      const series = store.series(run.seriesKey);
      out.push({ run, style: this.palette.series(series?.index ?? 0), selected: run.seriesKey === store.selected, named: store.runOf(run.seriesKey)?.id === run.id, name: runName(store.document, run), ...path });
    }
    const there = new Set([...this.shownRuns, ...store.ghosts.map(({ run }) => run)].map(({ id }) => id));
    for (const id of this.paths.keys()) if (!there.has(id)) this.paths.delete(id);
    return out.sort((p, q) => Number(p.selected) - Number(q.selected));
  }

  private mapGhosts(transform: MapTransform): MapRun[] {
    return this.ghosts.flatMap(({ ghost, slot }) => {
      const path = this.pathOf(ghost.run, transform);
      return path ? [{ run: ghost.run, style: ghostStyle(this.palette, ghostIndex(this.store, ghost), slot), selected: false, named: true, name: l10n.t('{0}, pinned', ghostName(ghost)), ...path }] : [];
    });
  }

  /** The run's path on the map, made anew where the run, the plane or the view changed. */
  private pathOf(run: LabRun, transform: MapTransform): Pick<MapRun, 'path' | 'pixels'> | null {
    if (!run.record || run.record.rows === 0) return null;
    let cached = this.paths.get(run.id);
    if (!cached || cached.record !== run.record || cached.plane !== this.plane) {
      const path = planePath(run.record, this.dimension, this.plane);
      if (!path) return null;
      cached = { record: run.record, plane: this.plane, path, transform, pixels: pixelPath(path, (a) => transform.x(a), (b) => transform.y(b)) };
      this.paths.set(run.id, cached);
    } else if (!sameTransform(cached.transform, transform)) {
      cached.transform = transform;
      cached.pixels = pixelPath(cached.path, (a) => transform.x(a), (b) => transform.y(b));
    }
    return cached;
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
    const others = this.field.critical.filter((point) => !minima.some((known) => known.at.every((value, i) => Math.abs(value - point.at[i]) < scale)));
    for (const point of others.slice(0, 60)) add(point.kind, point.at, others.length <= (this.map.clientWidth < 460 ? 2 : 6));
    return marks;
  }

  private pull(runs: readonly MapRun[]): { a: number; b: number; norm: number; text: string; still: boolean } | null {
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
    const { status, steps } = chosen.run;
    const still = status === 'converged' && columns.step[row] >= steps && norm <= (this.store.document!.stop.gradientNorm ?? 0);
    return { a: along(this.plane.first), b: along(this.plane.second), norm, still, text: still ? `‖∇f‖ ${formatNumber(norm)}` : `${sign < 0 ? '\u2212' : ''}∇f, ‖∇f‖ ${formatNumber(norm)}` };
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
      area: transform.area, view: transform.box.a, variable: this.objective!.variables[0], curve: this.field.curve, step: store.step, goal: this.objective!.goal,
      runs: this.shownRuns.map((run) => ({ run, style: this.palette.series(store.series(run.seriesKey)?.index ?? 0), selected: run.seriesKey === store.selected, named: store.runOf(run.seriesKey)?.id === run.id, name: runName(store.document, run) })).sort((p, q) => Number(p.selected) - Number(q.selected)),
      ghosts: this.ghosts.map(({ ghost, slot }) => ({ run: ghost.run, style: ghostStyle(this.palette, ghostIndex(store, ghost), slot), selected: false, named: true, name: l10n.t('{0}, pinned', ghostName(ghost)) })),
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

  /** The plane, the box that fits, and the values behind them. */
  private settleView(objective: LabObjective): void {
    const { dimension, store } = this;
    const key = JSON.stringify([objective.function, objective.expression, objective.constants.map(({ name, value }) => [name, value]), objective.variables, objective.goal, objective.surface]);
    const space = JSON.stringify([objective.variables.length, objective.domain]);
    if (space !== this.space) {
      this.field.clear();
      this.space = space;
      this.view = null;
      this.home = null;
      this.wholeDomain = true;
      this.plane = COORDINATES;
    }
    if (key !== this.objectiveKey) {
      this.objectiveKey = key;
      this.bend = null;
    }
    const settled = this.shownRuns.filter((run) => !run.preview);
    const previewing = settled.length < this.shownRuns.length;
    if (dimension > 2) {
      // While a rate is dragged, and while runs grow, the plane stays: a picture that turns tells nothing.
      const keep = this.plane !== COORDINATES && (previewing || settled.length === 0 || settled.some((run) => run.status === 'running'));
      const plane = keep ? this.plane : planeOfRuns(objective, settled, store.selected) ?? principalPlane(new Float64Array(0), dimension, objective.starts[0]);
      if (this.plane === COORDINATES || !samePlane(plane, this.plane)) this.plane = plane;
    }
    if (objective.domain && dimension <= 2 && this.wholeDomain) this.home = domainBox(objective.domain, objective.starts);
    else if (!this.home || !previewing || dimension > 2) {
      const box = pathsBox(objective, this.plane, [...settled, ...this.ghosts.map(({ ghost }) => ghost.run)]);
      if (!this.home || !settled.some((run) => run.status === 'running') || !stillFits(this.home, box)) this.home = box;
    }
    this.askValues(objective);
  }

  private askValues(objective: LabObjective): void {
    const transform = this.transform();
    if (!transform || !this.home) return;
    const { dimension, plane } = this;
    const field: Field = {
      key: `${this.objectiveKey}${dimension > 2 ? JSON.stringify([plane.origin, plane.first, plane.second]) : ''}`, plane, variant: this.variant,
      ascending: objective.goal === 'maximize', known: objective.minima.map((minimum) => minimum.value),
    };
    if (dimension === 1) this.field.needCurve(field, transform.box.a, transform.area);
    else this.field.needMap(field, transform.box, transform.area);
    if (dimension <= 2) this.field.needCritical(field, dimension === 1 ? [this.home.a] : [this.home.a, this.home.b]);
  }

  // Moving about

  protected fit(): void {
    this.setView(null);
  }

  /** Shows all; where all is shown already, changes between the paths and the whole domain. */
  private fitOrToggle(): void {
    if (this.objective?.domain && this.view === null) this.wholeDomain = !this.wholeDomain;
    this.fit();
  }

  protected showable({ a }: Box): boolean {
    const span = a[1] - a[0];
    // Beyond these the numbers of the axes no longer tell neighbouring pixels apart.
    return span > Math.max(Math.abs(a[0]), Math.abs(a[1]), 1e-300) * 1e-10 && span < 1e150;
  }

  /** A click can set the start: there is one place of the file that it is written to, and a click tells all its coordinates. */
  private get mayStart(): boolean {
    return this.dimension <= 2 && !this.ofVariant && (this.store.document?.editable ?? false) && (this.store.document?.valid ?? false);
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
    this.pan(drag, at, transform);
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
    if (!this.drag) this.showTip('');
  }

  private hover(at: { x: number; y: number }, transform: MapTransform): void {
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
    const near = this.dimension > 1 ? [...this.mapRuns(transform).reverse(), ...this.mapGhosts(transform)].find((run) => {
      const head = headOf(run, this.store.step, transform);
      return head !== null && Math.hypot(head.x - at.x, head.y - at.y) < 10;
    }) : undefined;
    if (near) {
      const columns = near.run.record!.columns;
      const row = this.store.rowAt(near.run, this.store.step);
      this.showTip(`${near.name}, ${l10n.t('step {0}', formatCount(columns.step[row]))}\nf = ${formatNumber(columns.loss[row], 4)}, ‖∇f‖ ${formatNumber(columns.gradientNorm?.[row])}`, at);
      return;
    }
    const point = this.dimension === 1 ? [transform.a(at.x)] : this.dimension === 2 ? [transform.a(at.x), transform.b(at.y)] : null;
    const value = this.dimension === 1 ? valueOf(this.field.curve, transform.a(at.x)) : this.field.valueAt(transform.a(at.x), transform.b(at.y));
    const spot = formatPoint(point ?? [transform.a(at.x), transform.b(at.y)]);
    const text = value === null ? spot : `f${spot} = ${formatNumber(value)}`;
    this.showTip(`${text}\n${this.startHint()}`, at);
  }

  private startHint(): string {
    if (this.mayStart) return l10n.t('Click to start here, drag to move the map');
    if (this.dimension > 2) return l10n.t('A click is a point of this plane only: the start of {0} variables is set in the panel. Drag to move the map', this.dimension);
    if (this.ofVariant) return l10n.t('This variant has its own objective: its start is set in the file. Drag to move the map');
    return l10n.t('Drag to move the map');
  }
}

function sameTransform(p: MapTransform, q: MapTransform): boolean {
  return p === q || (p.box.a[0] === q.box.a[0] && p.box.a[1] === q.box.a[1] && p.box.b[0] === q.box.b[0] && p.box.b[1] === q.box.b[1]
    && p.area.left === q.area.left && p.area.top === q.area.top && p.area.width === q.area.width && p.area.height === q.area.height);
}
