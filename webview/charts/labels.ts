/** Places labels beside their points so that none lies on another, on a point, or outside. */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelRequest {
  /** The point that is named. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Distance from the point. */
  readonly gap: number;
  /** A direction to prefer, as (dx, dy). */
  readonly prefer?: readonly [number, number];
}

const DIRECTIONS: readonly (readonly [number, number])[] = [
  [0, 1], [1, -0.8], [-1, 0.8], [0, -1], [1, 0], [-1, 0], [1, 0.8], [-1, -0.8], [1, 1.8], [1, -1.8], [-1, 1.8], [-1, -1.8],
];
/** How far from the point, in gaps: where it is crowded a label moves away and a line leads to it. */
const REACHES = [1, 2.2, 3.6, 5.4];
/** Text stands this far inside its rectangle: touching rectangles are no overlap. */
const SLACK = 1;

export function overlap(a: Rect, b: Rect): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

function collides(a: Rect, others: readonly Rect[]): boolean {
  return others.some((b) => Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > SLACK && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > SLACK);
}

/**
 * One rectangle a request, in order: the earlier has the better place. Of the places inside `bounds` that touch neither an earlier
 * label nor `taken`, each takes the one that is near, in the preferred direction, and covers few points of `avoid`.
 * @param avoid x, y pairs that are better left visible.
 * @returns null for a label without such a place: better none than two that can't be read.
 */
export function placeLabels(requests: readonly LabelRequest[], bounds: Rect, taken: readonly Rect[], avoid: ArrayLike<number> = []): (Rect | null)[] {
  const placed: Rect[] = [...taken];
  return requests.map((request) => {
    const { width, height } = request;
    let best: Rect | null = null;
    let least = Infinity;
    for (let k = 0; k < REACHES.length && least > 0.25 * k; k++) {
      const gap = request.gap * REACHES[k];
      for (let order = 0; order < DIRECTIONS.length; order++) {
        const [dx, dy] = DIRECTIONS[order];
        let cost = order * 0.02 + k * 0.25;
        if (request.prefer) cost += 0.5 * (1 - (dx * request.prefer[0] + dy * request.prefer[1]) / (Math.hypot(dx, dy) * Math.hypot(...request.prefer) || 1));
        if (cost >= least) continue;
        const rect = { x: request.x + dx * gap - (dx > 0 ? 0 : dx < 0 ? width : width / 2), y: request.y + dy * (gap + height / 2) - height / 2, width, height };
        if (rect.x < bounds.x || rect.y < bounds.y || rect.x + width > bounds.x + bounds.width || rect.y + height > bounds.y + bounds.height || collides(rect, placed)) continue;
        let covered = 0;
        for (let i = 0; i + 1 < avoid.length && covered < 12; i += 2) {
          if (avoid[i] > rect.x && avoid[i] < rect.x + width && avoid[i + 1] > rect.y && avoid[i + 1] < rect.y + height) covered++;
        }
        cost += covered * 0.05;
        if (cost < least) {
          least = cost;
          best = rect;
        }
      }
    }
    if (best) placed.push(best);
    return best;
  });
}

/** The line from a point to its label where the label stands apart: [x0, y0, x1, y1]; null where they touch. */
export function leaderOf(request: LabelRequest, rect: Rect): [number, number, number, number] | null {
  const x = Math.max(rect.x, Math.min(rect.x + rect.width, request.x));
  const y = Math.max(rect.y + 2, Math.min(rect.y + rect.height - 2, request.y));
  const distance = Math.hypot(x - request.x, y - request.y);
  if (distance < request.gap * 1.6 + 4) return null;
  const near = request.gap * 0.8;
  return [request.x + ((x - request.x) * near) / distance, request.y + ((y - request.y) * near) / distance, x, y];
}

/** Squares along a line, so that a slanting arrow keeps no more room than it takes. */
export function blockLine(taken: Rect[], x0: number, y0: number, x1: number, y1: number, radius: number): void {
  const count = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / (2 * radius)));
  for (let i = 0; i <= count; i++) {
    const t = i / count;
    taken.push({ x: x0 + (x1 - x0) * t - radius, y: y0 + (y1 - y0) * t - radius, width: 2 * radius, height: 2 * radius });
  }
}
