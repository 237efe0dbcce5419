import { formulaIn } from '../wording/glossary/formulaWords';
import type { Language } from '../wording/glossary/term';
import { numberInFile } from '../wording/numbers';
import { headingAnchor, pageFile, type ReferencePage } from '../wording/reference';

export type { Language };

/**
 * What a page is written with. Texts that the product shows too come from l10n in the language of the moment; prose that only a page
 * has stands as a pair, since the extension would load it for nothing.
 */
export class Writer {
  private readonly blocks: string[] = [];

  /** @param missing receives what has no text: a test asks that it stays empty. */
  constructor(readonly language: Language, private readonly missing: string[]) {}

  /** The one of a pair that is in the page's language. */
  say(english: string, korean: string): string {
    return this.language === 'ko' ? korean : english;
  }

  /** A text that must be there. */
  need(what: string, text: string | undefined): string {
    if (text === undefined || text === '') this.missing.push(`${this.language}: ${what}`);
    return text ?? '';
  }

  heading(level: number, text: string): this {
    return this.block(`${'#'.repeat(level)} ${text}`);
  }

  block(text: string): this {
    if (text !== '') this.blocks.push(text);
    return this;
  }

  /** A formula of its own line; the words in it are in the page's language. */
  formula(latex: string): this {
    return this.block(`$$\n${formulaIn(latex, this.language, (text) => void this.need(`formula words "${text}"`, undefined))}\n$$`);
  }

  code(text: string, language = 'jsonc'): this {
    return this.block(`\`\`\`${language}\n${text}\n\`\`\``);
  }

  list(items: readonly string[]): this {
    return this.block(items.map((item) => `- ${item}`).join('\n'));
  }

  /** Columns without a single text are left out. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): this {
    const used = head.map((_, i) => rows.some((row) => row[i] !== ''));
    const line = (cells: readonly string[]) => `| ${cells.filter((_, i) => used[i]).map((cell) => cell.replace(/\|/g, '\\|').replace(/\n+/g, ' ')).join(' | ')} |`;
    return this.block([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
  }

  link(text: string, page: ReferencePage | null, heading: string | null = null): string {
    return `[${text}](${page === null ? '' : pageFile(page, this.language)}${heading === null ? '' : `#${headingAnchor(heading)}`})`;
  }

  toString(): string {
    return `${this.blocks.join('\n\n')}\n`;
  }
}

/** A value as it is written in a file, on one line. */
export function json(value: unknown): string {
  if (typeof value === 'number') return numberInFile(value);
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : `{ ${Object.entries(value).map(([key, each]) => `"${key}": ${json(each)}`).join(', ')} }`;
  return JSON.stringify(value);
}

export const code = (text: string): string => `\`${text}\``;
