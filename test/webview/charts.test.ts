import { describe, expect, it } from 'vitest';
import { chooseLevels, legendTicks, rampColors, rampShare } from '../../webview/charts/contours';
import { overlap, placeLabels } from '../../webview/charts/labels';
import { boxAround, equalAxes, MapTransform, panBox, zoomBox } from '../../webview/charts/mapView';
import { mix, parseColor, withAlpha } from '../../webview/charts/palette';
import { bandOf, lastAt, pixelPath, planePath } from '../../webview/charts/paths';
import { rollingMean, valueRange } from '../../webview/charts/plot';
import { principalPlane, project, unproject } from '../../webview/charts/projection';
import { linearTicks, logTicks, niceStep, Scale } from '../../webview/charts/scale';
import { shapeOf } from '../../webview/panels/gradientsInstruments';

const f64 = (...values: number[]) => Float64Array.from(values);

describe('scales', () => {
  it('takes steps of 1, 2, 2.5 and 5', () => {
    expect([0.7, 1.2, 2.2, 3, 7].map(niceStep)).toEqual([1, 2, 2.5, 5, 10]);
  });

  it('writes round numbers with a true minus and thousands apart', () => {
    expect(linearTicks(-1.5, 1.2, 6).map((tick) => tick.text)).toEqual(['\u22121.5', '\u22121', '\u22120.5', '0', '0.5', '1']);
    expect(linearTicks(0, 1000, 4).map((tick) => tick.text)).toEqual(['0', '250', '500', '750', '1,000']);
  });

  it('puts logarithmic ticks on powers of ten that are multiples of the stride', () => {
    expect(logTicks(1e-10, 1e2, 7).map((tick) => tick.exponent)).toEqual([-10, -8, -6, -4, -2, 0, 2]);
    expect(logTicks(10, 1000, 4).map((tick) => tick.value)).toEqual([10, 30, 100, 300, 1000].map((value) => expect.closeTo(value, 9)));
  });

  it('has no tick without a range and never hangs on infinite ends', () => {
    expect(linearTicks(NaN, NaN, 5)).toEqual([]);
    expect(linearTicks(0, Infinity, 5)).toHaveLength(1);
  });

  it.each(['linear', 'log', 'symlog'] as const)('goes there and back on a %s axis', (kind) => {
    const scale = new Scale(kind, kind === 'log' ? 0.01 : -50, 1000, 300, 20, 0.1);
    for (const value of [0.02, 1, 7, 999]) expect(scale.invert(scale.at(value))).toBeCloseTo(value, 8);
    expect(scale.at(scale.min)).toBeCloseTo(300);
    expect(scale.at(1000)).toBeCloseTo(20);
  });

  it('gives negative values no place on a logarithm, and none to what is not a number', () => {
    const scale = new Scale('log', 1, 10, 0, 100);
    expect(scale.at(-1)).toBeNaN();
    expect(scale.at(NaN)).toBeNaN();
    expect(scale.at(0)).toBe(-Infinity);
  });
});

describe('levels of the map', () => {
  const grid = (size: number, f: (x: number, y: number) => number) => {
    const values = new Float64Array(size * size);
    for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) values[j * size + i] = f(-2 + (4 * i) / (size - 1), -1 + (4 * j) / (size - 1));
    return values;
  };
  const rosenbrock = grid(80, (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2);

  it('are three a decade above the known minimum of a narrow valley', () => {
    const levels = chooseLevels(rosenbrock, 0)!;
    expect(levels.kind).toBe('log');
    for (let i = 1; i < levels.values.length; i++) expect(levels.values[i] / levels.values[i - 1]).toBeCloseTo(10 ** (1 / 3), 9);
    expect(levels.values[0]).toBeGreaterThan(0);
    expect(levels.values[levels.values.length - 1]).toBeLessThanOrEqual(Math.max(...rosenbrock));
  });

  it('stand above a negative minimum by the same distances', () => {
    const levels = chooseLevels(rosenbrock.map((value) => value - 500), -500)!;
    expect(levels.kind).toBe('log');
    expect(levels.reference).toBe(-500);
    expect(levels.values.map((value) => value + 500)).toEqual(chooseLevels(rosenbrock, 0)!.values.map((value) => expect.closeTo(value, 6)));
  });

  it('are equal steps where values differ little, as on a saddle', () => {
    const levels = chooseLevels(grid(60, (x, y) => x * x - y * y), null)!;
    expect(levels.kind).toBe('linear');
    expect(levels.values.length).toBeGreaterThan(6);
    for (let i = 1; i < levels.values.length; i++) expect(levels.values[i] - levels.values[i - 1]).toBeCloseTo(levels.step, 9);
  });

  it('survive poles, holes, a constant and nothing at all', () => {
    const holes = rosenbrock.map((value, i) => (i % 7 === 0 ? NaN : i % 11 === 0 ? Infinity : value));
    expect(chooseLevels(holes, null)!.values.every(Number.isFinite)).toBe(true);
    expect(chooseLevels(new Float64Array(16).fill(3), null)!.values).toEqual([]);
    expect(chooseLevels(new Float64Array(16).fill(NaN), null)).toBeNull();
  });

  it('are named by decades in the legend, from valley to hill', () => {
    const levels = chooseLevels(rosenbrock, 0)!;
    const ticks = legendTicks(levels, 4);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(4);
    for (const tick of ticks) expect(tick.value).toBeCloseTo(10 ** tick.exponent!, 9);
    expect(rampShare(levels, levels.values[0])).toBeCloseTo(0);
    expect(rampShare(levels, levels.values[levels.values.length - 1])).toBeCloseTo(1);
    expect(rampColors(2, '#000000', '#FFFFFF')).toEqual(['rgb(0, 0, 0)', 'rgb(128, 128, 128)', 'rgb(255, 255, 255)']);
  });
});

describe('colours', () => {
  it('are read in the forms that VS Code hands over', () => {
    expect(parseColor('#0a141c')).toEqual([10, 20, 28]);
    expect(parseColor('#fff')).toEqual([255, 255, 255]);
    expect(parseColor('rgba(1, 2, 3, 0.5)')).toEqual([1, 2, 3]);
    expect(parseColor('canvastext')).toBeNull();
    expect(withAlpha('#000000', 0.5)).toBe('rgba(0, 0, 0, 0.5)');
    expect(withAlpha('canvastext', 0.5)).toBe('canvastext');
    expect(mix('#000', '#fff', 0)).toBe('rgb(0, 0, 0)');
  });
});

describe('the map view', () => {
  it('makes a unit as long on both axes and never cuts anything off', () => {
    const box = equalAxes({ a: [-2, 2], b: [0, 1] }, 400, 300);
    expect((box.a[1] - box.a[0]) / 400).toBeCloseTo((box.b[1] - box.b[0]) / 300, 12);
    expect(box.a[0]).toBeLessThanOrEqual(-2);
    expect(box.b[1]).toBeGreaterThanOrEqual(1);
  });

  it('keeps the point under the pointer while it zooms', () => {
    const area = { left: 40, top: 0, width: 400, height: 300 };
    const before = new MapTransform({ a: [-2, 2], b: [-1.5, 1.5] }, area);
    const after = new MapTransform(zoomBox(before.box, 3, before.a(123), before.b(45)), area);
    expect(after.x(before.a(123))).toBeCloseTo(123, 9);
    expect(after.y(before.b(45))).toBeCloseTo(45, 9);
    expect(panBox({ a: [0, 1], b: [0, 1] }, 1, -1)).toEqual({ a: [1, 2], b: [-1, 0] });
  });

  it('is not dragged away by a run that left for infinity', () => {
    const calm = Array.from({ length: 200 }, (_, i) => -1.2 + (2.2 * i) / 199);
    const box = boxAround({ a: [...calm, 1e9, -1e30, Infinity, NaN], b: [...calm, 1e12, 5, NaN, 1] }, { a: [-1.2, 1], b: [1, 1] });
    expect(box.a[0]).toBeLessThan(-1.2);
    expect(box.a[1]).toBeGreaterThan(1);
    expect(box.a[1] - box.a[0]).toBeLessThan(40);
    expect(box.b[1] - box.b[0]).toBeLessThan(40);
  });

  it('has a height too where a path runs along one axis, and a size where there is one point', () => {
    const flat = boxAround({ a: [0, 10], b: [0, 0] }, { a: [0], b: [0] });
    expect(flat.b[1] - flat.b[0]).toBeGreaterThan(1);
    const point = boxAround({ a: [], b: [] }, { a: [3], b: [3] });
    expect(point.a[1]).toBeGreaterThan(point.a[0]);
    expect(boxAround({ a: [], b: [] }, { a: [], b: [] })).toEqual({ a: [-1, 1], b: [-1, 1] });
  });
});

describe('labels', () => {
  const bounds = { x: 0, y: 0, width: 400, height: 300 };

  it('do not lie on each other, on what is taken, or outside', () => {
    const at = [[200, 150], [204, 152], [208, 149], [395, 5], [3, 297]];
    const taken = at.map(([x, y]) => ({ x: x - 6, y: y - 6, width: 12, height: 12 }));
    const rects = placeLabels(at.map(([x, y]) => ({ x, y, width: 48, height: 14, gap: 10 })), bounds, taken).map((rect) => rect!);
    rects.forEach((rect, i) => {
      expect(overlap(rect, bounds)).toBeCloseTo(rect.width * rect.height);
      for (const other of rects.slice(i + 1)) expect(overlap(rect, other)).toBe(0);
    });
  });

  it('are left out where there is no room for them', () => {
    const crowd = Array.from({ length: 60 }, () => ({ x: 30, y: 20, width: 50, height: 14, gap: 8 }));
    const rects = placeLabels(crowd, { x: 0, y: 0, width: 120, height: 60 }, []);
    expect(rects[0]).not.toBeNull();
    expect(rects.filter((rect) => rect === null).length).toBeGreaterThan(40);
  });
});

describe('the plane of most movement', () => {
  it('finds two known directions in five dimensions with their shares of variance', () => {
    // x(t, s) = t·p + s·q with p ⟂ q and var(t) : var(s) = 9 : 1.
    const p = [3 / 5, 0, 4 / 5, 0, 0];
    const q = [0, 1, 0, 0, 0];
    const points: number[] = [];
    for (const t of [-3, 3]) for (const s of [-1, 1]) points.push(...p.map((value, i) => 7 + t * value + s * q[i]));
    const plane = principalPlane(Float64Array.from(points), 5, [7, 7, 7, 7, 7]);
    expect(plane.first).toEqual(p.map((value) => expect.closeTo(value, 9)));
    expect(plane.second).toEqual(q.map((value) => expect.closeTo(value, 9)));
    expect(plane.shares![0]).toBeCloseTo(0.9, 9);
    expect(plane.shares![1]).toBeCloseTo(0.1, 9);
    expect(project(plane, unproject(plane, 1.5, -2))).toEqual([expect.closeTo(1.5, 9), expect.closeTo(-2, 9)]);
  });

  it('is orthonormal also where the points span less, and leaves out what is not finite', () => {
    const line = Float64Array.from([0, 0, 0, 1, 2, 2, 2, 4, 4, NaN, 1, 1, Infinity, 0, 0]);
    const plane = principalPlane(line, 3, [0, 0, 0]);
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    expect(plane.first).toEqual([1 / 3, 2 / 3, 2 / 3].map((value) => expect.closeTo(value, 9)));
    expect(dot(plane.second, plane.second)).toBeCloseTo(1, 9);
    expect(dot(plane.first, plane.second)).toBeCloseTo(0, 9);
    expect(plane.shares![1]).toBeCloseTo(0, 9);
    expect(principalPlane(new Float64Array(0), 4, [0, 0, 0, 0]).first.every(Number.isFinite)).toBe(true);
  });
});

describe('paths', () => {
  it('find the row at or before a step', () => {
    const steps = f64(0, 1, 5, 9);
    expect([-1, 0, 4, 5, 100].map((step) => lastAt(steps, step))).toEqual([-1, 0, 1, 2, 3]);
    expect(lastAt(steps, 100, 2)).toBe(1);
  });

  it('use the columns of a plane objective as they are and project higher ones', () => {
    const record = { rows: 2, kept: 'all' as const, snapshots: { steps: f64(0, 3), points: f64(1, 2, 3, 4, 5, 6, 7, 8) }, columns: { step: f64(0, 1, 2, 3) } };
    const plane = { origin: [1, 2, 3, 4], first: [1, 0, 0, 0], second: [0, 0, 0, 1], shares: null };
    expect(planePath(record, 4, plane)).toEqual({ steps: f64(0, 3), a: f64(0, 4), b: f64(0, 4) });
    const flat = { rows: 2, kept: 'all' as const, snapshots: null, columns: { step: f64(0, 1), theta0: f64(1, 2), theta1: f64(3, 4) } };
    expect(planePath(flat, 2, plane)).toEqual({ steps: f64(0, 1), a: f64(1, 2), b: f64(3, 4) });
  });

  it('are thinned to pixels, end where a point is not finite and stay within what a canvas can draw', () => {
    const path = { steps: f64(0, 1, 2, 3, 4, 5), a: f64(0, 0.1, 0.2, 50, 1e300, NaN), b: f64(0, 0, 0, 50, 1e300, 0) };
    const pixels = pixelPath(path, (a) => a, (b) => b);
    expect(pixels.broken).toBe(5);
    expect([...pixels.rows.subarray(0, pixels.count)]).toEqual([0, 3, 4]);
    expect(Math.max(...pixels.x.subarray(0, pixels.count))).toBeLessThan(1e4);
  });

  it('of several seeds give the median and the band; a run that ended keeps its last value', () => {
    const band = bandOf([
      { steps: f64(0, 1, 2), values: f64(1, 2, 3) },
      { steps: f64(0, 1), values: f64(5, 4) },
      { steps: f64(0, 1, 2), values: f64(3, 9, 0) },
    ]);
    expect(band).toEqual({ steps: [0, 1, 2], median: [3, 4, 3], low: [1, 2, 0], high: [5, 9, 4] });
  });
});

describe('small plots', () => {
  it('smooth over the rows around, without those that have no value', () => {
    expect([...rollingMean([1, NaN, 3, 5], 4, 1)]).toEqual([1, 2, 4, 4]);
    expect([...rollingMean([1, 2, 3], 3, 0)]).toEqual([1, 2, 3]);
  });

  it('let a single spike out of the range', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => (i === 250 ? 1e9 : Math.sin(i)));
    const [low, high] = valueRange([{ values, count: 500 }], 'linear');
    expect(high).toBeLessThan(10);
    expect(low).toBeLessThan(-0.99);
    expect(valueRange([{ values: f64(NaN), count: 1 }], 'log')).toEqual([0.1, 10]);
  });
});

describe('the shape of the Hessian', () => {
  const of = (...eigenvalues: number[]) => shapeOf({ loss: 0, gradient: new Float64Array(0), hessian: null, eigenvalues: Float64Array.from(eigenvalues) })!;

  it('is told from the signs of its eigenvalues', () => {
    expect(of(0.39936, 1001.6)).toMatchObject({ signs: '+ +', words: 'inside a bowl', condition: expect.closeTo(1001.6 / 0.39936) });
    expect(of(-2, 2)).toMatchObject({ signs: '+ \u2212', words: 'on a saddle', condition: 1 });
    expect(of(-3, -1)).toMatchObject({ words: 'on a hilltop' });
    expect(of(0, 4)).toMatchObject({ signs: '+ 0', words: 'flat along a direction', condition: Infinity });
    expect(of(-1, 1, 2, 3, 4, 5)).toMatchObject({ signs: '5 +, 1 \u2212' });
  });

  it('has nothing to say without eigenvalues', () => {
    expect(shapeOf({ loss: 0, gradient: new Float64Array(0), hessian: null, eigenvalues: null })).toBeNull();
    expect(shapeOf({ loss: 0, gradient: new Float64Array(0), hessian: null, eigenvalues: Float64Array.of(NaN) })).toBeNull();
  });
});
