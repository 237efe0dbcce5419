/** The values behind the map: asked for as the view needs them, coarse first, the old ones kept until the new ones are there. */
import type { CriticalPointFound } from '../../src/protocol/training';
import { chooseLevels, contourBands } from '../charts/contours';
import { growBox, type Area, type Box } from '../charts/mapView';
import type { Palette } from '../charts/palette';
import type { Plane } from '../charts/projection';
import type { LabStore } from '../state/types';
import type { Curve } from './landscapeCurve';
import { bandColors, type MapContours } from './landscapeMap';

/** Samples across the first, quick picture; the fine one follows. */
const COARSE = 44;
const FINE_PIXELS = 2;
const FINE_MOST = 300;
/** The grid reaches beyond the view by this share, so that a small pan needs no new one. */
const OVERSCAN = 0.12;
const CURVE_OVERSCAN = 0.4;
/** A view that moves is sampled anew when it has stood still this long. */
const SETTLE_MS = 90;

/** What is sampled. Fields with equal keys have equal values everywhere. */
export interface Field {
  readonly key: string;
  readonly plane: Plane;
  readonly variant: number | null;
  readonly ascending: boolean;
  /** Values of known minima (under ascent maxima). */
  readonly known: readonly number[];
  /** What the values are called in the legend; "f" without it. */
  readonly symbol?: string;
  /** Values of the plane from elsewhere than an objective, width × height from the box's lower left. */
  readonly sample?: (box: Box, width: number, height: number) => Promise<Float64Array>;
  /** Samples across at most, where each costs much. */
  readonly finest?: number;
}

interface Wanted {
  readonly key: string;
  readonly box: Box;
  readonly width: number;
}

export class LandscapeField {
  contours: (MapContours & { readonly key: string; readonly values: Float64Array }) | null = null;
  curve: (Curve & { readonly key: string }) | null = null;
  critical: readonly CriticalPointFound[] = [];
  /** Why there is nothing to show; empty where there is. */
  trouble = '';
  private wanted: Wanted | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private criticalKey = '';

  /** @param arrived called when there is something new to draw. */
  constructor(private readonly store: LabStore, private readonly palette: () => Palette, private readonly arrived: () => void) {}

  clear(): void {
    clearTimeout(this.timer);
    this.contours = null;
    this.curve = null;
    this.critical = [];
    this.wanted = null;
    this.trouble = '';
  }

  /** Sees to it that the plane is sampled finely enough over the box. */
  needMap(field: Field, box: Box, area: Area): void {
    const width = Math.max(Math.min(COARSE, field.finest ?? COARSE), Math.min(field.finest ?? FINE_MOST, Math.round((area.width * (1 + 2 * OVERSCAN)) / FINE_PIXELS)));
    const { contours, wanted } = this;
    if (serves(contours, field.key, box, width) || serves(wanted, field.key, box, width)) return;
    const next = { key: field.key, box: growBox(box, OVERSCAN), width };
    this.wanted = next;
    clearTimeout(this.timer);
    const fine = () => void this.sampleMap(field, next, width, area);
    if (contours?.key === field.key) this.timer = setTimeout(fine, SETTLE_MS);
    else void this.sampleMap(field, next, Math.min(COARSE, Math.max(8, width >> 1)), area).then(() => this.wanted === next && this.contours?.key === field.key && fine());
  }

  /** The same for the line of one variable. */
  needCurve(field: Field, view: readonly [number, number], area: Area): void {
    const box: Box = { a: view, b: [0, 1] };
    const width = Math.min(1200, Math.max(64, Math.round(area.width * 1.4)));
    if (serves(this.curve && { key: this.curve.key, box: { a: this.curve.a, b: box.b }, width: this.curve.values.length }, field.key, box, width) || serves(this.wanted, field.key, box, width)) return;
    const next = { key: field.key, box: { a: growBox(box, CURVE_OVERSCAN).a, b: box.b }, width };
    this.wanted = next;
    void this.store.grid({ variant: field.variant, origin: [0], first: [1], second: null, a: next.box.a, b: [0, 0], width, height: 1 }).then(({ values }) => {
      if (this.wanted !== next) return;
      this.trouble = '';
      this.curve = { a: next.box.a, values, key: field.key };
      this.arrived();
    }, (error: Error) => this.failed(next, error));
  }

  /** Critical points in the box, asked for once a field and box. */
  needCritical(field: Field, box: readonly (readonly [number, number])[]): void {
    const key = field.key + JSON.stringify(box);
    if (key === this.criticalKey) return;
    if (!this.criticalKey.startsWith(field.key)) this.critical = [];
    this.criticalKey = key;
    void this.store.criticalPoints(field.variant, box).then((points) => {
      if (this.criticalKey !== key) return;
      this.critical = points;
      this.arrived();
    }, () => undefined);
  }

  recolor(): void {
    const { contours } = this;
    if (!contours) return;
    const colors = bandColors(contours.bands.length - 1, this.palette(), contours.ascending);
    this.contours = { ...contours, bands: contours.bands.map((band, i) => ({ ...band, color: colors[i] })) };
  }

  /** The value at a place of the plane, between the samples at hand; null outside. */
  valueAt(a: number, b: number): number | null {
    const { contours } = this;
    if (!contours) return null;
    const { box, width, height, values } = contours;
    const x = ((a - box.a[0]) / (box.a[1] - box.a[0])) * (width - 1);
    const y = ((b - box.b[0]) / (box.b[1] - box.b[0])) * (height - 1);
    const i = Math.floor(x);
    const j = Math.floor(y);
    if (!(i >= 0 && j >= 0 && i + 1 < width && j + 1 < height)) return null;
    const at = (column: number, row: number) => values[row * width + column];
    const below = at(i, j) + (x - i) * (at(i + 1, j) - at(i, j));
    const above = at(i, j + 1) + (x - i) * (at(i + 1, j + 1) - at(i, j + 1));
    return below + (y - j) * (above - below);
  }

  private async sampleMap(field: Field, wanted: Wanted, width: number, area: Area): Promise<void> {
    const height = Math.max(8, Math.min(FINE_MOST * 2, Math.round((width * area.height) / area.width)));
    const { plane, ascending } = field;
    const { box } = wanted;
    try {
      const raw = field.sample ? await field.sample(box, width, height) : (await this.store.grid({ variant: field.variant, origin: plane.origin, first: plane.first, second: plane.second, a: box.a, b: box.b, width, height })).values;
      if (this.wanted !== wanted || raw.length !== width * height) return;
      this.trouble = '';
      const values = ascending ? raw.map((value) => -value) : raw;
      const floor = field.known.length > 0 ? Math.min(...field.known.map((value) => (ascending ? -value : value))) : null;
      const levels = chooseLevels(values, floor, field.sample !== undefined);
      const bands = levels ? contourBands(values, width, height, levels, bandColors(levels.values.length, this.palette(), ascending)) : [];
      this.contours = { key: field.key, box, width, height, levels, bands, ascending, values: raw, symbol: field.symbol };
      this.arrived();
    } catch (error) {
      this.failed(wanted, error as Error);
    }
  }

  private failed(wanted: Wanted, error: Error): void {
    if (this.wanted !== wanted) return;
    // `wanted` stays: the same question would fail again until something changes.
    if (!this.contours && !this.curve) this.trouble = error.message;
    this.arrived();
  }
}

/** Whether samples cover the box, not much more than it, and finely enough. */
function serves(have: Wanted | null, key: string, box: Box, width: number): boolean {
  if (!have || have.key !== key || have.width < width * 0.8) return false;
  const outer = have.box;
  return outer.a[0] <= box.a[0] && outer.a[1] >= box.a[1] && outer.b[0] <= box.b[0] && outer.b[1] >= box.b[1] && outer.a[1] - outer.a[0] < 2.2 * (box.a[1] - box.a[0]);
}
