import { expect, it } from 'vitest';
import './browserGaps';
import '../../webview/panels/model';
import type { ModelPicture } from '../../webview/panels/model';
import { Shown } from '../../webview/panels/convergenceShown';
import { metricName } from '../../webview/metricNames';
import { recall } from '../../webview/state/remembered';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init } from './fixtures';
import { networkDocument, networkRun } from './networkFixtures';

function opened(saved?: unknown): { port: RecordingPort; store: PageStore; shown: Shown } {
  const port = new RecordingPort(saved);
  const store = new PageStore(port);
  init(port, [networkRun('0/0')], networkDocument());
  return { port, store, shown: new Shown(() => store, () => {}) };
}

/** What a page saves when it is hidden, as the next page of the editor gets it. */
async function saved({ port }: { port: RecordingPort }): Promise<unknown> {
  await expect.poll(() => port.saved).toBeDefined();
  return JSON.parse(JSON.stringify(port.saved));
}

it('the metric, the scale and the axis of the convergence outlive a hidden page', async () => {
  const before = opened();
  expect(before.shown.metric).not.toBe('accuracy');
  expect(before.shown.axis).not.toBe('step');
  before.shown.metricMenu().find(({ label }) => label === metricName('accuracy'))!.run();
  before.shown.axesMenu('linear').find(({ label }) => label === 'Over steps')!.run();
  before.shown.axesMenu('linear').find(({ label }) => label === 'Loss: linear')!.run();
  const after = opened(await saved(before));
  expect(after.shown.metric).toBe('accuracy');
  expect(after.shown.axis).toBe('step');
  expect(after.shown.axesMenu('linear').filter(({ checked }) => checked).map(({ label }) => label)).toEqual(['Loss: linear', 'Over steps']);
});

it('the view of the model outlives a hidden page', async () => {
  const show = async (store: PageStore) => {
    const picture = document.createElement('gdexp-model') as ModelPicture;
    picture.store = store;
    document.body.append(picture);
    await picture.updateComplete;
    return picture;
  };
  const open = (picture: ModelPicture) => picture.querySelector('.view-bar [aria-pressed="true"], .view-bar [aria-checked="true"], .view-bar [aria-selected="true"]')?.textContent?.trim();
  const before = opened();
  const first = await show(before.store);
  expect(open(first)).toBe('Layers');
  [...first.querySelectorAll<HTMLButtonElement>('.view-bar button')].find((button) => button.textContent!.trim() === 'Units')!.click();
  await first.updateComplete;
  expect(open(first)).toBe('Units');
  first.remove();
  const second = await show(opened(await saved(before)).store);
  expect(open(second)).toBe('Units');
  second.remove();
});

it('what an older page saved and means nothing here is not taken over', () => {
  const { store, shown } = opened({ settings: { 'convergence.metric': 7, 'convergence.axis': 'parsec', 'convergence.scale': null } });
  expect(shown.axis).toBe('epoch');
  expect(shown.metric).not.toBe(7);
  expect(recall(store, 'convergence.scale', 'auto', (value) => value === 'log')).toBe('auto');
});
