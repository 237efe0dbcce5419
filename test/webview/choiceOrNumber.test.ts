import * as l10n from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import './browserGaps';
import '../../webview/experiment/panel';
import { applyChanges, editText } from '../../src/format/edits';
import { parseExperiment } from '../../src/format/parse';
import { labDocument as hostDocument } from '../../src/host/editor/labDocument';
import type { ExperimentPanel } from '../../webview/experiment/panel';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init } from './fixtures';

interface List extends HTMLElement { label: string; value: string }

let panel: ExperimentPanel | undefined;

afterEach(() => {
  panel?.remove();
  panel = undefined;
});

const file = (data: string, loss = 'meanSquaredError', training = '{}') => `{
  "gdexp": 1,
  "data": { "generate": "linear", "samples": 40${data} },
  "model": { "layers": [{ "type": "dense", "units": 1${loss === 'binaryCrossentropy' ? ', "activation": "sigmoid"' : ''} }] },
  "loss": "${loss}", "training": ${training},
  "optimizers": [{ "type": "sgd", "label": "SGD", "learningRate": 0.1 }]
}`;

/** The panel of a file as the host tells of it, and what the file says after each edit. */
async function open(text: string) {
  const port = new RecordingPort();
  const parsed = parseExperiment(text);
  expect(parsed.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  init(port, [], hostDocument({ parsed, lastGood: null, version: 1, fileName: 'a.gdexp', language: 'en', editable: true }));
  panel = document.createElement('gdexp-experiment') as ExperimentPanel;
  panel.store = new PageStore(port);
  init(port, [], hostDocument({ parsed, lastGood: null, version: 1, fileName: 'a.gdexp', language: 'en', editable: true }));
  document.body.append(panel);
  for (let i = 0; i < 4; i++) {
    await panel.updateComplete;
    await Promise.all([...panel.querySelectorAll('*')].map((element) => ('updateComplete' in element ? element.updateComplete : null)));
  }
  const lists = [...panel.querySelectorAll<List>('vscode-single-select')];
  const boxes = [...panel.querySelectorAll<List>('vscode-textfield')];
  return {
    list: (name: string) => lists.find(({ label }) => label === name),
    box: (name: string) => boxes.find(({ label }) => label === name),
    choices: (name: string) => [...lists.find(({ label }) => label === name)!.querySelectorAll('vscode-option')].map((option) => option.textContent),
    chosen: (name: string) => [...lists.find(({ label }) => label === name)!.querySelectorAll('vscode-option')].filter((option) => option.hasAttribute('selected')).map((option) => option.textContent),
    after: (): Record<string, Record<string, unknown>> => parseExperiment(applyChanges(text, editText(text, port.of('edit').at(-1)!.edits))).value as Record<string, Record<string, unknown>>,
    choose(name: string, value: string) {
      const list = this.list(name)!;
      // happy-dom tells a list nothing of its slotted options, so that its value can't be set.
      Object.defineProperty(list, 'value', { value, configurable: true });
      list.dispatchEvent(new Event('change', { bubbles: true }));
    },
    type(name: string, value: string) {
      const box = this.box(name)!;
      box.value = value;
      box.dispatchEvent(new Event('input', { bubbles: true }));
      box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    },
  };
}

describe('the scale of the data', () => {
  it('is chosen from a list with a name, and has no box for a number before one is wanted', async () => {
    const page = await open(file(''));
    expect(page.chosen('Scale')).toEqual(['None']);
    expect(page.choices('Scale')).toEqual(['None', 'Standardize', 'Min–max (0 to 1)', 'By a factor']);
    expect(page.box('Scale: factor')).toBeUndefined();
    page.choose('Scale', 'standardize');
    expect(page.after().data.scale).toBe('standardize');
    page.choose('Scale', '#');
    expect(page.after().data.scale, 'the factor that changes nothing').toBe(1);
  });

  it('by a factor has a box of its own, and goes back to a name', async () => {
    const page = await open(file(', "scale": 0.0625'));
    expect(page.chosen('Scale')).toEqual(['By a factor']);
    expect(page.box('Scale: factor')!.value).toBe('0.0625');
    page.type('Scale: factor', '1/16');
    expect(() => page.after(), 'no number').toThrow();
    page.type('Scale: factor', '0.5');
    expect(page.after().data.scale).toBe(0.5);
    page.choose('Scale', 'minMax');
    expect(page.after().data.scale).toBe('minMax');
  });

  it('of the target is offered where the target is of numbers', async () => {
    const page = await open(file(''));
    page.choose('Target scale', 'standardize');
    expect(page.after().data.scaleTarget).toBe('standardize');
    panel!.remove();
    expect((await open(file('', 'binaryCrossentropy').replace('linear', 'moons'))).list('Target scale')).toBeUndefined();
  });

  it('is in the language of the page', async () => {
    l10n.config({ contents: readFileSync('l10n/bundle.l10n.ko.json', 'utf8') });
    try {
      const page = await open(file(', "scale": 2'));
      expect(page.choices('스케일')).toEqual(['없음', '표준화', '최소–최대 (0~1)', '배율']);
      expect(page.box('스케일: 배율 값')!.value).toBe('2');
    } finally {
      l10n.config({ contents: {} });
    }
  });
});

it('a batch is of all rows or of so many', async () => {
  const page = await open(file('', 'meanSquaredError', '{ "batchSize": "full" }'));
  expect(page.chosen('Batch size')).toEqual(['All rows']);
  expect(page.choices('Batch size')).toEqual(['All rows', 'So many rows']);
  page.choose('Batch size', '#');
  expect(page.after().training.batchSize).toBe(32);
  panel!.remove();
  const numbered = await open(file('', 'meanSquaredError', '{ "batchSize": 20 }'));
  numbered.type('Batch size: rows', '0');
  expect(() => numbered.after(), 'at least one').toThrow();
  numbered.type('Batch size: rows', '10');
  expect(numbered.after().training.batchSize).toBe(10);
  numbered.choose('Batch size', 'full');
  expect(numbered.after().training.batchSize).toBe('full');
});
