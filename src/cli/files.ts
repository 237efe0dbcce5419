import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { editText, applyChanges } from '../format/edits';
import type { ParsedExperiment, PointerEdit, Problem } from '../format/experiment';
import { type ParseOptions, parseExperiment } from '../format/parse';

/** Larger files are refused unread. */
const MOST_BYTES = 16e6;

export interface LoadedFile {
  /** As given. */
  readonly name: string;
  readonly parsed: ParsedExperiment;
  readonly errors: readonly Problem[];
}

/** Reads and parses a file; whatever goes wrong is among its errors. */
export async function loadFile(name: string, cwd: string, edits: readonly PointerEdit[] = [], limits: ParseOptions = {}): Promise<LoadedFile> {
  const read = await readText(path.resolve(cwd, name));
  if (read.text === null) return broken(name, read.problem);
  const plain = parseExperiment(read.text, limits);
  let parsed = plain;
  if (edits.length > 0 && plain.problems.every(({ code }) => code !== 'syntax' && code !== 'tooDeep' && code !== 'empty' && code !== 'tooLarge')) {
    try {
      parsed = parseExperiment(applyChanges(read.text, editText(read.text, edits)), limits);
    } catch {
      return broken(name, l10n.t('--set names a place that the file does not have: {0}.', edits.map((edit) => edit.path).join(', ')));
    }
  }
  return { name, parsed, errors: parsed.problems.filter(({ severity }) => severity === 'error') };
}

function broken(name: string, message: string): LoadedFile {
  const problem: Problem = { severity: 'error', code: 'file', message, path: '', line: 1, column: 1, offset: 0, length: 0 };
  const parsed: ParsedExperiment = { text: '', problems: [problem], experiment: null, value: undefined, locate: () => null };
  return { name, parsed, errors: [problem] };
}

async function readText(file: string): Promise<{ readonly text: string } & { readonly problem?: undefined } | { readonly text: null; readonly problem: string }> {
  try {
    const info = await stat(file);
    if (info.isDirectory()) return { text: null, problem: l10n.t('This is a folder, not a file.') };
    if (!info.isFile()) return { text: null, problem: l10n.t('This is not an ordinary file.') };
    if (info.size > MOST_BYTES) return { text: null, problem: l10n.t('The file is larger than {0} MB. An experiment holds the question only; put data into files of their own.', MOST_BYTES / 1e6) };
    const bytes = await readFile(file);
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return { text: null, problem: l10n.t('The file is written in UTF-16; save it as UTF-8.') };
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    return { text: null, problem: systemProblem(error) };
  }
}

/** A failure of the file system as a sentence. */
export function systemProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT': return l10n.t('There is no such file.');
    case 'ENOTDIR': return l10n.t('There is no such folder.');
    case 'EISDIR': return l10n.t('This is a folder, not a file.');
    case 'EACCES':
    case 'EPERM': return l10n.t('The file may not be read or written.');
    case 'ELOOP': return l10n.t('Its links lead round in a circle.');
    case 'EEXIST': return l10n.t('There is a file of this name already.');
    case 'ERR_ENCODING_INVALID_ENCODED_DATA': return l10n.t('The file is not UTF-8 text.');
    // The code rather than the message, which is English and names places of this machine.
    default: return l10n.t('The file cannot be used: {0}', code ?? message);
  }
}

/** file:line:column: error: sentence. The word for how grave it is stays the same in every language: programs read these lines. */
export function problemLine(name: string, { severity, line, column, message }: Problem): string {
  return `${name}:${line}:${column}: ${severity === 'information' ? 'info' : severity}: ${message}\n`;
}
