import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApplyRequest, ApplyResult, DataInfo } from '../../src/protocol/networks';
import './browserGaps';
import '../../webview/panels/data';
import { onlyTarget, targetOf, type Points } from '../../webview/panels/dataAnswers';
import { determination } from '../../webview/panels/dataPredicted';
import { PageStore } from '../../webview/state/store';
import type { LabPicture } from '../../webview/state/types';
import { RecordingPort, init } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';

let port: RecordingPort;
let element: LabPicture & { updateComplete: Promise<unknown> };

beforeEach(() => {
  port = new RecordingPort();
});
afterEach(() => element.remove());

const column = (name: string) => ({ name, minimum: 0, maximum: 4, mean: 1.5, deviation: 1.25 });
const info = (change: Partial<DataInfo>): DataInfo => ({ rows: { training: 3, validation: 0, test: 0 }, shape: [2], features: [column('a'), column('b')], targets: 2, sparse: false, classes: null, ...change });

/** Three rows of two targets: the first is told exactly, the second is always told 0. */
const ROWS = { kind: 'rows', total: 3, count: 3, inputs: Float64Array.of(1, 2, 3, 4, 0, 1), features: 2, targets: Float64Array.of(1, 10, 2, 20, 3, 30), outputs: Float64Array.of(1, 0, 2, 0, 3, 0), width: 2 } as const satisfies ApplyResult;

function answer(what: ApplyRequest): ApplyResult {
  switch (what.kind) {
    case 'rows': return ROWS;
    case 'surface': {
      const places = what.width * (what.second === null ? 1 : what.height);
      return { kind: 'surface', outputs: 2, values: Float64Array.from({ length: 2 * places }, (_, i) => (i % 2 === 0 ? 5 : 50)) };
    }
    default: throw new Error(what.kind);
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await element.updateComplete;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function show(of: DataInfo, reply: (what: ApplyRequest) => ApplyResult = answer): Promise<void> {
  const store = new PageStore(port);
  init(port, [networkRun('0/0'), networkRun('0/1', { id: 'b' })], networkDocument({}, labModel({ loss: 'meanSquaredError', classification: false })));
  port.say({ type: 'data', data: [{ state: 'ready', fraction: null, problem: '', info: of }, { state: 'ready', fraction: null, problem: '', info: of }] });
  element = document.createElement('gdexp-data') as typeof element;
  element.store = store;
  document.body.append(element);
  await settle();
  await answerAll(reply);
}

async function answerAll(reply: (what: ApplyRequest) => ApplyResult = answer): Promise<void> {
  for (const message of port.of('apply')) port.say({ type: 'reply', request: message.request, network: reply(message.what) });
  await settle();
}

async function view(name: string): Promise<void> {
  element.querySelector<HTMLButtonElement>(`[data-view=${name}]`)!.click();
  await settle();
  await answerAll();
}

const targetChoice = (): HTMLSelectElement | undefined => [...element.querySelectorAll('select')].find((each) => each.closest('label')?.textContent?.includes('Target'));
async function choose(value: string): Promise<void> {
  const select = targetChoice()!;
  select.value = value;
  select.dispatchEvent(new Event('change'));
  await settle();
  await answerAll();
}
const text = (selector: string): string => (element.querySelector(selector)?.textContent ?? '').replace(/\s+/g, ' ').trim();

describe('data with several targets', () => {
  it('let one be chosen, which is then drawn and told', async () => {
    await show(info({}));
    expect([...targetChoice()!.options].map((option) => option.textContent)).toEqual(['y1', 'y2']);
    await view('predicted');
    expect(text('.data-legend')).toContain('R² 1');
    await choose('1');
    // 10, 20, 30 told as 0: 1 − 1400/200.
    expect(text('.data-legend')).toContain('R² −6');
    expect(element.summary()).toContain('R² −6');
    await view('surface');
    expect(targetChoice()!.value).toBe('1');
    await view('rows');
    expect(targetChoice()).toBeUndefined();
    expect(element.querySelector('tbody tr')!.textContent!.replace(/\s+/g, ' ')).toContain('1, 10');
  });

  it('have a curve of each series over their only column', async () => {
    await show(info({ features: [column('a')], shape: [1] }), (what) => (what.kind === 'rows' ? { ...ROWS, inputs: Float64Array.of(1, 2, 3), features: 1 } : answer(what)));
    expect([...element.querySelectorAll('.data-legend .legend-class')].map((each) => each.textContent!.trim())).toEqual(['SGD', 'NAG']);
  });

  it('one target has no choice', async () => {
    await show(info({ targets: 1 }), (what) => (what.kind === 'rows' ? { ...ROWS, targets: Float64Array.of(1, 2, 3), outputs: Float64Array.of(1, 2, 3), width: 1 } : { kind: 'surface', outputs: 1, values: new Float64Array(96 * 96) }));
    expect(targetChoice()).toBeUndefined();
  });

  it('are taken apart by column', () => {
    const points: Points[] = [{ part: 'training', rows: ROWS }];
    const [second] = onlyTarget(points, 1);
    expect(second.rows).toMatchObject({ targets: Float64Array.of(10, 20, 30), outputs: Float64Array.of(0, 0, 0), width: 1, count: 3, features: 2 });
    expect(determination(second.rows)).toBe(-6);
    expect(onlyTarget(points, null)).toBe(points);
    expect(targetOf(info({}), 5)).toBe(1);
    expect(targetOf(info({ classes: [] }), 1)).toBeNull();
  });
});

describe('sparse rows', () => {
  it('list their columns that are not zero, as a file counts them', async () => {
    const many = Array.from({ length: 30 }, (_, k) => k);
    const sparse = { offsets: Float64Array.of(0, 2, 2, 32), columns: Float64Array.of(0, 16, ...many), values: Float64Array.of(0.5, 2, ...many.map(() => 1)), totals: Float64Array.of(2, 0, 1234) };
    const rows = (what: ApplyRequest): ApplyResult => (what.kind === 'rows' ? { ...ROWS, inputs: new Float64Array(0), features: 0, sparse } : answer(what));
    await show(info({ sparse: true, features: [], shape: [5000], targets: 1 }), rows);
    element.querySelector<HTMLButtonElement>('[data-view=rows]')!.click();
    await settle();
    await answerAll(rows);
    const cells = [...element.querySelectorAll('.sparse-entries')].map((cell) => cell.textContent!.replace(/\s+/g, ' ').trim());
    expect(cells[0]).toBe('1:0.5, 17:2');
    expect(cells[1]).toBe('all zero');
    expect(cells[2]).toMatch(/^1:1, 2:1, .*24:1 … 1.210 more$/);
    expect(text('thead')).toContain('Columns that are not zero');
  });
});
