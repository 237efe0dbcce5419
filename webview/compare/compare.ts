import * as l10n from '@vscode/l10n';
import type { CompareHostMessage, ComparePageMessage } from '../../src/protocol/compare';
import { onThemeChange } from '../theme';
import './compare.css';
import './comparePage';
import type { ComparePage, CompareState } from './comparePage';
import { Questions } from './questions';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void; getState(): unknown; setState(state: unknown): void };

const api = acquireVsCodeApi();
const post = (message: ComparePageMessage): void => api.postMessage(message);
window.addEventListener('error', (event) => post({ type: 'problem', message: `${event.message} (${event.filename}:${event.lineno})` }));
window.addEventListener('unhandledrejection', (event) => post({ type: 'problem', message: String(event.reason) }));

let state: CompareState = { refs: null, target: null, order: null, ...(api.getState() as Partial<CompareState> | undefined) };
const keep = (change: Partial<CompareState>): void => {
  state = { ...state, ...change };
  api.setState(state);
};

const questions = new Questions(post);
let page: ComparePage | undefined;
window.addEventListener('message', ({ data }: MessageEvent<CompareHostMessage>) => {
  if (data?.type === 'explained') questions.answer(data.request, data.explanations, data.problem);
  if (data?.type !== 'init' && data?.type !== 'comparison') return;
  if (data.type === 'init') {
    if (data.l10n) l10n.config({ contents: data.l10n as l10n.l10nJsonFormat });
    document.documentElement.lang = data.locale;
  }
  const another = JSON.stringify(data.refs) !== JSON.stringify(state.refs);
  // A target of other runs says nothing of these.
  keep({ refs: data.refs, ...(another && state.refs !== null ? { target: null, order: null } : {}) });
  if (!page) {
    page = document.createElement('gdexp-compare') as ComparePage;
    page.post = post;
    page.keep = keep;
    page.explainer = questions;
  }
  page.comparison = data.comparison;
  page.target = state.target;
  page.order = state.order;
  if (!page.isConnected) document.body.append(page);
});

onThemeChange(() => page?.themeChanged());
post({ type: 'ready' });
