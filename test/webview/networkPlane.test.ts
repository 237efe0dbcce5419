import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import './browserGaps';
import '../../webview/panels/landscapeNetwork';
import { isClassification } from '../../src/core/nn/classification';
import { applyNetwork } from '../../src/core/training/apply';
import { DEPENDENCIES } from '../../src/core/training/dependencies';
import { prepareModel } from '../../src/core/training/modelParts';
import type { ModelTrial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import { loadDatasets } from '../../src/loaders/load';
import type { LabRun } from '../../src/protocol/lab';
import type { ParameterPlace } from '../../src/protocol/networks';
import type { NetworkLandscape } from '../../webview/panels/landscapeNetwork';
import { effortOf, filterScales, inWeights, mapEffort, planeOfPaths, projectRun } from '../../webview/panels/networkPlane';
import { starters } from '../../webview/starters';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';

/** One layer of two inputs and three units with biases: weights inputs × units, row-major. */
const PLACES: readonly ParameterPlace[] = [{ layer: 'a', role: 'weight', offset: 0, shape: [2, 3] }, { layer: 'a', role: 'bias', offset: 6, shape: [3] }];

/** A run whose kept weights are these, one row a step. */
function walk(points: readonly (readonly number[])[], change: Partial<LabRun> = {}): LabRun {
  const run = networkRun('0/0', change);
  return { ...run, record: { ...run.record!, snapshots: { steps: Float64Array.from(points, (_, i) => 4 * i), points: Float64Array.from(points.flat()) } } };
}

describe('norms of filters', () => {
  it('are those of the weights that lead into one unit, and its bias counts by them', () => {
    const scales = filterScales(PLACES, [3, 5, 1, 4, 12, 1, 9, 9, 9]);
    expect([...scales]).toEqual([5, 13, Math.SQRT2, 5, 13, Math.SQRT2, 5, 13, Math.SQRT2]);
  });

  it('of a convolution run over its kernel and channels; a normalization is one', () => {
    const scales = filterScales([{ layer: 'c', role: 'weight', offset: 0, shape: [2, 1, 2] }, { layer: 'n', role: 'gamma', offset: 4, shape: [2] }], [3, 0.6, 4, 0.8, 6, 8]);
    [5, 1, 5, 1, 10, 10].forEach((value, i) => expect(scales[i]).toBeCloseTo(value, 12));
  });

  it('never are zero', () => {
    expect([...filterScales(PLACES, new Float64Array(9))].every((value) => value === 1)).toBe(true);
    expect(filterScales(PLACES, [0, 3, 3, 0, 3, 3, 0, 0, 0])[0]).toBeGreaterThan(0.05);
  });
});

describe('the plane of paths', () => {
  const ones = new Float64Array(9).fill(1);
  const point = (a: number, b: number) => Array.from({ length: 9 }, (_, i) => (i === 1 ? a : i === 4 ? b : 0.5));

  it('has the principal directions, their shares of the variance, and goes through the end', () => {
    // Deviations ±2 along one axis and ±1 along another, independent: shares 4/5 and 1/5.
    const run = walk([point(-2, -1), point(-2, 1), point(2, -1), point(2, 1)]);
    const plane = planeOfPaths([run], run, ones)!;
    expect(plane.shares[0]).toBeCloseTo(0.8, 9);
    expect(plane.shares[1]).toBeCloseTo(0.2, 9);
    expect([plane.first[1], plane.second[4]].map(Math.abs)).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
    const path = projectRun(plane, run)!;
    expect([path.a[3], path.b[3]]).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    expect([path.a[0], path.b[0]]).toEqual([expect.closeTo(-4, 9), expect.closeTo(-2, 9)]);
  });

  it('leads back to the weights: origin + a·first + b·second is the point of a path that lies in it', () => {
    const scales = filterScales(PLACES, [3, 5, 1, 4, 12, 1, 9, 9, 9]);
    const run = walk([point(-3, 2), point(1, 0.5), point(2, 2), point(0, 0)]);
    const plane = planeOfPaths([run], run, scales)!;
    const path = projectRun(plane, run)!;
    const [first, second] = [inWeights(plane, plane.first), inWeights(plane, plane.second)];
    point(-3, 2).forEach((value, i) => expect(plane.origin[i] + path.a[0] * first[i] + path.b[0] * second[i]).toBeCloseTo(value, 9));
  });

  it('does not change where a filter is scaled', () => {
    const points = [[1, 2, 3, 4, 5, 6, 1, 1, 1], [2, 1, 3, 1, 5, 2, 0, 1, 1], [2, 2, 1, 4, 4, 3, 1, 2, 1], [3, 2, 2, 4, 1, 6, 1, 0, 2]];
    const scaled = points.map((row) => row.map((value, i) => (i % 3 === 1 ? 7 * value : value)));
    const paths = [points, scaled].map((rows) => {
      const run = walk(rows);
      return projectRun(planeOfPaths([run], run, filterScales(PLACES, rows[3]))!, run)!;
    });
    for (let i = 0; i < 4; i++) expect([paths[1].a[i], paths[1].b[i]]).toEqual([expect.closeTo(paths[0].a[i], 8), expect.closeTo(paths[0].b[i], 8)]);
  });

  it('needs three different points', () => {
    const two = walk([point(0, 0), point(1, 1)]);
    expect(planeOfPaths([two], two, ones)).toBeNull();
    const still = walk([point(1, 1), point(1, 1), point(1, 1)]);
    expect(planeOfPaths([still], still, ones)).toBeNull();
    const straight = walk([point(0, 0), point(1, 0), point(2, 0)]);
    const plane = planeOfPaths([straight], straight, ones)!;
    expect(plane.shares[0]).toBeCloseTo(1, 9);
    expect(Math.hypot(...plane.second)).toBeCloseTo(1, 9);
  });

  it('leaves a run that diverged out, unless it is the chosen one', () => {
    const calm = walk([point(0, 0), point(1, 0), point(2, 1)]);
    const wild = walk([point(0, 0), point(1e6, 1e6), point(1e9, -1e9)], { status: 'diverged', id: 'w' });
    expect(projectRun(planeOfPaths([calm, wild], calm, ones)!, calm)!.a.every((value) => Math.abs(value) < 10)).toBe(true);
  });
});

describe('what a map may cost', () => {
  it('counts a convolution at each place of its output', () => {
    const [dense] = labModel().layers;
    expect(effortOf(labModel({ layers: [{ ...dense, parameters: 100 }, { ...dense, type: 'conv2d', parameters: 80, output: [10, 10, 8] }] }))).toBe(100 + 8000);
  });

  it('gets coarser with the network, then takes fewer rows, then is not made', () => {
    const of = (parameters: number) => mapEffort(labModel({ layers: [{ ...labModel().layers[0], parameters }] }), 1000);
    expect(of(100)).toEqual({ side: 120, rows: 1000 });
    const middle = of(100_000)!;
    expect(middle.rows).toBeLessThan(1000);
    expect(middle.side).toBeGreaterThan(30);
    expect(of(100_000_000)).toBeNull();
  });
});

describe('of a real network', () => {
  it('every parameter has one place, weights with their units last', async () => {
    const starter = starters().find(({ value }) => 'model' in value)!;
    const parsed = parseExperiment(JSON.stringify(starter.value));
    expect(parsed.problems).toEqual([]);
    const trial = parsed.experiment!.trials[0] as ModelTrial;
    const datasets = await loadDatasets(trial.data, trial.seed, () => { throw new Error('no file'); }, { classification: isClassification(trial.loss), shared: false });
    const parts = prepareModel(trial, { ...DEPENDENCIES, datasets: () => datasets });
    const { parameters, state } = parts.network;
    const weights = Float64Array.from({ length: parameters.length + state.length }, (_, i) => 0.1 * Math.sin(i));
    const answer = applyNetwork(parts, weights, { kind: 'parameters' });
    if (answer.kind !== 'parameters') throw new Error('unexpected');
    expect(answer.places.map(({ role, shape }) => [role, ...shape])).toEqual([['weight', 2, 16], ['bias', 16], ['weight', 16, 8], ['bias', 8], ['weight', 8, 1], ['bias', 1]]);
    expect(filterScales(answer.places, weights)).toHaveLength(parameters.length);
    const scale = filterScales(answer.places, weights);
    expect(scale[3]).toBeCloseTo(Math.hypot(weights[3], weights[16 + 3]), 12);
  });
});

describe('the landscape of a network', () => {
  let port: RecordingPort;
  let store: PageStore;
  let element: NetworkLandscape;
  const settled = async () => {
    await new Promise((resolve) => setTimeout(resolve, 40));
    await element.updateComplete;
  };
  const open = async (run: LabRun, document = networkDocument()) => {
    init(port, [run], document);
    element = globalThis.document.createElement('gdexp-network-landscape') as NetworkLandscape;
    Object.defineProperty(element, 'clientWidth', { value: 600 });
    Object.defineProperty(element, 'clientHeight', { value: 400 });
    element.store = store;
    globalThis.document.body.append(element);
    await settled();
  };
  beforeEach(() => {
    port = new RecordingPort();
    store = new PageStore(port);
  });
  afterEach(() => element.remove());
  const path = () => walk([[0, 0], [1, 0], [2, 1], [2, 2]].map(([a, b]) => [1, a, 1, 1, b, 1, 0, 0, 0]));

  it('asks for the places of the parameters, then says what its plane shows', async () => {
    await open(path());
    const [asked] = port.of('apply');
    expect(asked).toMatchObject({ run: '0/0', step: null, what: { kind: 'parameters' } });
    port.say({ type: 'reply', request: asked.request, network: { kind: 'parameters', places: PLACES } });
    await settled();
    expect(element.querySelector('.picture-subtitle')!.textContent).toMatch(/^loss over 9 parameters, in the plane of most movement \(100 % of it\)$/);
    expect(element.querySelector('.map-about')!.textContent).toContain('end of SGD');
    expect(element.querySelector('.map-wait')).not.toBeNull();
    expect(element.summary()).toContain('At step 20: SGD at (0, 0), loss of the map –.');
  });

  it('says why there is none', async () => {
    await open(path());
    const obstacle = async (run: LabRun, document = networkDocument()) => {
      init(port, [run], document);
      await settled();
      return element.querySelector('.picture-empty')?.textContent ?? '';
    };
    expect(await obstacle(walk([[1, 2], [2, 3]], { id: 'x' }))).toContain('Too few weights of this run were kept');
    const huge = labModel({ layers: [{ ...labModel().layers[0], parameters: 1e9 }] });
    expect(await obstacle(path(), networkDocument({}, huge))).toContain('would take minutes');
    expect(await obstacle({ ...path(), id: 'y', status: 'running' })).toContain('once this run has ended');
    port.say({ type: 'runs', runs: [] });
    port.say({ type: 'data', data: [{ state: 'refused', fraction: null, problem: 'No such file.', info: null }] });
    await settled();
    expect(element.querySelector('.picture-empty')!.textContent).toBe('No such file.');
  });

  it('shows the refusal of whoever was asked', async () => {
    await open(path());
    port.say({ type: 'reply', request: port.of('apply')[0].request, error: 'The data were not loaded.' });
    await settled();
    expect(element.querySelector('.picture-empty')!.textContent).toBe('The data were not loaded.');
  });
});
