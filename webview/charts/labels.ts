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

const DIRECTIONS: readonly (readonly [number, number])[] = [[0, 1], [1, -0.8], [-1, 0.8], [0, -1], [1, 0], [-1, 0], [1, 0.8], [-1, -0.8]];

export function overlap(a: Rect, b: Rect): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

/**
 * One rectangle a request, in order: the earlier has the better place. Each takes the direction with the least cost: overlap with
 * earlier labels and `taken`, area outside `bounds`, and (less) points of `avoid` below it.
 * @param avoid x, y pairs that are better left visible.
 * @returns null for a label that would lie on another for more than a third or stick out: better none than two that can't be read.
 */
export function placeLabels(requests: readonly LabelRequest[], bounds: Rect, taken: readonly Rect[], avoid: ArrayLike<number> = []): (Rect | null)[] {
  const placed: Rect[] = [...taken];
  return requests.map((request) => {
    let best: Rect | null = null;
    let least = Infinity;
    for (const reach of [1, 2.4]) {
      DIRECTIONS.forEach(([dx, dy], order) => {
        const gap = request.gap * reach;
        const rect = {
          x: request.x + dx * gap - (dx > 0 ? 0 : dx < 0 ? request.width : request.width / 2),
          y: request.y + dy * (gap + request.height / 2) - request.height / 2,
          width: request.width, height: request.height,
        };
        const area = rect.width * rect.height || 1;
        let cost = order * 0.02 + (reach - 1) * 0.25;
        cost += (12 * (area - overlap(rect, bounds))) / area;
        for (const other of placed) cost += (6 * overlap(rect, other)) / area;
        let covered = 0;
        for (let i = 0; i + 1 < avoid.length; i += 2) {
          if (avoid[i] > rect.x && avoid[i] < rect.x + rect.width && avoid[i + 1] > rect.y && avoid[i + 1] < rect.y + rect.height) covered++;
        }
        cost += Math.min(0.6, covered * 0.05);
        if (request.prefer) cost += 0.5 * (1 - (dx * request.prefer[0] + dy * request.prefer[1]) / (Math.hypot(dx, dy) * Math.hypot(...request.prefer) || 1));
        if (cost < least) {
          least = cost;
          best = rect;
        }
      });
      if (least < 0.2) break;
    }
    if (least > 2) return null;
    placed.push(best!);
    return best;
  });
}
