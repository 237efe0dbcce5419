import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabDocument, LabRun } from '../../src/protocol/lab';
import './browserGaps';
import '../../webview/labPage';
import type { LabPage } from '../../webview/labPage';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init, labDocument, labRun } from './fixtures';

let port: RecordingPort;
let store: PageStore;
let page: LabPage;

beforeEach(() => {
  port = new RecordingPort();
  store = new PageStore(port);
});
afterEach(() => page.remove());

async function open(document: LabDocument = labDocument(), runs: readonly LabRun[] = [labRun('0/0', { label: 'SGD' }), labRun('0/1', { label: 'NAG', steps: 12, loss: 1e-9 }), labRun('0/2', { label: 'Adam', loss: NaN })]): Promise<void> {
  init(port, runs, document);
  page = globalThis.document.createElement('gdexp-lab') as LabPage;
  page.store = store;
  globalThis.document.body.append(page);
  await settle();
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await Promise.all([...page.querySelectorAll<HTMLElement & { updateComplete?: Promise<unknown> }>('*')].map((element) => element.updateComplete));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const button = (label: string) => [...page.querySelectorAll<HTMLButtonElement>('button')].find((each) => (each.getAttribute('aria-label') ?? each.textContent!.trim()) === label);
const lastEdits = () => port.of('edit').at(-1)?.edits;

/** The value field with this name, as if a person had typed into it. */
async function type(label: string, text: string, leave: 'Enter' | 'Escape' = 'Enter'): Promise<HTMLElement> {
  const field = [...page.querySelectorAll<HTMLElement & { label: string; value: string }>('vscode-textfield')].find((each) => each.label === label)!;
  expect(field, label).toBeDefined();
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent('keydown', { key: leave, bubbles: true }));
  await settle();
  return field;
}

describe('every control', () => {
  it('has a name', async () => {
    await open();
    for (const element of page.querySelectorAll<HTMLElement>('button, input')) {
      const name = element.getAttribute('aria-label') ?? element.textContent!.trim();
      expect(name, element.outerHTML.slice(0, 200)).not.toBe('');
    }
    for (const element of page.querySelectorAll<HTMLElement & { label?: string }>('vscode-textfield, vscode-single-select')) expect(element.label, element.outerHTML.slice(0, 200)).toBeTruthy();
  });

  it('of a read-only document is disabled, with the reason', async () => {
    await open(labDocument({ editable: false }));
    expect(page.textContent).toContain('Read-only');
    for (const element of page.querySelectorAll<HTMLElement & { disabled: boolean }>('gdexp-experiment vscode-textfield, gdexp-experiment vscode-single-select, gdexp-experiment input[type=range]')) expect(element.disabled, element.outerHTML.slice(0, 120)).toBe(true);
    expect(button('Edit the formula')).toBeUndefined();
  });
});

describe('an edit', () => {
  it('of a coordinate writes the start', async () => {
    await open();
    await type('Start in x', '−0.5');
    expect(lastEdits()).toEqual([{ path: '/objective/start', value: { x: -0.5, y: 1 } }]);
  });

  it('is not sent for what is no number, nor after Escape, nor when nothing changed', async () => {
    await open();
    const field = await type('Start in x', 'abc');
    expect(page.querySelector('.field-error')?.textContent).toContain('Write a number');
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    await type('Seed', '7', 'Escape');
    await type('Seed', '42');
    expect(port.of('edit')).toEqual([]);
  });

  it('respects the bounds of a field', async () => {
    await open();
    await type('Steps', '0');
    expect(page.querySelector('.field-error')?.textContent).toContain('At least 1.');
    await type('Steps', '2.5');
    expect(page.querySelector('.field-error')?.textContent).toContain('whole');
    await type('Steps', '2500');
    expect(port.of('edit').map((message) => message.edits)).toEqual([[{ path: '/stop/steps', value: 2500 }]]);
  });

  it('goes back to a default by removing the value', async () => {
    await open();
    button('Back to the default: Diagnostics')!.click();
    expect(lastEdits()).toEqual([{ path: '/diagnostics/tier', value: undefined }]);
  });

  it('duplicates, deletes and adds optimizers', async () => {
    await open();
    button('Delete NAG')!.click();
    expect(lastEdits()).toEqual([{ path: '/optimizers/1', value: undefined }]);
    button('Duplicate SGD')!.click();
    expect(lastEdits()).toEqual([{ path: '/optimizers/-', value: { type: 'sgd', learningRate: 0.01, label: 'SGD 2' } }]);
    const menu = page.querySelector<HTMLElement & { items: readonly { label: string; run(): void }[] }>('.add-optimizer')!;
    menu.items.find((item) => item.label === 'Lion')!.run();
    expect(lastEdits(), 'by its proper name, which the legend shows').toEqual([{ path: '/optimizers/-', value: { type: 'lion', label: 'Lion' } }]);
    menu.items.find((item) => item.label === 'Adam')!.run();
    expect(lastEdits(), 'one is called so already').toEqual([{ path: '/optimizers/-', value: { type: 'adam', label: 'Adam 2' } }]);
  });

  it('that adds an optimizer selects it once the file has it', async () => {
    await open();
    button('Duplicate SGD')!.click();
    const three = labDocument();
    port.say({ type: 'document', document: three });
    expect(store.selected).toBe('0/0');
    port.say({ type: 'document', document: { ...three, series: [...three.series, { ...three.series[0], key: '0/3', index: 3, optimizerIndex: 3, label: 'SGD 2' }] } });
    expect(store.selected).toBe('0/3');
  });

  it('that a variant sets says whose it is', async () => {
    const settings = [{ path: '/variants/1/set/~1stop~1gradientNorm', name: 'gradientNorm', label: '‖∇f‖ below', help: 'When it has converged.', control: 'number' as const, value: 0.1, isDefault: false }];
    await open(labDocument({ variants: ['coarse', 'fine'], settings }));
    expect([...page.querySelectorAll<HTMLElement & { text: string }>('.field-label gdexp-term')].map(({ text }) => text)).toContain('When it has converged. Set by each variant; this is that of “fine”.');
  });

  it('never removes the last optimizer', async () => {
    await open(labDocument({ series: labDocument().series.slice(0, 1) }));
    expect(button('An experiment needs at least one optimizer')!.disabled).toBe(true);
  });

  it('of a remedy writes its place and value', async () => {
    await open();
    page.querySelector<HTMLButtonElement>('.remedy .link-button')!.click();
    expect(lastEdits()).toEqual([{ path: '/optimizers/0/momentum', value: 0.9 }]);
  });

  it('of a remedy that concerns several places is one edit', async () => {
    const also = [{ path: '/model/initializer', value: 'heNormal' }, { path: '/model/layers/0/initializer', value: undefined }];
    const remedies = [{ text: 'Use relu', path: '/model/layers/0/activation', value: 'relu', also }];
    await open(labDocument(), [labRun('0/0', { label: 'SGD', verdict: { kind: 'vanishingGradients', title: 'Vanishing gradients', text: 'It hardly learns.', severity: 'warning', evidence: {}, remedies } })]);
    page.querySelector<HTMLButtonElement>('.remedy .link-button')!.click();
    expect(lastEdits()).toEqual([{ path: '/model/layers/0/activation', value: 'relu' }, ...also]);
  });
});

it('a formula says while it is typed from where on it can’t be read', async () => {
  await open();
  button('Edit the formula')!.click();
  await settle();
  const field = await type('Formula', 'x^2 + )', 'Escape');
  expect(field.isConnected).toBe(false);
  button('Edit the formula')!.click();
  await settle();
  const again = [...page.querySelectorAll<HTMLElement & { label: string; value: string }>('vscode-textfield')].find((each) => each.label === 'Formula')!;
  again.value = 'x^2 + *y';
  again.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
  expect(page.querySelector('.field-error')?.textContent).toContain('*y');
  again.value = 'x^2 + w^2';
  again.dispatchEvent(new Event('input', { bubbles: true }));
  await vi.waitFor(() => expect(port.of('preview')).toHaveLength(1));
  const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
  again.dispatchEvent(enter);
  expect(lastEdits()).toContainEqual({ path: '/objective/start', value: { x: -1.2, w: 1 } });
  // The key must not go on to press the button that then has the focus, and open the field again.
  expect(enter.defaultPrevented).toBe(true);
});

it('a built-in of too many variables to be written out is not offered as a formula', async () => {
  const objective = { ...labDocument().objective!, expression: 'Σ (1 − xᵢ)² + 100(xᵢ₊₁ − xᵢ²)²' };
  await open(labDocument({ objective }));
  expect(button('Edit the formula')).toBeUndefined();
  expect(page.querySelector('gdexp-objective')!.textContent).not.toContain('Custom formula');
});

it('a drag previews and its release is one edit', async () => {
  await open();
  const slider = page.querySelector<HTMLInputElement>('gdexp-rate input[type=range]')!;
  for (const position of ['-1.9', '-1.5', '-1']) {
    slider.value = position;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }
  await vi.waitFor(() => expect(port.of('preview')).toHaveLength(1));
  expect(port.of('preview')[0].edits).toEqual([{ path: '/optimizers/0/learningRate', value: 0.1 }]);
  expect(port.of('edit')).toHaveLength(0);
  slider.dispatchEvent(new Event('change', { bubbles: true }));
  slider.dispatchEvent(new Event('blur'));
  await settle();
  expect(port.of('edit').map((message) => message.edits)).toEqual([[{ path: '/optimizers/0/learningRate', value: 0.1 }]]);
  expect(port.of('preview').at(-1)!.edits).toBeNull();
  expect(slider.getAttribute('aria-valuetext')).toBe('0.1');
});

it('keys move a rate and let go of it once', async () => {
  await open();
  const slider = page.querySelector<HTMLInputElement>('gdexp-rate input[type=range]')!;
  for (let press = 0; press < 3; press++) slider.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }));
  slider.dispatchEvent(new KeyboardEvent('keyup', { key: 'ArrowRight', bubbles: true }));
  await settle();
  expect(port.of('edit')).toHaveLength(1);
  expect(lastEdits()![0].value).toBeGreaterThan(0.012);
});

describe('results', () => {
  it('sort and say how', async () => {
    await open();
    const header = () => page.querySelector('th.column-loss')!;
    const labels = () => [...page.querySelectorAll('tbody .row-name')].map((cell) => cell.textContent);
    expect(header().getAttribute('aria-sort')).toBe('none');
    header().querySelector('button')!.click();
    await settle();
    expect([header().getAttribute('aria-sort'), labels()]).toEqual(['ascending', ['NAG', 'SGD', 'Adam']]);
    header().querySelector('button')!.click();
    await settle();
    expect([header().getAttribute('aria-sort'), labels()]).toEqual(['descending', ['SGD', 'NAG', 'Adam']]);
  });

  it('share one selection with the panel', async () => {
    await open();
    [...page.querySelectorAll<HTMLElement>('tbody tr')][1].click();
    await settle();
    expect(store.selected).toBe('0/1');
    expect(page.querySelector('.optimizer.is-selected .optimizer-label')?.textContent).toBe('NAG');
  });

  it('show a long sentence whole in the row that was chosen', async () => {
    await open();
    const unfolded = () => [...page.querySelectorAll<HTMLElement>('tbody tr.is-unfolded .row-name')].map((cell) => cell.textContent);
    expect(unfolded()).toEqual([]);
    expect(page.querySelector<HTMLElement>('.verdict-words')!.title).toContain('It still fell.');
    [...page.querySelectorAll<HTMLElement>('tbody tr')][1].click();
    await settle();
    expect(unfolded()).toEqual(['NAG']);
    page.querySelectorAll<HTMLElement>('tbody .row-label')[2].dispatchEvent(new FocusEvent('focus'));
    await settle();
    expect(unfolded()).toEqual(['Adam']);
  });

  it('that are stale say so and run again', async () => {
    await open(labDocument(), [labRun('0/0', { stale: true })]);
    button('Run again')!.click();
    expect(port.of('run')).toEqual([{ type: 'run', seriesKeys: null }]);
  });

  it('are announced when a run ends', async () => {
    await open(labDocument(), [labRun('0/0', { label: 'SGD', status: 'running', verdict: null })]);
    port.say({ type: 'run', runs: [labRun('0/0', { label: 'SGD' })] });
    await settle();
    expect(page.querySelector('[aria-live]')?.textContent).toContain('SGD: Still descending. It still fell.');
  });
});

describe('the timeline', () => {
  it('steps and plays by keys', async () => {
    await open();
    const range = page.querySelector<HTMLInputElement>('.timeline input[type=range]')!;
    store.setStep(5);
    range.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }));
    expect(store.step).toBe(6);
    range.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true }));
    expect(store.playing).toBe(true);
    range.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true, shiftKey: true }));
    expect([store.step, store.playing]).toEqual([0, false]);
    await settle();
    expect(range.getAttribute('aria-valuetext')).toBe('Step 0 of 20');
  });
});

it('a mark of a run’s end brings the timeline there', async () => {
  await open();
  const end = page.querySelector<HTMLElement>('.run-end')!;
  expect(end.title).toBe('NAG ended at step 12');
  end.click();
  expect(store.step).toBe(12);
});

describe('a long description', () => {
  const height = vi.spyOn(Element.prototype, 'scrollHeight', 'get');
  afterEach(() => height.mockReset());

  it('is folded behind a link', async () => {
    height.mockReturnValue(400);
    await open(labDocument({ description: 'Long. '.repeat(200) }));
    expect(page.querySelector('.about.is-folded')).not.toBeNull();
    button('More')!.click();
    await settle();
    expect(page.querySelector('.about.is-folded')).toBeNull();
    expect(button('Less')!.getAttribute('aria-expanded')).toBe('true');
    button('Less')!.click();
    await settle();
    expect(page.querySelector('.about.is-folded')).not.toBeNull();
  });

  it('that fits is shown whole', async () => {
    height.mockReturnValue(126);
    await open(labDocument({ description: 'Short.' }));
    expect([page.querySelector('.about.is-folded'), button('More')]).toEqual([null, undefined]);
  });
});

describe('states', () => {
  it('an empty file offers to start', async () => {
    await open(labDocument({ empty: true, valid: false, kind: null, objective: null, series: [] }), []);
    page.querySelector<HTMLButtonElement>('.starter')!.click();
    expect(lastEdits()![0]).toMatchObject({ path: '', value: { gdexp: 1 } });
  });

  it('a broken file keeps its last picture, lists errors and opens the place', async () => {
    await open(labDocument({ valid: false, problems: [{ severity: 'error', message: 'Unknown key “lr”.', path: '/optimizers/0', line: 9, column: 23 }] }));
    expect(page.querySelector('.lab-body.is-greyed')).not.toBeNull();
    expect(page.querySelector('.problems')?.textContent).toContain('Unknown key “lr”.');
    button('9:23')!.click();
    expect(port.of('openSource')).toEqual([{ type: 'openSource', path: '/optimizers/0' }]);
  });

  it('a warning of a valid file stands in the panel with its place', async () => {
    await open(labDocument({ problems: [{ severity: 'warning', message: 'The minimum lies outside the view.', path: '/objective/minimum', line: 6, column: 5 }] }));
    expect(page.querySelector('.panel')?.textContent).toContain('The minimum lies outside the view.');
    button('6:5')!.click();
    expect(port.of('openSource').at(-1)).toEqual({ type: 'openSource', path: '/objective/minimum' });
  });

  it('a refused experiment says why in its own words', async () => {
    await open(labDocument({ kind: 'model', objective: null, refusal: 'Networks come later.' }), []);
    expect(page.querySelector('main')?.textContent).toContain('Networks come later.');
    expect(page.querySelector<HTMLElement & { disabled: boolean }>('.run-all')!.disabled).toBe(true);
  });

  it('text from a file stays text', async () => {
    await open(labDocument({ title: '<img src=x onerror=alert(1)>', description: '<script>alert(1)</script> **bold** [link](javascript:alert(1)) [web](https://example.org)' }));
    expect(page.querySelector('img, script, a[href^="javascript"]')).toBeNull();
    expect(page.querySelector('.about strong')?.textContent).toBe('bold');
    expect(page.querySelector('.about a')?.getAttribute('href')).toBe('https://example.org');
  });
});
