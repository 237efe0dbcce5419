import * as l10n from '@vscode/l10n';
import './lab.css';
import './labPage';
import type { LabPage } from './labPage';
import './panels/convergence';
import './panels/data';
import './panels/gradients';
import './panels/landscape';
import './panels/landscapeNetwork';
import './panels/model';
import './panels/sweep';
import './panels/trust';
import { vscodePort } from './state/hostPort';
import { PageStore } from './state/store';
import { onThemeChange } from './theme';

const port = vscodePort();
window.addEventListener('error', (event) => port.post({ type: 'problem', message: `${event.message} (${event.filename}:${event.lineno})` }));
window.addEventListener('unhandledrejection', (event) => port.post({ type: 'problem', message: String(event.reason) }));

const store = new PageStore({
  ...port,
  // The words must be there before the first element says one.
  onMessage: (listener) => port.onMessage((message) => {
    if (message.type === 'init') {
      if (message.l10n) l10n.config({ contents: message.l10n as l10n.l10nJsonFormat });
      document.documentElement.lang = message.locale;
    }
    listener(message);
    // After the frame in which everything so far is drawn: the host sends the next picture then.
    if (message.type === 'progress' && message.picture !== undefined) {
      const { picture } = message;
      requestAnimationFrame(() => setTimeout(() => port.post({ type: 'drawn', picture })));
    }
    if (message.type === 'init' && !document.querySelector('gdexp-lab')) start();
  }),
});

function start(): void {
  const page = document.createElement('gdexp-lab') as LabPage;
  page.store = store;
  document.body.append(page);
}

onThemeChange(() => store.themeChanged());
port.post({ type: 'ready' });
