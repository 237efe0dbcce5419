import type { PathSegment } from './pointer';

/** A problem by its place in the value; parse.ts finds the place in the text. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'information';
  readonly code: string;
  readonly message: string;
  readonly path: readonly PathSegment[];
  /** The place is the property's name, not its value. */
  readonly key?: boolean;
  /** The place is a part of the string value. */
  readonly within?: { readonly offset: number; readonly length: number };
  readonly suggestion?: string;
}

/** A longer sentence quotes a name of the file at length: its middle is left out. */
const LONGEST_SENTENCE = 500;

/** A sentence may quote any name of the file: one that is endless, or that would steer a terminal or turn the line around. */
export function presentable(message: string): string {
  const short = message.length > LONGEST_SENTENCE ? `${message.slice(0, 300)}…${message.slice(-180)}` : message;
  return short.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}

export function errorAt(path: readonly PathSegment[], code: string, message: string, more: Partial<Finding> = {}): Finding {
  return { severity: 'error', code, message: presentable(message), path, ...more };
}

export function warningAt(path: readonly PathSegment[], code: string, message: string, more: Partial<Finding> = {}): Finding {
  return { severity: 'warning', code, message: presentable(message), path, ...more };
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
