import { headingAnchor, pageFile, type ReferencePage } from '../wording/reference';

export type Language = 'en' | 'ko';

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
    const words = this.language === 'en' ? latex : latex.replace(/\\text\{([^}]*)\}/g, (_, text: string) => `\\text{${this.formulaWords(text)}}`);
    return this.block(`$$\n${words}\n$$`);
  }

  private formulaWords(text: string): string {
    if (!/[a-z]{2}/i.test(text)) return text;
    return this.need(`formula words "${text}"`, FORMULA_WORDS[text]);
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

/** Korean for the words that stand in formulas; names stay. */
const FORMULA_WORDS: Readonly<Record<string, string>> = {
  'Nesterov: ': '네스테로프: ', 'AMSGrad: ': 'AMSGrad: ', 'AdamW: ': 'AdamW: ', 'Armijo: ': 'Armijo: ', 'exactQuadratic: ': 'exactQuadratic: ', 'centered: ': 'centered: ',
  ' in place of ': '이 다음을 대신: ', 'else: ': '그 밖: ', ' (and ': ' (그리고 ', ' afterwards': ' (그 뒤)', ' from the last ': ', 다음의 최근 값에서: ', 'every ': '매 ', ' steps: ': ' 스텝마다: ',
  ' times: ': '번 반복: ', ' strong Wolfe ': ' 강한 울프 조건 ', ' strong Wolfe': ' 강한 울프 조건', ' when the loss stalls for ': ', 손실이 정체한 시간이 다음에 이르면: ', 'inputs': '입력 수', 'outputs': '출력 수',
  ' if ': ' 단, ', ' otherwise': ' 그 밖',
};

/** A value as it is written in a file, on one line. */
export function json(value: unknown): string {
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : `{ ${Object.entries(value).map(([key, each]) => `"${key}": ${json(each)}`).join(', ')} }`;
  return JSON.stringify(value);
}

/** 0.0001 is easier read as 1e-4; JSON takes both. */
function number(value: number): string {
  const size = Math.abs(value);
  if (Number.isSafeInteger(value) && size < 1e15) return String(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential().replace('e+', 'e') : String(value);
}

export const code = (text: string): string => `\`${text}\``;
