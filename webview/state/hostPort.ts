import type { HostMessage, PageMessage } from '../../src/protocol/lab';

/** The page's end of the channel to the extension host, and the small state that VS Code keeps for a hidden page. */
export interface HostPort {
  post(message: PageMessage): void;
  onMessage(listener: (message: HostMessage) => void): void;
  /** What `setState` was last given, also in an earlier life of the page. */
  getState(): unknown;
  setState(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The port over VS Code's webview API. May be called once a page. */
export function vscodePort(): HostPort {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => window.addEventListener('message', (event: MessageEvent<HostMessage>) => {
      if (event.data && typeof event.data.type === 'string') listener(event.data);
    }),
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}
