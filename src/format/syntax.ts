import * as l10n from '@vscode/l10n';
import type { SyntaxProblem } from './jsonTree';

/** jsonc-parser's codes by number: its const enum does not exist at run time under isolated modules. */
const CODE = {
  invalidSymbol: 1, invalidNumber: 2, propertyNameExpected: 3, valueExpected: 4, colonExpected: 5, commaExpected: 6, closeBraceExpected: 7,
  closeBracketExpected: 8, endOfFileExpected: 9, endOfComment: 11, endOfString: 12, endOfNumber: 13, invalidUnicode: 14, invalidEscape: 15, invalidCharacter: 16,
} as const;

export interface SyntaxSentence {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  readonly suggestion?: string;
}

/**
 * What is wrong with the text as JSON, with the remedy.
 * @param lineOf the line (from 1) of an offset.
 */
export function syntaxSentence(text: string, problem: SyntaxProblem, lineOf: (offset: number) => number): SyntaxSentence {
  const { offset, length } = problem;
  const word = wordAt(text, offset, length);
  const here = (message: string, suggestion?: string): SyntaxSentence => ({ message, offset, length: Math.max(length, word.length, offset < text.length ? 1 : 0), suggestion });
  if (problem.kind === 'tooDeep') return here(l10n.t('The brackets are nested too deeply.'));
  const opener = problem.opener === null ? 0 : lineOf(problem.opener);
  switch (problem.error as number) {
    case CODE.invalidSymbol:
      return symbol(word, here);
    case CODE.invalidNumber:
    case CODE.endOfNumber:
      return here(l10n.t('"{0}" is not a number as JSON writes it. Write digits on both sides of the point, such as 0.5, and powers of ten such as 1e-6.', word));
    case CODE.propertyNameExpected:
      if (text[offset] === "'") return here(l10n.t('Names and text stand in double quotes: " instead of \'.'));
      return here(word ? l10n.t('A property name in double quotes must stand here, not {0}.', word) : l10n.t('A property name in double quotes must stand here.'));
    case CODE.valueExpected:
      if (offset >= text.trimEnd().length) return { ...here(l10n.t('The file ends where a value must stand.')), offset: text.trimEnd().length, length: 0 };
      return here(text[offset] === ',' ? l10n.t('A value is missing before this comma.') : l10n.t('A value must stand here: a number, text in double quotes, true, false, null, {…} or […].'));
    case CODE.colonExpected:
      return here(l10n.t('A colon is missing between the property name and its value.'));
    case CODE.commaExpected:
      return here(l10n.t('A comma is missing before this.'));
    case CODE.closeBraceExpected:
      return here(l10n.t('The closing {0} of the {1} on line {2} is missing.', '}', '{', opener));
    case CODE.closeBracketExpected:
      return here(l10n.t('The closing {0} of the {1} on line {2} is missing.', ']', '[', opener));
    case CODE.endOfFileExpected:
      return here(l10n.t('The experiment has ended before this: nothing may follow its closing brace but comments.'));
    case CODE.endOfComment:
      return here(l10n.t('This comment is never closed: */ is missing.'));
    case CODE.endOfString:
      return here(l10n.t('The closing double quote of this text is missing.'));
    case CODE.invalidUnicode:
      return here(l10n.t('After \\u four hexadecimal digits must stand.'));
    case CODE.invalidEscape:
      return here(l10n.t('This text has an unknown escape: a backslash is written \\\\, a double quote \\", a new line \\n.'));
    case CODE.invalidCharacter:
      return here(l10n.t('This text has a control character in it (a tab or the like). Write \\t or \\n.'));
    default:
      return here(l10n.t('This is not valid JSON.'));
  }
}

function symbol(word: string, here: (message: string, suggestion?: string) => SyntaxSentence): SyntaxSentence {
  const lower = word.toLowerCase();
  if (word === '') return here(l10n.t('A character stands here that has no place in JSON. Delete it.'));
  if (/^[+-]?(nan|inf|infinity)$/.test(lower)) return here(l10n.t('{0} is not a number that a file can hold. Write an ordinary number.', word));
  if (lower === 'true' || lower === 'false') return here(l10n.t('Write {0} in lower case.', lower), lower);
  if (lower === 'none' || lower === 'nil' || lower === 'undefined' || lower === 'null') return here(l10n.t('Write null instead of {0}.', word), 'null');
  if (word.startsWith("'")) return here(l10n.t('Names and text stand in double quotes: " instead of \'.'));
  if (/^[+.]\d|^\d+\.$|^[+-]?\.?\d/.test(word)) return here(l10n.t('"{0}" is not a number as JSON writes it. Write digits on both sides of the point, such as 0.5, and powers of ten such as 1e-6.', word));
  return here(l10n.t('"{0}" is not JSON. Text stands in double quotes.', word.length > 40 ? `${word.slice(0, 40)}…` : word));
}

/** What a person would call the thing at an offset: up to the next space, comma or bracket. */
function wordAt(text: string, offset: number, length: number): string {
  const rest = text.slice(offset, offset + Math.max(length, 60));
  // Control characters would garble a terminal.
  return (/^[^\s,:{}[\]"]+/.exec(rest)?.[0].slice(0, 60) ?? '').replace(/\p{C}/gu, '\uFFFD');
}
