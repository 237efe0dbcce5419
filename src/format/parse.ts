import * as l10n from '@vscode/l10n';
import type { Node } from 'jsonc-parser';
import { MODEL_LIMITS } from '../core/training/modelProblem';
import type { ParsedExperiment, Problem } from './experiment';
import { type Finding, errorAt, presentable } from './finding';
import { Lines, MAX_LENGTH, nodeAt, offsetInString, oversize, propertyOf, readJson, toValue } from './jsonTree';
import { type PathSegment, resolvePath, toPointer } from './pointer';
import { resolve } from './resolve';
import { MAX_RUNS } from './schema/defaults';
import { nameOf } from './schemaFindings';
import { syntaxSentence } from './syntax';

export interface ParseOptions {
  /** More runs than this are refused with the arithmetic. Default 1000. */
  readonly maxRuns?: number;
  /** Networks with more parameters are refused with the arithmetic. */
  readonly maxParameters?: number;
  /** Bytes: networks that take more, as far as the file tells, are refused with the arithmetic. */
  readonly networkBytes?: number;
}

type Place = { readonly offset: number; readonly length: number; readonly line: number; readonly column: number };

/**
 * Reads a `.gdexp` file. Never throws: whatever is wrong is in `problems`, each with its exact place, a sentence and, where one
 * is near, the name that was meant.
 */
export function parseExperiment(text: string, options: ParseOptions = {}): ParsedExperiment {
  if (text.length > MAX_LENGTH) return failed(text, 'tooLarge', l10n.t('The file is larger than {0} million characters. An experiment holds the question only; put data into files of their own.', MAX_LENGTH / 1e6));
  if (text.replace(/^\uFEFF/, '').trim() === '') return failed(text, 'empty', l10n.t('The file is empty. An experiment begins with { "gdexp": 1 }.'));
  const { root, errors, duplicates } = readJson(text);
  const lines = new Lines(text);
  const value = toValue(root);
  const locate = locator(root, lines, value);
  const syntax = errors[0];
  if (syntax) {
    const { message, offset, length, suggestion } = syntaxSentence(text, syntax, (at) => lines.at(at).line);
    const place = { offset, length: Math.min(length, Math.max(0, text.length - offset)), ...lines.at(offset) };
    return { text, value, experiment: null, locate, problems: [{ severity: 'error', code: syntax.kind, message, path: '', ...place, suggestion }] };
  }
  const repeated = duplicates.map(({ key, offset, length, path }): Problem => ({
    severity: 'error', code: 'duplicateKey', message: presentable(l10n.t('"{0}" is given twice in the same object.', key)), path: toPointer([...path, key]), offset, length, ...lines.at(offset),
  }));
  const tooLong = oversize(root, holdsData);
  if (tooLong) {
    const finding = errorAt(tooLong.path, 'tooMany', tooLong.kind === 'keys'
      ? l10n.t('{0} has more than {1} fields; no experiment needs so many.', nameOf(tooLong.path), tooLong.limit)
      : l10n.t('{0} has more than {1} entries; no experiment needs so many.', nameOf(tooLong.path), tooLong.limit), { key: true });
    return { text, value, experiment: null, locate, problems: [...repeated, place(finding, text, root, lines)] };
  }
  const lineOf = (index: number): number => locate(`/expect/${index}`)?.line ?? 1;
  const { findings, experiment } = resolve(value, { maxRuns: options.maxRuns ?? MAX_RUNS, maxParameters: options.maxParameters ?? MODEL_LIMITS.parameters, networkBytes: options.networkBytes ?? MODEL_LIMITS.memory, lineOf });
  const problems = [...repeated, ...findings.map((finding) => place(finding, text, root, lines))].sort((a, b) => a.offset - b.offset);
  return { text, value, problems: unique(problems), experiment: repeated.length > 0 ? null : experiment, locate };
}

/** Rows of numbers, however many. */
function holdsData(path: readonly PathSegment[]): boolean {
  return (path[0] === 'data' && path[1] === 'inline') || path[0] === 'predict';
}

function failed(text: string, code: string, message: string): ParsedExperiment {
  return { text, value: undefined, experiment: null, locate: () => null, problems: [{ ...errorAt([], code, message), path: '', line: 1, column: 1, offset: 0, length: 0 }] };
}

function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = `${problem.offset} ${problem.length} ${problem.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function locator(root: Node | null, lines: Lines, value: unknown): ParsedExperiment['locate'] {
  const cache = new Map<string, Place | null>();
  return (pointer, key = false) => {
    const id = key ? `#${pointer}` : pointer;
    let found = cache.get(id);
    if (found === undefined) {
      const path = resolvePath(value, pointer);
      const node = path && (key && path.length > 0 ? propertyOf(nodeAt(root, path.slice(0, -1)), path[path.length - 1])?.children![0] : nodeAt(root, path));
      found = node ? { offset: node.offset, length: node.length, ...lines.at(node.offset) } : null;
      cache.set(id, found);
    }
    return found;
  };
}

/** Finds a finding's place in the text: its value, its key, a part of its string, else the nearest thing around it. */
function place(finding: Finding, text: string, root: Node | null, lines: Lines): Problem {
  const { severity, code, message, path, suggestion } = finding;
  const { offset, length } = rangeOf(finding, text, root, lines);
  return { severity, code, message, path: toPointer(path), offset, length, ...lines.at(offset), ...(suggestion === undefined ? {} : { suggestion }) };
}

function rangeOf(finding: Finding, text: string, root: Node | null, lines: Lines): { readonly offset: number; readonly length: number } {
  const { path, key, within } = finding;
  for (let depth = path.length; depth >= 0; depth--) {
    const at = path.slice(0, depth);
    const exact = depth === path.length;
    const node = nodeAt(root, at);
    if (!node) continue;
    const name = depth > 0 ? propertyOf(nodeAt(root, at.slice(0, -1)), String(at[depth - 1]))?.children![0] : undefined;
    if (exact && within && node.type === 'string') {
      const start = offsetInString(text, node, within.offset);
      const end = offsetInString(text, node, within.offset + within.length);
      // An expression that ends too early is at fault at its closing quote.
      return { offset: start, length: Math.max(1, end - start) };
    }
    if ((key || !exact) && name) return name;
    const whole = node.type === 'object' || node.type === 'array';
    if (whole && (key || !exact || lines.at(node.offset).line !== lines.at(node.offset + node.length).line)) return { offset: node.offset, length: 1 };
    return node;
  }
  return { offset: 0, length: 0 };
}

