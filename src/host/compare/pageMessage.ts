import type { ComparePageMessage } from '../../protocol/compare';

const ROWS_MOST = 5000;
const TERMS_MOST = 100;
const TERM_LONGEST = 100;
const IMAGE_MOST = 64 * 2 ** 20;

/** What the page sent, checked; null where it is none of its messages. */
export function readCompareMessage(value: unknown): ComparePageMessage | null {
  if (typeof value !== 'object' || value === null) return null;
  const message = value as Readonly<Record<string, unknown>>;
  switch (message.type) {
    case 'ready':
    case 'add':
      return { type: message.type };
    case 'open':
    case 'run':
      return isIndex(message.source) ? { type: message.type, source: message.source } : null;
    case 'csv':
      return isTable(message.rows) ? { type: 'csv', rows: message.rows } : null;
    case 'explain':
      return isIndex(message.request) && Array.isArray(message.terms) && message.terms.length <= TERMS_MOST && message.terms.every(isTerm) ? { type: 'explain', request: message.request, terms: message.terms } : null;
    case 'openTerm':
      return isTerm(message.term) ? { type: 'openTerm', term: message.term } : null;
    case 'image':
      return message.png instanceof Uint8Array && message.png.length <= IMAGE_MOST ? { type: 'image', png: message.png } : null;
    case 'problem':
      return typeof message.message === 'string' ? { type: 'problem', message: message.message.slice(0, 2000) } : null;
    default:
      return null;
  }
}

function isTerm(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TERM_LONGEST && /^[\w .-]+$/.test(value);
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isTable(value: unknown): value is (string | number | null)[][] {
  return Array.isArray(value) && value.length <= ROWS_MOST
    && value.every((row) => Array.isArray(row) && row.length <= 100 && row.every((cell) => cell === null || typeof cell === 'number' || typeof cell === 'string'));
}
