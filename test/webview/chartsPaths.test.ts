import { describe, expect, it } from 'vitest';
import { blockLine, leaderOf, overlap, placeLabels, type Rect } from '../../webview/charts/labels';
import { seriesName } from '../../webview/charts/names';
import { pixelPath, type PixelPath } from '../../webview/charts/paths';
import { thinned } from '../../webview/panels/convergenceChart';
import type { MapRun } from '../../webview/panels/landscapeMap';
import { edgeOf, exitsOf, pathStrength } from '../../webview/panels/landscapePaths';
import { labDocument, labRun } from './fixtures';

const AREA = { left: 0, top: 0, width: 400, height: 300 };
const path = (...points: readonly (readonly [number, number])[]): PixelPath =>
  pixelPath({ steps: Float64Array.from(points, (_, i) => i), a: Float64Array.from(points, ([x]) => x), b: Float64Array.from(points, ([, y]) => y) }, (x) => x, (y) => y);
const mapRun = (pixels: PixelPath): MapRun => ({ run: labRun('0/0'), style: { color: '#fff', marker: 'circle', dash: [] }, selected: false, named: true, name: '', path: { steps: new Float64Array(0), a: new Float64Array(0), b: new Float64Array(0) }, pixels });

describe('labels at one point', () => {
  const bounds: Rect = { x: 0, y: 0, width: 400, height: 300 };
  const star: Rect = { x: 191, y: 141, width: 18, height: 18 };

  it('seven of them touch neither each other, nor the mark, nor an arrow', () => {
    const taken: Rect[] = [star];
    blockLine(taken, 200, 150, 250, 120, 5);
    const requests = Array.from({ length: 7 }, () => ({ x: 200, y: 150, width: 60, height: 14, gap: 11 }));
    const rects = placeLabels(requests, bounds, taken);
    expect(rects.every((rect) => rect !== null)).toBe(true);
    rects.forEach((rect, i) => {
      for (const other of [...taken, ...(rects.slice(i + 1) as Rect[])]) {
        // Rectangles are a pixel wider than their words on each side.
        expect(overlap({ x: rect!.x + 1, y: rect!.y + 1, width: rect!.width - 2, height: rect!.height - 2 }, other)).toBe(0);
      }
    });
  });

  it('are joined to it where they stand apart', () => {
    const request = { x: 200, y: 150, width: 60, height: 14, gap: 10 };
    expect(leaderOf(request, { x: 210, y: 143, width: 60, height: 14 })).toBeNull();
    const leader = leaderOf(request, { x: 240, y: 90, width: 60, height: 14 })!;
    // It ends at the label's nearest edge and begins away from the point, on the way there.
    expect(leader.slice(2)).toEqual([240, 102]);
    expect(Math.hypot(leader[0] - 200, leader[1] - 150)).toBeCloseTo(8, 9);
    expect((leader[1] - 150) / (leader[0] - 200)).toBeCloseTo((102 - 150) / (240 - 200), 9);
  });
});

describe('paths that leave the map', () => {
  it('are marked where they cross its edge, the last time as the end', () => {
    // Down through the bottom at x = 150, back in, out for good through the right edge at y = 100.
    const exits = exitsOf(path([100, 200], [200, 400], [200, 100], [500, 100]), AREA);
    expect(exits).toHaveLength(2);
    expect(exits[0]).toMatchObject({ x: expect.closeTo(150, 4), y: expect.closeTo(300, 4), last: false });
    expect(exits[1]).toMatchObject({ x: expect.closeTo(400, 4), y: expect.closeTo(100, 4), dx: 1, dy: 0, last: true });
  });

  it('are not where they stay inside, or wander along the edge', () => {
    expect(exitsOf(path([10, 10], [20, 20]), AREA)).toEqual([]);
    const along = Array.from({ length: 21 }, (_, i): [number, number] => [10 * i, i % 2 === 0 ? 290 : 310]);
    expect(exitsOf(path(...along), AREA)).toEqual([]);
  });

  it('have their marker on the edge nearest to the run', () => {
    expect(edgeOf(900, 100, AREA, 12)).toEqual({ x: 388, y: 100 });
    expect(edgeOf(-5, -5, AREA, 12)).toEqual({ x: 12, y: 12 });
  });
});

describe('paths that would cover the map', () => {
  it('are faint, all others are not', () => {
    const straight = mapRun(path([10, 10], [390, 290]));
    expect(pathStrength([straight], AREA)).toBe(1);
    // 3000 steps of 100 pixels, spread over the map: five times what a map can hold of two-pixel lines.
    const noise = mapRun(path(...Array.from({ length: 3000 }, (_, i): [number, number] => [200 + 140 * Math.sin(i * 2.39), 150 + 110 * Math.cos(i * 1.71)])));
    expect(pathStrength([noise], AREA)).toBeLessThan(0.4);
    expect(pathStrength([noise], AREA)).toBeGreaterThanOrEqual(0.1);
  });
});

describe('a line thinned to its pixels', () => {
  const wave = (i: number) => Math.sin(i * 0.9) * (i % 97);
  const points = thinned(20_000, (i) => i, wave, [0, 20_000], 200);

  it('keeps the lowest and the highest value of each column, and the ends', () => {
    expect(points.length).toBeLessThanOrEqual(4 * 201);
    for (let column = 0; column < 200; column++) {
      const all = Array.from({ length: 100 }, (_, k) => wave(column * 100 + k));
      const kept = points.filter(({ x }) => x >= column * 100 && x < (column + 1) * 100).map(({ y }) => y);
      expect([Math.min(...kept), Math.max(...kept)]).toEqual([Math.min(...all), Math.max(...all)]);
    }
    expect([points[0].x, points[points.length - 1].x]).toEqual([0, 19_999]);
    expect(points.every(({ x }, i) => i === 0 || x > points[i - 1].x)).toBe(true);
  });

  it('keeps every point where there is room, gaps, and one neighbour on either side of a zoomed range', () => {
    expect(thinned(5, (i) => i, (i) => i * i, [0, 4], 100)).toEqual([0, 1, 2, 3, 4].map((x) => ({ x, y: x * x })));
    expect(thinned(4, (i) => i, (i) => (i === 2 ? NaN : i), [0, 3], 100).map(({ y }) => y)).toEqual([0, 1, NaN, 3]);
    expect(thinned(100, (i) => i, (i) => i, [40, 42], 100).map(({ x }) => x)).toEqual([39, 40, 41, 42, 43]);
  });
});

describe('names of series', () => {
  it('are the variant alone where there is one optimizer, both where there are several', () => {
    const document = labDocument({ variants: ['a', 'b'] });
    const [series] = document.series;
    const variants = ['a', 'b'].map((variant) => ({ ...series, variant }));
    expect(seriesName({ ...document, series: variants }, variants[0])).toBe('a');
    expect(seriesName({ ...document, series: [...variants, { ...document.series[1], variant: 'a' }] }, variants[0])).toBe('SGD · a');
    expect(seriesName(document, series)).toBe('SGD');
  });
});
