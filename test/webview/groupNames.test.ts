import { afterEach, expect, it } from 'vitest';
import './browserGaps';
import '../../webview/labPage';
import '../../webview/panels/convergence';
import '../../webview/panels/data';
import '../../webview/panels/gradients';
import '../../webview/panels/landscape';
import '../../webview/panels/landscapeNetwork';
import '../../webview/panels/model';
import '../../webview/panels/sweep';
import '../../webview/panels/trust';
import type { LabEvaluation } from '../../src/protocol/lab';
import type { LabPage } from '../../webview/labPage';
import { PANELS } from '../../webview/state/panels';
import { PageStore } from '../../webview/state/store';
import type { PanelName } from '../../webview/state/types';
import { RecordingPort, init, labRun } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';

let page: LabPage | undefined;

afterEach(() => {
  page?.remove();
  page = undefined;
});

async function open(panel: PanelName, networks: boolean): Promise<LabPage> {
  const port = new RecordingPort();
  const store = new PageStore(port);
  if (networks) {
    init(port, [networkRun('0/0')], networkDocument({}, labModel({ folds: 3 })));
    const crossValidation: LabEvaluation['crossValidation'] = { folds: 3, scores: { accuracy: { mean: 0.9, deviation: 0.1, values: [0.8, 0.9, 1] } } };
    port.say({ type: 'evaluation', evaluation: [{ seriesKey: '0/0', label: 'SGD', variant: null, seed: 42, gap: null, crossValidation, bootstrap: null, boosting: null }] });
  } else init(port, [labRun('0/0')]);
  store.openPanel(panel);
  page = document.createElement('gdexp-lab') as LabPage;
  page.store = store;
  document.body.append(page);
  for (let i = 0; i < 4; i++) {
    await page.updateComplete;
    await Promise.all([...page.querySelectorAll('*')].map((element) => ('updateComplete' in element ? element.updateComplete : null)));
  }
  return page;
}

const named = '[aria-label]:is([role], section, aside, nav, main, form)';
const nameOf = (element: Element): string => element.getAttribute('aria-label')!;

it.each(PANELS.filter((panel) => panel !== 'sweep'))('no group of the picture %s has the name of a group around it: a screen reader would say it twice', async (panel) => {
  for (const networks of ['model', 'data', 'trust'].includes(panel) ? [true] : [false, true]) {
    const groups = [...(await open(panel, networks)).querySelectorAll(named)];
    expect(groups.some((group) => group.matches(`[data-panel=${panel}]`))).toBe(true);
    for (const group of groups) {
      const around = group.parentElement!.closest(named);
      if (around) expect(nameOf(group), group.outerHTML.slice(0, 160)).not.toBe(nameOf(around));
    }
    page!.remove();
  }
});
