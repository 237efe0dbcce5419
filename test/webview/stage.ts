/** What a test of one picture of the lab begins with: a store of its own, the host that it speaks to, and the picture once it is put on the page. */
import { afterEach, beforeEach } from 'vitest';
import { PageStore } from '../../webview/state/store';
import type { LabPicture } from '../../webview/state/types';
import { RecordingPort } from './fixtures';

export let port: RecordingPort;
export let store: PageStore;
export let element: LabPicture & { updateComplete: Promise<unknown> };

beforeEach(() => {
  port = new RecordingPort();
  store = new PageStore(port);
});
afterEach(() => element?.remove());

/** Puts a picture on the page. */
export function put(tag: string): void {
  element = document.createElement(tag) as typeof element;
  element.store = store;
  document.body.append(element);
}
