import { expect, it } from 'vitest';
import './browserGaps';
import '../../webview/panels/convergence';
import '../../webview/panels/gradients';
import '../../webview/panels/landscape';
import { tableSteps } from '../../webview/panels/chartTable';
import { init, labRun } from './fixtures';
import { element, port, put, store } from './stage';

async function show(tag: string): Promise<void> {
  put(tag);
  await element.updateComplete;
}
const toggle = async () => {
  element.querySelector<HTMLButtonElement>('[aria-label="Table"]')!.click();
  await element.updateComplete;
};
const rows = () => [...element.querySelectorAll('.chart-table tr')].map((row) => [...row.children].map((cell) => cell.textContent!.replace(/\s+/g, ' ').trim()));

it('has a row for some steps from the first to the last, and one for the scrubbed one', () => {
  expect(tableSteps(3, 1)).toEqual([0, 1, 2, 3]);
  expect(tableSteps(0, 0)).toEqual([0]);
  const steps = tableSteps(1000, 7);
  expect(steps).toHaveLength(25);
  expect([steps[0], steps[1], steps.at(-1)]).toEqual([0, 7, 1000]);
});

it('tells of the convergence what the chart draws, by step; a step scrubs there', async () => {
  init(port, [labRun('0/0'), labRun('0/1', { id: 'b' })]);
  await show('gdexp-convergence');
  expect(element.querySelector('.chart-table')).toBeNull();
  await toggle();
  expect(element.querySelector<HTMLElement>('.chart-stack')!.hidden).toBe(true);
  const { step, loss } = store.runs[0].record!.columns;
  const table = rows();
  expect(table[0].slice(0, 2)).toEqual(['Step', 'SGD']);
  expect(table).toHaveLength(step.length + 1);
  expect(Number(table[1][1])).toBeCloseTo(loss[0], 3);
  element.querySelectorAll<HTMLButtonElement>('.chart-table tbody button')[5].click();
  await element.updateComplete;
  expect(store.step).toBe(5);
  expect(element.querySelector('.chart-table [aria-current=step] th')!.textContent!.trim()).toBe('5');
  await toggle();
  expect(element.querySelector('.chart-table')).toBeNull();
});

it('tells of the landscape the path of the selected series', async () => {
  const run = labRun('0/0');
  const { columns } = run.record!;
  init(port, [{ ...run, record: { ...run.record!, columns: { ...columns, theta0: columns.step.map((k) => 0.5 ** k), theta1: columns.step.map(() => 2), gradientNorm: columns.step.map((k) => 3 * 0.5 ** k) } } }]);
  await show('gdexp-landscape');
  await toggle();
  const table = rows();
  expect(table[0]).toEqual(['Step', 'x', 'y', 'f', '‖∇f‖']);
  expect(table[2].map((cell) => Number(cell))).toEqual([1, 0.5, 2, expect.closeTo(columns.loss[1], 3), 1.5]);
});

it('tells what the instruments measured, and leaves out what they did not', async () => {
  const run = labRun('0/0');
  const { columns } = run.record!;
  init(port, [{ ...run, record: { ...run.record!, columns: { ...columns, gradientNorm: columns.step.map((k) => 2 * 0.8 ** k), turn: columns.step.map(() => NaN) } } }]);
  await show('gdexp-gradients');
  await toggle();
  const [head, first] = rows();
  expect(head).toContain('gradient norm');
  expect(head).not.toContain('turn');
  expect(first[head.indexOf('gradient norm')]).toBe('2');
});
