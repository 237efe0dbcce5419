import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import './browserGaps';
import '../../webview/experiment/panel';
import { applyChanges, editText } from '../../src/format/edits';
import { parseExperiment } from '../../src/format/parse';
import { labDocument as hostDocument } from '../../src/host/editor/labDocument';
import type { LabModel } from '../../src/protocol/lab';
import { addLayer, deleteLayer, duplicateLayer, layerList, moveLayer } from '../../webview/experiment/layerEdits';
import { fieldsUnder } from '../../webview/experiment/networkSections';
import type { ExperimentPanel } from '../../webview/experiment/panel';
import type { PointerEdit } from '../../webview/state/edit';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init } from './fixtures';
import { networkDocument } from './networkFixtures';

const TEXT = `{
  "gdexp": 1,
  "data": { "generate": "moons", "samples": 100, "validation": 0.2 },
  "model": {
    "layers": [
      { "type": "dense", "units": 12, "activation": "tanh", "name": "first" }, // sees the features
      { "type": "dropout", "rate": 0.1 },
      { "type": "dense", "units": 1, "activation": "sigmoid" }
    ]
  },
  "loss": "binaryCrossentropy",
  "optimizers": [{ "type": "adam", "learningRate": 0.01 }],
  "regularization": { "l2": 1e-4 },
  "stop": { "patience": 5 }
}`;

const shown = (text: string) => hostDocument({ parsed: parseExperiment(text), lastGood: null, version: 1, fileName: 'a.gdexp', language: 'en', editable: true });
const edited = (text: string, edits: readonly PointerEdit[]) => applyChanges(text, editText(text, edits));
const layers = (text: string) => {
  const parsed = parseExperiment(text);
  expect(parsed.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return (parsed.value as { model: { layers: { type: string; units?: number; name?: string }[] } }).model.layers.map((layer) => [layer.type, layer.units, layer.name].filter((part) => part !== undefined).join(' '));
};

describe('edits of the layers, on a file', () => {
  let model: LabModel;
  beforeEach(() => {
    model = shown(TEXT).model!;
  });

  it('put a new layer before the last one, so that the output stays', () => {
    for (const type of model.layerTypes.filter((one) => !/2d|1d|flatten/.test(one))) {
      const next = layers(edited(TEXT, addLayer(model, type)));
      expect(next).toHaveLength(4);
      expect(next[2].split(' ')[0]).toBe(type);
      expect(next[3]).toBe('dense 1');
    }
  });

  it('move a layer and leave what the others say', () => {
    expect(layers(edited(TEXT, moveLayer(model, 0, 1)))).toEqual(['dropout', 'dense 12 first', 'dense 1']);
    expect(layers(edited(TEXT, moveLayer(model, 1, 0)))).toEqual(['dropout', 'dense 12 first', 'dense 1']);
    expect(moveLayer(model, 1, 1)).toEqual([]);
    expect(moveLayer(model, 2, 3)).toEqual([]);
    expect(edited(TEXT, moveLayer(model, 0, 1))).toContain('// sees the features');
  });

  it('duplicate a layer behind itself, without the name that only one may have', () => {
    expect(layers(edited(TEXT, duplicateLayer(model, 0)))).toEqual(['dense 12 first', 'dense 12', 'dropout', 'dense 1']);
    expect(layers(edited(TEXT, duplicateLayer(model, 2)))).toEqual(['dense 12 first', 'dropout', 'dense 1', 'dense 1']);
  });

  it('delete a layer', () => {
    expect(layers(edited(TEXT, deleteLayer(model.layers[1])))).toEqual(['dense 12 first', 'dense 1']);
  });

  it('leave layers alone that do not stand in one list', () => {
    const scattered = { ...model, layers: [model.layers[0], { ...model.layers[1], path: '/variants/0/set/~1model~1layers~11' }] };
    expect(layerList(scattered)).toBeNull();
    expect([addLayer(scattered, 'dense'), moveLayer(scattered, 0, 1), duplicateLayer(scattered, 0)]).toEqual([[], [], []]);
  });

  it('know which fields of the file belong to which part', () => {
    expect(fieldsUnder(model, 'data').map(({ name }) => name)).toContain('samples');
    expect(fieldsUnder(model, 'training').map(({ name }) => name)).toContain('epochs');
    expect(fieldsUnder(model, 'regularization').find(({ name }) => name === 'l2')!.value).toBe(1e-4);
    expect(fieldsUnder(model, 'stop').find(({ name }) => name === 'patience')!.value).toBe(5);
    expect((['data', 'training', 'regularization', 'stop'] as const).flatMap((part) => fieldsUnder(model, part))).toHaveLength(model.fields.length);
  });

  it('find fields that a variant writes', () => {
    const varied = shown(TEXT.replace('"stop"', '"variants": [{ "label": "short", "set": { "/training/epochs": 3, "/data/noise": 0.3 } }], "stop"')).model!;
    expect(fieldsUnder(varied, 'training').map(({ path }) => path)).toContain('/variants/0/set/~1training~1epochs');
    expect((['data', 'training', 'regularization', 'stop'] as const).flatMap((part) => fieldsUnder(varied, part))).toHaveLength(varied.fields.length);
  });
});

describe('the experiment panel of a network', () => {
  let port: RecordingPort;
  let panel: ExperimentPanel;
  const settled = async () => {
    for (let i = 0; i < 3; i++) {
      await panel.updateComplete;
      await Promise.all([...panel.querySelectorAll('*')].map((element) => ('updateComplete' in element ? element.updateComplete : null)));
    }
  };
  beforeEach(async () => {
    port = new RecordingPort();
    const store = new PageStore(port);
    init(port, [], networkDocument());
    panel = document.createElement('gdexp-experiment') as ExperimentPanel;
    panel.store = store;
    document.body.append(panel);
    await settled();
  });
  afterEach(() => panel.remove());
  const text = (selector: string) => [...panel.querySelectorAll(selector)].map((element) => element.textContent!.replace(/\s+/g, ' ').trim());

  it('lists the layers with shapes and parameters', () => {
    expect(text('.layer-label')).toEqual(['Dense 3, tanh', 'Dense 1, sigmoid']);
    expect(text('.layer .layer-numbers')).toEqual(['39', '14']);
    expect(text('.layers-total')).toEqual(['13 parameters']);
  });

  it('moves a layer by arrow keys', () => {
    panel.querySelectorAll('.layer-grip')[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    expect(port.of('edit')[0].edits).toEqual([
      { path: '/model/layers/0', value: { type: 'dense', units: 1, activation: 'sigmoid' } },
      { path: '/model/layers/1', value: { type: 'dense', units: 3, activation: 'tanh' } },
    ]);
    panel.querySelectorAll('.layer-grip')[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
    expect(port.of('edit')).toHaveLength(1);
  });

  it('shows the fields of a layer on demand', async () => {
    panel.querySelector<HTMLButtonElement>('.layer-label')!.click();
    await settled();
    expect(text('.layer-fields .field-label')).toEqual(['Type', 'Units', 'Activation']);
  });

  it('says how far the data are, and what is wrong with them', async () => {
    port.say({ type: 'data', data: [{ state: 'loading', fraction: 0.4, problem: '', info: null }] });
    await settled();
    expect(text('.data-state')).toEqual(['Reading the data: 40 %']);
    port.say({ type: 'data', data: [{ state: 'refused', fraction: null, problem: 'The file has no column "y". Name one of: a, b.', info: null }] });
    await settled();
    expect(text('.data-state')[0]).toContain('Name one of: a, b.');
    panel.querySelector<HTMLButtonElement>('.data-state .link-button')!.click();
    expect(port.of('openSource')[0].path).toBe('/data');
    port.say({ type: 'data', data: [{ state: 'ready', fraction: null, problem: '', info: { rows: { training: 80, validation: 20, test: 0 }, shape: [2], features: [], classes: [{ name: 'a', training: 1, validation: 1, test: 0 }, { name: 'b', training: 1, validation: 1, test: 0 }], targets: 1, sparse: false } }] });
    await settled();
    expect(text('.data-facts')).toEqual(['80 rows to train, 20 to validate · 2 features · 2 classes']);
    expect(text('.layer-end .layer-shape')).toEqual(['2']);
  });

  it('switches metrics on and off', () => {
    const button = (name: string) => [...panel.querySelectorAll<HTMLButtonElement>('.metric-choice')].find((one) => one.textContent === name)!;
    expect(button('accuracy').getAttribute('aria-pressed')).toBe('true');
    button('F1').click();
    button('accuracy').click();
    expect(port.of('edit').map(({ edits }) => edits)).toEqual([[{ path: '/metrics', value: ['accuracy', 'f1'] }], [{ path: '/metrics', value: [] }]]);
  });
});
