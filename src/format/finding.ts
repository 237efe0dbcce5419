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

export function errorAt(path: readonly PathSegment[], code: string, message: string, more: Partial<Finding> = {}): Finding {
  return { severity: 'error', code, message, path, ...more };
}

export function warningAt(path: readonly PathSegment[], code: string, message: string, more: Partial<Finding> = {}): Finding {
  return { severity: 'warning', code, message, path, ...more };
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
