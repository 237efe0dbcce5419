import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { LabModel, LabRun } from '../../src/protocol/lab';
import { Layer } from '../charts/layer';
import { boxAround, equalAxes, MapTransform, type Area, type Box } from '../charts/mapView';
import { runName, seriesName } from '../charts/names';
import { lastAt, pixelPath, type PlanePath } from '../charts/paths';
import { waiting } from '../charts/waiting';
import { iconButton } from '../elements/icon';
import { termIcon } from '../elements/term';
import { formatCount, formatNumber, formatPoint } from '../numbers';
import { lastRow } from '../state/runs';
import type { Change } from '../state/types';
import { stepTable, tableToggle } from './chartTable';
import { LandscapeField } from './landscapeField';
import { drawMapBase, drawMapScene, type MapRun } from './landscapeMap';
import { drawWholePaths, headOf, pathStrength } from './landscapePaths';
import { MapPicture, ZOOM_STEP, percent } from './mapPicture';
import { filterScales, inWeights, keptWeights, mapEffort, planeOfPaths, projectRun, type NetworkPlane } from './networkPlane';

/** The plane with all that is shown in it; made anew when another run is chosen or the runs changed. */
interface Ground {
  readonly key: string;
  readonly run: LabRun;
  readonly plane: NetworkPlane;
  readonly paths: ReadonlyMap<string, PlanePath>;
  readonly home: Box;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** The loss of a network over the plane in which its paths move most. */
@customElement('gdexp-network-landscape')
export class NetworkLandscape extends MapPicture {
  protected readonly imageName = 'landscape';
  private base: Layer | undefined;
  private whole: Layer | undefined;
  private top: Layer | undefined;
  private strength = 1;
  private values: LandscapeField | undefined;
  private ground: Ground | null = null;
  private asking: string | null = null;
  private trouble = '';
  private drag: { readonly x: number; readonly y: number; readonly view: Box } | null = null;

  protected needsMarkup(): boolean {
    return true;
  }

  private get field(): LandscapeField {
    return (this.values ??= new LandscapeField(this.store, () => this.palette, () => {
      this.requestUpdate();
      this.invalidate('size');
    }));
  }

  private get run(): LabRun | undefined {
    const { store } = this;
    return (store.selected === null ? undefined : store.runOf(store.selected)) ?? store.visibleRuns[0];
  }

  private get model(): LabModel | undefined {
    return this.run && this.store.modelOf(this.run.seriesKey);
  }

  /** Runs of the same network on the same data from the same weights: others have another landscape, or a start so far away that nothing else would be seen. */
  private get fellows(): readonly LabRun[] {
    const { store, run } = this;
    const place = run && store.series(run.seriesKey)?.model;
    return store.visibleRuns.filter((other) => other.seed === run?.seed && store.series(other.seriesKey)?.model === place);
  }

  /** Why there is no map; null where there is one or it is on its way. */
  private get obstacle(): string | null {
    const { store, run, model } = this;
    if (!run || !model || !run.record) return waiting(store) ?? (store.document?.series.length === 0 ? l10n.t('Add an optimizer to see its path.') : l10n.t('Run the experiment to see the loss around its path.'));
    if (run.status === 'running') return this.ground ? null : l10n.t('The map is made once this run has ended: its plane is the one in which the whole path moves most.');
    const kept = keptWeights(run);
    const size = run.model?.parameterCount ?? 0;
    if (!kept || kept.steps.length < 3) return l10n.t('Too few weights of this run were kept for a path: {0} parameters are {1} MB each time.', formatCount(size), formatNumber(size * 8e-6, 2));
    if (mapEffort(model, run.model?.rows.training ?? 1) === null) return l10n.t('A map of the loss needs thousands of passes over the rows. With {0} parameters that would take minutes, so it is not made.', formatCount(size));
    return this.trouble || null;
  }

  override render(): TemplateResult {
    const { obstacle, ground } = this;
    if (obstacle !== null) return html`${this.header(l10n.t('Landscape'), '', [])}${this.placeholder(obstacle)}`;
    return html`${this.header(l10n.t('Landscape'), this.subtitle(), [
      termIcon('contours path projection principalDirections filterNormalization', l10n.t('Landscape')),
      tableToggle(this.asTable, () => this.rearrange(() => { this.asTable = !this.asTable; })),
      iconButton({ icon: 'zoom-in', label: l10n.t('Zoom in'), click: () => this.zoomBy(ZOOM_STEP) }),
      iconButton({ icon: 'zoom-out', label: l10n.t('Zoom out'), click: () => this.zoomBy(1 / ZOOM_STEP) }),
      iconButton({ icon: 'screen-normal', label: l10n.t('Fit the paths'), disabled: this.view === null, click: () => this.fit() }),
    ])}
    ${ground ? html`<p class="map-about">${this.about(ground)}</p>` : nothing}
    ${this.asTable && ground ? this.table(ground) : ''}
    <div class="map can-pan" tabindex="0" ?hidden=${this.asTable} role="application" aria-label=${l10n.t('Landscape. Arrow keys move, plus and minus zoom, 0 fits.')} aria-describedby="landscape-summary"
      @pointerdown=${this.pressed} @pointermove=${this.movedPointer} @pointerup=${this.released} @pointercancel=${this.released} @pointerleave=${() => this.showTip('')} @keydown=${this.key}>
      <canvas class="map-base"></canvas><canvas class="map-paths"></canvas><canvas class="map-top"></canvas><div class="map-tip" hidden></div>
      ${this.field.contours === null && this.field.trouble === '' ? html`<div class="map-wait" role="status">${l10n.t('Computing the loss over the plane …')}</div>` : nothing}
    </div>
    ${this.spoken('landscape-summary')}`;
  }

  /** Where the path is in the plane, by step, and the loss of the run there. */
  private table({ run, paths }: Ground): TemplateResult {
    const path = paths.get(run.id);
    const { columns, rows } = run.record!;
    const along = (values: ArrayLike<number>) => (step: number) => values[lastRow(path!.steps, path!.steps.length, step)] ?? NaN;
    return stepTable(this.store, l10n.t('Path of {0} by step', this.nameOf(run)), run.steps, [
      ...(path ? [{ head: l10n.t('1st direction'), at: along(path.a) }, { head: l10n.t('2nd direction'), at: along(path.b) }] : []),
      { head: l10n.t('loss'), at: (step) => columns.loss[lastRow(columns.step, rows, step)] ?? NaN },
    ]);
  }

  private subtitle(): string {
    if (this.field.trouble) return l10n.t('The map could not be computed: {0}', this.field.trouble);
    const { ground } = this;
    if (!ground) return '';
    const { shares, origin } = ground.plane;
    return l10n.t('loss over {0} parameters, in the plane of most movement ({1} % of it)', formatCount(origin.length), percent(shares[0] + shares[1]));
  }

  private about({ run }: Ground): string {
    const name = this.nameOf(run);
    return this.fellows.length > 1
      ? l10n.t('Cut through the end of {0}; each filter counts in units of its own norm. Paths are projected: away from this plane a run had another loss than the map shows.', name)
      : l10n.t('Cut through the end of {0}; each filter counts in units of its own norm. The path is projected: away from this plane it had another loss than the map shows.', name);
  }

  private nameOf(run: LabRun): string {
    const series = this.store.series(run.seriesKey);
    return series ? seriesName(this.store.document, series) : run.label;
  }

  summary(): string {
    const { obstacle, ground, store } = this;
    if (obstacle !== null || !ground) return obstacle ?? l10n.t('The map is on its way.');
    const { shares } = ground.plane;
    const places = this.fellows.filter((run) => store.runOf(run.seriesKey)?.id === run.id).slice(0, 8).flatMap((run) => {
      const path = ground.paths.get(run.id);
      const row = path ? lastAt(path.steps, store.step) : -1;
      const value = row < 0 ? null : this.field.valueAt(path!.a[row], path!.b[row]);
      return row < 0 ? [] : [l10n.t('{0} at ({1}, {2}), loss of the map {3}', this.nameOf(run), formatNumber(path!.a[row]), formatNumber(path!.b[row]), formatNumber(value))];
    });
    return [
      l10n.t('Contour map of the loss in the plane of the two directions with {0} % and {1} % of the paths’ variance.', percent(shares[0]), percent(shares[1])),
      ...(places.length > 0 ? [l10n.t('At step {0}: {1}.', formatCount(store.step), places.join('; '))] : []),
    ].join(' ');
  }

  // The plane

  /** Sees to it that the plane belongs to the chosen run; asks for the places of its parameters first. */
  private settle(): void {
    const { run, store } = this;
    if (!run?.record || run.status === 'running' || this.obstacle !== null && this.trouble === '') return;
    const fellows = this.fellows;
    // By what the runs did, not by the file's version: a changed title leaves the map alone.
    const key = JSON.stringify([run.id, fellows.map((other) => [other.id, other.status, other.steps, other.loss, other.seconds])]);
    if (key === this.ground?.key || key === this.asking) return;
    if (fellows.some((other) => other.status === 'running') && this.ground?.run.id === run.id) return;
    this.asking = key;
    this.trouble = '';
    void store.apply(run.id, null, { kind: 'parameters' }).then((answer) => {
      if (this.asking !== key || answer.kind !== 'parameters') return;
      const kept = keptWeights(run)!;
      const plane = planeOfPaths(fellows, run, filterScales(answer.places, kept.points.subarray((kept.steps.length - 1) * kept.stride)));
      if (!plane) {
        this.trouble = l10n.t('The path has too few different points for a plane.');
        return;
      }
      const paths = new Map(fellows.flatMap((other) => {
        const path = projectRun(plane, other);
        return path ? [[other.id, path] as const] : [];
      }));
      const own = paths.get(run.id)!;
      const all = [...paths.values()];
      this.view = null;
      this.field.clear();
      this.ground = {
        key, run, plane, paths, first: inWeights(plane, plane.first), second: inWeights(plane, plane.second),
        home: boxAround({ a: all.flatMap(({ a }) => [...a]), b: all.flatMap(({ b }) => [...b]) }, { a: [own.a[0], own.a[own.a.length - 1]], b: [own.b[0], own.b[own.b.length - 1]] }),
      };
    }, (error: Error) => {
      if (this.asking === key) this.trouble = error.message;
    }).finally(() => {
      this.requestUpdate();
      this.invalidate('size');
    });
  }

  private askValues(ground: Ground, transform: MapTransform): void {
    const model = this.store.modelOf(ground.run.seriesKey);
    const effort = model && mapEffort(model, ground.run.model?.rows.training ?? 1);
    if (!effort) return;
    this.field.needMap({
      key: ground.key, plane: { origin: [], first: [], second: [], shares: null }, variant: null, ascending: false, known: [0], symbol: 'L', finest: effort.side,
      sample: async (box, width, height) => {
        const answer = await this.store.apply(ground.run.id, null, { kind: 'plane', first: ground.first, second: ground.second, a: box.a, b: box.b, width, height, rows: effort.rows });
        if (answer.kind !== 'plane') throw new Error('unexpected reply');
        return answer.values;
      },
    }, transform.box, transform.area);
  }

  // Drawing

  protected draw(changes: ReadonlySet<Change | 'size'>): void {
    this.settle();
    const { ground } = this;
    if (!this.map || !ground) return;
    const canvases = this.map.querySelectorAll('canvas');
    if (!this.base || this.base.canvas !== canvases[0]) {
      this.base = new Layer(canvases[0]);
      this.whole = new Layer(canvases[1]);
      this.top = new Layer(canvases[2]);
    }
    const resized = [this.base, this.whole!, this.top!].map((layer) => layer.resize(this.map.clientWidth, this.map.clientHeight)).includes(true);
    if (changes.has('theme')) this.field.recolor();
    const transform = this.transform();
    if (!transform) return;
    this.askValues(ground, transform);
    const runs = this.mapRuns(ground, transform);
    if (resized || [...changes].some((change) => change !== 'step')) {
      const context = this.base.begin();
      const { shares } = ground.plane;
      if (context) drawMapBase(context, this.palette, transform, this.field.contours, [l10n.t('1st direction, {0} % of variance', percent(shares[0])), l10n.t('2nd direction, {0} %', percent(shares[1]))]);
      this.strength = pathStrength(runs, transform.area);
      const paths = this.whole!.begin();
      if (paths) drawWholePaths(paths, this.palette, runs, transform, this.strength);
    }
    const context = this.top!.begin();
    if (context) drawMapScene(context, this.palette, { transform, runs, step: this.store.step, starts: this.starts(ground), marks: [], pull: null, goal: 'minimize', contours: this.field.contours, strength: this.strength });
  }

  /** Where the paths begin; runs from one seed begin at one point. */
  private starts({ paths }: Ground): [number, number][] {
    const found: [number, number][] = [];
    for (const { a, b } of paths.values()) if (!found.some(([x, y]) => Math.hypot(x - a[0], y - b[0]) < 1e-9)) found.push([a[0], b[0]]);
    return found;
  }

  private area(): Area {
    const { width, height } = this.base!;
    if (width < 160 || height < 120) return { left: 0, top: 0, width, height };
    return { left: 44, top: 0, width: width - 44 - 16, height: height - 26 };
  }

  protected transform(): MapTransform | null {
    const box = this.view ?? this.ground?.home;
    if (!box || !this.base) return null;
    const area = this.area();
    return area.width < 4 || area.height < 4 ? null : new MapTransform(equalAxes(box, area.width, area.height), area);
  }

  private mapRuns(ground: Ground, transform: MapTransform): MapRun[] {
    const { store } = this;
    return this.fellows.flatMap((run): MapRun[] => {
      const path = ground.paths.get(run.id);
      if (!path) return [];
      const pixels = pixelPath(path, (a) => transform.x(a), (b) => transform.y(b));
      return [{ run, style: this.palette.series(store.series(run.seriesKey)?.index ?? 0), selected: run.seriesKey === store.selected, named: store.runOf(run.seriesKey)?.id === run.id, name: runName(store.document, run), path, pixels }];
    }).sort((p, q) => Number(p.selected) - Number(q.selected));
  }

  // Moving about

  protected fit(): void {
    this.setView(null);
  }

  protected showable({ a }: Box): boolean {
    return a[1] - a[0] > 1e-9 && a[1] - a[0] < 1e9;
  }

  private pressed(event: PointerEvent): void {
    const transform = this.transform();
    if (!transform || event.button !== 0) return;
    this.map.setPointerCapture(event.pointerId);
    this.drag = { ...this.place(event), view: transform.box };
  }

  private movedPointer(event: PointerEvent): void {
    const transform = this.transform();
    if (!transform || !this.ground) return;
    const at = this.place(event);
    const { drag } = this;
    if (drag) {
      this.showTip('');
      this.pan(drag, at, transform);
      return;
    }
    if (!transform.inside(at.x, at.y)) {
      this.showTip('');
      return;
    }
    const near = this.mapRuns(this.ground, transform).reverse().find((run) => {
      const head = headOf(run, this.store.step, transform);
      return head !== null && Math.hypot(head.x - at.x, head.y - at.y) < 10;
    });
    const value = this.field.valueAt(transform.a(at.x), transform.b(at.y));
    const spot = formatPoint([transform.a(at.x), transform.b(at.y)]);
    const lines = near ? [`${near.name}, ${l10n.t('step {0}', formatCount(near.path.steps[lastAt(near.path.steps, this.store.step)]))}`] : [spot];
    if (value !== null) lines.push(l10n.t('loss of the map {0}', formatNumber(value)));
    this.showTip(lines.join('\n'), at);
  }

  private released(): void {
    this.drag = null;
    this.map.classList.remove('is-panning');
  }
}
