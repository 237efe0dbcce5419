import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GridResult } from '../../src/protocol/training';
import { rampColors } from '../../webview/charts/contours';
import { COORDINATES } from '../../webview/charts/projection';
import type { Palette } from '../../webview/charts/palette';
import { LandscapeField, type Field } from '../../webview/panels/landscapeField';
import { domainBox, pathsBox, planeOfRuns, samePlane, stillFits } from '../../webview/panels/landscapeView';
import type { LabStore } from '../../webview/state/types';
import { labDocument, labRun } from './fixtures';

/** The corners of every outline, as happy-dom has no canvas. */
class Outline {
  readonly corners: [number, number][] = [];
  moveTo(x: number, y: number): void { this.corners.push([x, y]); }
  lineTo(x: number, y: number): void { this.corners.push([x, y]); }
  closePath(): void {}
  rect(): void {}
}

const area = { left: 44, top: 0, width: 400, height: 300 };
const palette = { low: '#000000', high: '#FFFFFF' } as Palette;
const f = (x: number, y: number) => x * x + 25 * y * y;

interface Asked { readonly width: number; readonly height: number; readonly a: readonly [number, number]; readonly b: readonly [number, number]; answer(): void; fail(message: string): void }

describe('the values behind the map', () => {
  let asked: Asked[];
  let arrived: ReturnType<typeof vi.fn>;
  let field: LandscapeField;
  const map = (key = 'f'): Field => ({ key, plane: COORDINATES, variant: null, ascending: false, known: [0] });
  const view = { a: [-2, 2] as const, b: [-1.5, 1.5] as const };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

  beforeAll(() => vi.stubGlobal('Path2D', Outline));

  beforeEach(() => {
    asked = [];
    arrived = vi.fn();
    const store = {
      grid: (request: Omit<Asked, 'answer' | 'fail'>) => new Promise<GridResult>((resolve, reject) => {
        const { width, height, a, b } = request;
        asked.push({ width, height, a, b, fail: (message) => reject(new Error(message)), answer: () => resolve({ slopes: null, values: Float64Array.from({ length: width * height }, (_, i) => f(a[0] + ((a[1] - a[0]) * (i % width)) / (width - 1), b[0] + ((b[1] - b[0]) * Math.floor(i / width)) / Math.max(1, height - 1))) }) });
      }),
    } as unknown as LabStore;
    field = new LandscapeField(store, () => palette, arrived as () => void);
  });

  it('come coarse first, then fine, and cover a little more than the view', async () => {
    field.needMap(map(), view, area);
    expect(asked).toHaveLength(1);
    expect(asked[0].a[0]).toBeLessThan(-2);
    asked[0].answer();
    await settle();
    expect(field.contours!.width).toBe(asked[0].width);
    expect(asked).toHaveLength(2);
    expect(asked[1].width).toBeGreaterThan(2 * asked[0].width);
    asked[1].answer();
    await settle();
    expect(field.contours!.width).toBe(asked[1].width);
    expect(arrived).toHaveBeenCalledTimes(2);
  });

  it('are not asked for again while they are on their way or at hand', async () => {
    for (let i = 0; i < 5; i++) field.needMap(map(), view, area);
    expect(asked).toHaveLength(1);
    asked[0].answer();
    await settle();
    field.needMap(map(), view, area);
    expect(asked).toHaveLength(2);
    asked[1].answer();
    await settle();
    field.needMap(map(), { a: [-1.9, 2.1], b: [-1.5, 1.5] }, area);
    expect(asked).toHaveLength(2);
  });

  it('stay until those of another objective are there, and answers that come too late are dropped', async () => {
    field.needMap(map('f'), view, area);
    asked[0].answer();
    await settle();
    const before = field.contours;
    field.needMap(map('g'), view, area);
    asked[1].answer();
    await settle();
    expect(field.contours).toBe(before);
    asked[2].answer();
    await settle();
    expect(field.contours!.key).toBe('g');
  });

  it('say why where there are none', async () => {
    field.needMap(map(), view, area);
    asked[0].fail('no worker');
    await settle();
    expect(field.trouble).toBe('no worker');
    field.needMap(map(), view, area);
    expect(asked).toHaveLength(1);
  });

  it('lie on the level that their outline stands for', async () => {
    field.needMap(map(), view, area);
    asked[0].answer();
    await settle();
    asked[1].answer();
    await settle();
    const { bands, levels, box, width, height } = field.contours!;
    expect(bands.map((band) => band.color)).toEqual(rampColors(levels!.values.length, palette.low, palette.high));
    const middle = Math.floor(levels!.values.length / 2);
    let checked = 0;
    for (const [i, j] of (bands[middle + 1].path as unknown as Outline).corners) {
      // Corners on the grid's edge close the outline; the others are the level line.
      if (i < 0.5 || j < 0.5 || i > width - 1.5 || j > height - 1.5) continue;
      const x = box.a[0] + (i / (width - 1)) * (box.a[1] - box.a[0]);
      const y = box.b[0] + (j / (height - 1)) * (box.b[1] - box.b[0]);
      expect(f(x, y) / levels!.values[middle]).toBeCloseTo(1, 1);
      checked++;
    }
    expect(checked).toBeGreaterThan(50);
    expect(field.valueAt(1, 0.5)).toBeCloseTo(f(1, 0.5), 1);
    expect(field.valueAt(99, 0)).toBeNull();
  });
});

describe('what the landscape shows', () => {
  const objective = labDocument().objective!;

  it('is the domain, wider where a start is outside or at its edge', () => {
    expect(domainBox([[-2, 2], [-1, 3]], [[-1.2, 1]])).toEqual({ a: [-2, 2], b: [-1, 3] });
    const wide = domainBox([[-2, 2], [-1, 3]], [[5, 3]]);
    expect(wide.a[0]).toBe(-2);
    expect(wide.a[1]).toBeGreaterThan(5);
    expect(wide.b[1]).toBeGreaterThan(3);
    expect(domainBox([[-2, 2]], [[0]])).toEqual({ a: [-2, 2], b: [0, 1] });
  });

  it('else holds the paths, the start and the minimum', () => {
    const bare = labRun('0/0');
    const theta0 = Float64Array.from({ length: 21 }, (_, k) => -1.2 + k * 0.2);
    const run = { ...bare, record: { ...bare.record!, columns: { ...bare.record!.columns, theta0, theta1: new Float64Array(21).fill(-0.5) } } };
    const box = pathsBox(objective, COORDINATES, [run]);
    expect(box.a[0]).toBeLessThan(-1.2);
    expect(box.a[1]).toBeGreaterThan(2.8);
    expect(box.b[0]).toBeLessThan(-0.5);
    expect(box.b[1]).toBeGreaterThan(1);
    expect(stillFits(box, { a: [-1.2, 2.8], b: [-0.5, 1] })).toBe(true);
    expect(stillFits(box, { a: [-1.2, 9], b: [-0.5, 1] })).toBe(false);
    expect(stillFits(box, { a: [0, 0.1], b: [0, 0.1] })).toBe(false);
  });

  it('is the plane through the end of the selected run, without runs that diverged', () => {
    const high = { ...objective, variables: ['a', 'b', 'c', 'd'], starts: [[0, 0, 0, 0]], minima: [] };
    const path = (key: string, direction: readonly number[], change: object) => {
      const run = labRun(key, change);
      const points = Float64Array.from([0, 1, 2, 3].flatMap((t) => direction.map((d, i) => d * t + (i === 3 ? 0.1 * t * t : 0))));
      return { ...run, parameters: [...points.subarray(12)], record: { ...run.record!, snapshots: { steps: Float64Array.of(0, 1, 2, 3), points } } };
    };
    const calm = path('0/0', [1, 0, 0, 0], {});
    const wild = path('0/1', [0, 1e9, 0, 0], { status: 'diverged' });
    const plane = planeOfRuns(high, [calm, wild], '0/0')!;
    expect(plane.origin).toEqual(calm.parameters);
    expect(plane.first[1]).toBeCloseTo(0, 9);
    expect(plane.second[1]).toBeCloseTo(0, 9);
    expect(plane.shares![0] + plane.shares![1]).toBeCloseTo(1, 9);
    expect(planeOfRuns(high, [wild], null)!.first[1]).toBeCloseTo(1, 6);
    expect(planeOfRuns(high, [], null)).toBeNull();
    expect(samePlane(plane, planeOfRuns(high, [calm], '0/0')!)).toBe(true);
  });
});
