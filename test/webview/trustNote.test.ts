import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { LabDocument } from '../../src/protocol/lab';
import './browserGaps';
import '../../webview/labPage';
import type { LabPage } from '../../webview/labPage';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init, labDocument } from './fixtures';

let page: LabPage;
afterEach(() => page.remove());

async function open(document: LabDocument): Promise<RecordingPort> {
  const port = new RecordingPort();
  const store = new PageStore(port);
  init(port, [], document);
  page = globalThis.document.createElement('gdexp-lab') as LabPage;
  page.store = store;
  globalThis.document.body.append(page);
  await page.updateComplete;
  return port;
}
const note = () => page.querySelector<HTMLElement>('.trust-note');
const button = (name: string) => [...note()!.querySelectorAll('button')].find((each) => (each.getAttribute('aria-label') ?? each.textContent!.trim()) === name)!;

describe('In a workspace that is not trusted the lab', () => {
  it('says why nothing runs and what to do, leads to VS Code\'s question, and can be told to be still', async () => {
    const port = await open(labDocument({ restricted: true }));
    expect(note()!.textContent).toMatch(/Nothing runs by itself.*Run all/s);
    expect(note()!.getAttribute('aria-label')).toBe('Restricted Mode');
    button('Trust the folder…').click();
    expect(port.of('trust')).toEqual([{ type: 'trust' }]);
    button('Close').click();
    await page.updateComplete;
    expect(note()).toBeNull();
  });

  it('says so no longer once it is trusted, and never in one that was', async () => {
    const port = await open(labDocument({ restricted: true }));
    port.say({ type: 'document', document: labDocument({ restricted: false, version: 2 }) });
    await page.updateComplete;
    expect(note()).toBeNull();
    page.remove();
    await open(labDocument());
    expect(note()).toBeNull();
  });
});

it('Every setting of the workspace is ignored where it is not trusted', () => {
  const { capabilities, contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
  const settings = [contributes.configuration].flat().flatMap(({ properties }: { properties: Record<string, { scope?: string }> }) => Object.entries(properties)
    .filter(([, { scope }]) => scope !== 'machine' && scope !== 'application').map(([name]) => name));
  expect(settings.length).toBeGreaterThan(5);
  expect([...capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(settings.sort());
});
