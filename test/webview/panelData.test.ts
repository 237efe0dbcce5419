import { describe, expect, it } from 'vitest';
import type { LabData } from '../../src/protocol/lab';
import type { ApplyRequest, ApplyResult, DataInfo } from '../../src/protocol/networks';
import './browserGaps';
import '../../webview/panels/data';
import { determination } from '../../webview/panels/dataPredicted';
import { fitRange } from '../../webview/panels/dataFit';
import { tellingColumns, valueSpan } from '../../webview/panels/dataSurface';
import { init } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';
import { element, port, put, store } from './stage';

const column = (name: string) => ({ name, minimum: 0, maximum: 4, mean: 1.5, deviation: 1.25 });

function info(change: Partial<DataInfo> = {}): DataInfo {
  return {
    rows: { training: 4, validation: 2, test: 0 }, shape: [2], features: [column('length'), column('width')], targets: 1, sparse: false,
    classes: [{ name: 'red', training: 3, validation: 1, test: 0 }, { name: 'blue', training: 1, validation: 1, test: 0 }], ...change,
  };
}

async function show(data: Partial<LabData>, run = true, model = labModel()): Promise<void> {
  init(port, run ? [networkRun('0/0'), networkRun('0/1', { id: 'b' })] : [], networkDocument({}, model));
  port.say({ type: 'data', data: [{ state: 'ready', fraction: null, problem: '', info: info(), ...data }] });
  put('gdexp-data');
  await settle();
}

async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await element.updateComplete;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const text = (selector = '*') => (selector === '*' ? element.textContent! : element.querySelector(selector)?.textContent ?? '').replace(/\s+/g, ' ').trim();
const asked = (kind: ApplyRequest['kind']) => port.of('apply').filter(({ what }) => what.kind === kind);

/** Two rows a part: the first is right, the second is told wrong, by a network that says class 0 with 0.8. */
function answer(what: ApplyRequest): ApplyResult {
  switch (what.kind) {
    case 'rows': return { kind: 'rows', total: what.part === 'training' ? 4 : 2, count: 2, inputs: Float64Array.of(1, 2, 3.25, 4), features: 2, targets: Float64Array.of(0, 1), outputs: Float64Array.of(0.2, 0.2), width: 1 };
    case 'confusion': return { kind: 'confusion', classes: ['red', 'blue'], counts: Float64Array.of(6, 2, 1, 3) };
    case 'surface': return { kind: 'surface', outputs: 1, values: new Float64Array(what.width * (what.second === null ? 1 : what.height)).fill(0.2) };
    default: throw new Error(what.kind);
  }
}

async function answerAll(): Promise<void> {
  for (const message of port.of('apply')) port.say({ type: 'reply', request: message.request, network: answer(message.what) });
  await settle();
}

async function view(name: string): Promise<void> {
  element.querySelector<HTMLButtonElement>(`[data-view=${name}]`)!.click();
  await settle();
}

describe('the data', () => {
  it('say how far they are read, what is wrong with them, and what to do', async () => {
    await show({ state: 'loading', fraction: 0.25, info: null });
    expect(text()).toContain('25 %');
    expect(element.querySelector('progress')!.value).toBe(0.25);
    port.say({ type: 'data', data: [{ state: 'refused', fraction: null, problem: 'Line 3 has 4 cells.', info: null }] });
    await settle();
    expect(text('.data-refused')).toBe('Line 3 has 4 cells.');
    element.remove();
    await show({}, false);
    expect(text('.picture-empty')).toContain('Run the experiment');
    expect(asked('surface')).toHaveLength(0);
  });

  it('name the selected series and the sizes of the parts', async () => {
    await show({});
    expect(text('.data-series')).toBe('SGD');
    expect(text('.picture-subtitle')).toBe('moons, 40 rows · training 4 · validation 2');
    store.select('0/1');
    await settle();
    expect(text('.data-series')).toBe('NAG');
  });

  it('have the views that fit them', async () => {
    const views = () => [...element.querySelectorAll('.view')].map((one) => one.getAttribute('data-view'));
    await show({});
    expect(views()).toEqual(['surface', 'confusion', 'rows', 'columns']);
    port.say({ type: 'data', data: [{ state: 'ready', fraction: null, problem: '', info: info({ features: [column('x'), column('x²'), column('x³')], shape: [3], classes: null }) }] });
    await settle();
    expect(views()).toEqual(['fit', 'predicted', 'rows', 'columns']);
    port.say({ type: 'data', data: [{ state: 'ready', fraction: null, problem: '', info: info({ features: [], shape: [8, 8, 1] }) }] });
    await settle();
    expect(views()).toEqual(['pictures', 'confusion', 'columns']);
  });
});

describe('the decision surface', () => {
  it('asks for the surface and all parts at the scrubbed step, and says how many rows are wrong', async () => {
    await show({});
    expect(asked('surface')[0]).toMatchObject({ run: networkRun('0/0').id, step: null, what: { first: 0, second: 1, x: [-0.32, 4.32] } });
    expect(asked('rows').map(({ what }) => what.kind === 'rows' && what.part)).toEqual(['training', 'validation']);
    await answerAll();
    expect(text('.data-legend')).toContain('2 wrong');
    expect(text('.data-legend')).toContain('red');
    expect(element.summary()).toContain('2 rows are told wrong');
  });

  it('asks anew only for the last place of the timeline, and keeps the picture until then', async () => {
    await show({});
    await answerAll();
    for (const step of [3, 5, 7, 9]) store.setStep(step);
    await settle();
    expect(asked('surface').map(({ step }) => step)).toEqual([null, 9]);
    store.setStep(11);
    store.setStep(12);
    await settle();
    expect(asked('surface')).toHaveLength(2);
    expect(element.querySelector('.data-plane')).not.toBeNull();
    await answerAll();
    expect(asked('surface').map(({ step }) => step)).toEqual([null, 9, 12]);
  });

  it('offers two of many columns', async () => {
    await show({ info: info({ features: ['a', 'b', 'c'].map(column), shape: [3] }) });
    const [across, up] = element.querySelectorAll('select');
    expect([...across.options].map((option) => option.textContent)).toEqual(['a', 'b', 'c']);
    expect(asked('surface')).toHaveLength(0);
    await answerAll();
    await answerAll();
    expect(asked('surface')).toHaveLength(1);
    up.value = '2';
    up.dispatchEvent(new Event('change'));
    await settle();
    expect(asked('surface').at(-1)).toMatchObject({ what: { first: 0, second: 2 } });
  });

  it('keeps the picture when the experiment is run again, until the new weights are there', async () => {
    await show({});
    await answerAll();
    const fresh = { ...networkRun('0/0'), status: 'running' as const, record: null, steps: 0, seconds: null };
    port.say({ type: 'runs', runs: [fresh] });
    await settle();
    for (const { request } of port.of('apply').slice(-3)) port.say({ type: 'reply', request, error: 'No weights of this run are kept.' });
    await settle();
    expect(element.querySelector('.data-plane')).not.toBeNull();
    expect(element.querySelector('.picture-empty')).toBeNull();
  });

  it('says what a network refused', async () => {
    await show({});
    for (const { request } of port.of('apply')) port.say({ type: 'reply', request, error: 'No weights of this run are kept.' });
    await settle();
    expect(text('.picture-empty')).toBe('No weights of this run are kept.');
  });
});

describe('columns that tell most', () => {
  const points = (inputs: number[], targets: number[]) => [{ part: 'training' as const, rows: { kind: 'rows' as const, total: 4, count: 4, inputs: Float64Array.from(inputs), features: 3, targets: Float64Array.from(targets), outputs: new Float64Array(4), width: 1 } }];

  it('are those whose value goes with the target', () => {
    // The first column is constant, the second the target itself, the third its square.
    expect(tellingColumns(points([7, 1, 1, 7, 2, 4, 7, 3, 9, 7, 4, 16], [1, 2, 3, 4]), 3, false)).toEqual([1, 2]);
    // Classes 0 and 1: the means of the first and the third column differ, those of the second do not.
    expect(tellingColumns(points([0, 1, 5, 0, 2, 6, 9, 1, 7, 9, 2, 8], [0, 0, 1, 1]), 3, true)).toEqual([0, 2]);
    // The second column is one less the first and tells as much; the third tells less, and something of its own.
    expect(tellingColumns(points([0, 1, 3, 0, 1, 5, 1, 0, 4, 1, 0, 6], [0, 0, 1, 1]), 3, true)).toEqual([0, 2]);
  });
});

describe('the range of a picture', () => {
  const rows = { kind: 'rows' as const, total: 2, count: 2, inputs: new Float64Array(2), features: 1, targets: Float64Array.of(0, 10), outputs: new Float64Array(2), width: 1 };
  const points = [{ part: 'training' as const, rows }];

  it('is that of the rows and a little of what runs away from them', () => {
    // A fifth of the rows' range of 10 to either side, then 6 % of 14 as a margin.
    const curve = { name: 'a', series: 0, selected: true, values: Float64Array.of(-3, -50, -1e9, 5, 1e9, 70) };
    const [low, high] = fitRange({ name: 'x', x: [0, 1], curves: [curve], points, classes: null });
    expect(low).toBeCloseTo(-2 - 0.84, 12);
    expect(high).toBeCloseTo(12 + 0.84, 12);
    const surface = { names: ['a', 'b'] as const, columns: [0, 1] as const, x: [0, 1] as const, y: [0, 1] as const, width: 2, height: 2, outputs: 1, values: Float64Array.of(-1e6, -2e6, 4, 1e6), points, classes: null, loss: 'meanSquaredError' };
    expect(valueSpan(surface)).toEqual([-5, 15]);
  });
});

describe('predictions and true values', () => {
  it('are scored by R²', async () => {
    // Errors 0, 1, −1, 0 and deviations −1.5 … 1.5 of the targets 1 … 4: 1 − 2/5.
    expect(determination({ kind: 'rows', total: 4, count: 4, inputs: new Float64Array(4), features: 1, targets: Float64Array.of(1, 2, 3, 4), outputs: Float64Array.of(1, 1, 4, 4), width: 1 })).toBeCloseTo(0.6, 12);
    await show({ info: info({ classes: null }) });
    await view('predicted');
    await answerAll();
    // Targets 0 and 1, both said to be 0.2: 1 − 0.68/0.5.
    expect(text('.data-legend')).toContain('training R² −0.36');
    expect(element.summary()).toContain('validation R² −0.36');
  });
});

describe('the tables', () => {
  it('of what was taken for what are read by keyboard, with shares of each class', async () => {
    await show({});
    await view('confusion');
    await answerAll();
    expect(text('.confusion-about')).toContain('75 % of the validation rows');
    expect([...element.querySelectorAll('.confusion tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent!.trim()))).toEqual([['red', '6', '2', '75 %'], ['blue', '1', '3', '75 %']]);
    expect(element.querySelector('.table-scroll')!.getAttribute('tabindex')).toBe('0');
    expect(element.querySelectorAll('.heat.is-wrong')).toHaveLength(2);
    expect(element.summary()).toContain('75 %');
  });

  it('of rows have the numbers of the file, and mark what is wrong in words', async () => {
    await show({});
    await view('rows');
    await answerAll();
    expect([...element.querySelectorAll('.facts-table thead th')].map((cell) => cell.textContent)).toEqual(['Row', 'length', 'width', 'Target', 'Prediction']);
    expect([...element.querySelectorAll('.facts-table tbody tr')[1].children].map((cell) => cell.textContent!.trim())).toEqual(['2', '3.25', '4', 'blue', 'wrong: red 80 %']);
    expect(text('.pager')).toBe('1–2 of 2');
  });

  it('of columns have ranges and balance without a run', async () => {
    await show({}, false);
    await view('columns');
    expect(text('.data-section:last-child tbody tr')).toBe('length01.541.25');
    expect([...element.querySelectorAll('.balance li')].map((one) => one.getAttribute('aria-label'))).toEqual(['red: training 3, validation 1', 'blue: training 1, validation 1']);
    expect(port.of('apply')).toHaveLength(0);
  });
});
