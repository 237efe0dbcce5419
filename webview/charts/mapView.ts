/** The part of the plane that is shown, and where it lies on the screen. */

export interface Box {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The box grown along one axis until a unit is as long on both. */
export function equalAxes(box: Box, width: number, height: number): Box {
  const w = box.a[1] - box.a[0];
  const h = box.b[1] - box.b[0];
  const unit = Math.max(w / Math.max(1, width), h / Math.max(1, height));
  const growA = (unit * Math.max(1, width) - w) / 2;
  const growB = (unit * Math.max(1, height) - h) / 2;
  return { a: [box.a[0] - growA, box.a[1] + growA], b: [box.b[0] - growB, box.b[1] + growB] };
}

/** @param factor above 1 comes closer; (a, b) stays where it is. */
export function zoomBox(box: Box, factor: number, a: number, b: number): Box {
  return {
    a: [a - (a - box.a[0]) / factor, a + (box.a[1] - a) / factor],
    b: [b - (b - box.b[0]) / factor, b + (box.b[1] - b) / factor],
  };
}

export function panBox(box: Box, da: number, db: number): Box {
  return { a: [box.a[0] + da, box.a[1] + da], b: [box.b[0] + db, box.b[1] + db] };
}

/** The middle of the box, and larger by a share on every side. */
export function growBox(box: Box, share: number): Box {
  const da = (box.a[1] - box.a[0]) * share;
  const db = (box.b[1] - box.b[0]) * share;
  return { a: [box.a[0] - da, box.a[1] + da], b: [box.b[0] - db, box.b[1] + db] };
}

function around(values: readonly number[], sure: readonly number[]): [number, number] {
  const sorted = values.filter(Number.isFinite).sort((x, y) => x - y);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  let low = Math.min(...sure);
  let high = Math.max(...sure);
  if (sorted.length > 0) {
    // A run that blew up must not push everything else into one pixel: far points count only within three times the usual spread.
    const first = at(0.02);
    const last = at(0.98);
    const spread = Math.max(at(0.75) - at(0.25), (high - low) / 2 || 0, 1e-300);
    low = Math.min(low, Math.max(sorted[0], at(0.25) - 6 * spread, Math.min(first, low) - 3 * spread));
    high = Math.max(high, Math.min(sorted[sorted.length - 1], at(0.75) + 6 * spread, Math.max(last, high) + 3 * spread));
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [-1, 1];
  const least = Math.max(Math.abs(low), Math.abs(high), 1) * 1e-6;
  const margin = Math.max((high - low) * 0.14, least);
  return [low - margin, high + margin];
}

/**
 * A box around what the runs visited, robust against runs that left for infinity.
 * @param points coordinates that may lie anywhere. @param sure coordinates that must be inside (starts, minima).
 */
export function boxAround(points: { readonly a: readonly number[]; readonly b: readonly number[] }, sure: { readonly a: readonly number[]; readonly b: readonly number[] }): Box {
  const a = around(points.a, sure.a.filter(Number.isFinite));
  const b = around(points.b, sure.b.filter(Number.isFinite));
  // A path along one axis would give a line: the other side is at least a fifth as long.
  const wide = (span: [number, number], least: number): [number, number] => {
    const middle = (span[0] + span[1]) / 2;
    return span[1] - span[0] < least ? [middle - least / 2, middle + least / 2] : span;
  };
  return { a: wide(a, (b[1] - b[0]) / 5), b: wide(b, (a[1] - a[0]) / 5) };
}

/** Plane ⇄ pixels for a box in an area; b grows upwards. */
export class MapTransform {
  constructor(readonly box: Box, readonly area: Area) {}

  x(a: number): number {
    return this.area.left + ((a - this.box.a[0]) / (this.box.a[1] - this.box.a[0])) * this.area.width;
  }

  y(b: number): number {
    return this.area.top + ((this.box.b[1] - b) / (this.box.b[1] - this.box.b[0])) * this.area.height;
  }

  a(x: number): number {
    return this.box.a[0] + ((x - this.area.left) / this.area.width) * (this.box.a[1] - this.box.a[0]);
  }

  b(y: number): number {
    return this.box.b[1] - ((y - this.area.top) / this.area.height) * (this.box.b[1] - this.box.b[0]);
  }

  inside(x: number, y: number): boolean {
    const { left, top, width, height } = this.area;
    return x >= left && x <= left + width && y >= top && y <= top + height;
  }
}
