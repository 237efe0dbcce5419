import type { Expression } from './expression';
import { toLatex } from './latex';
import { toText } from './text';

/** An expression for people, with its gradient where that is short enough to be read. */
export interface Description {
  readonly variables: readonly string[];
  readonly latex: string;
  /** One a variable, simplified; null where there are too many variables or the derivatives are too long to show. */
  readonly gradientLatex: readonly string[] | null;
  readonly text: string;
  readonly gradientText: readonly string[] | null;
}

export function describe(root: Expression, variables: readonly string[]): Description {
  return { variables, latex: toLatex(root), text: toText(root), gradientLatex: null, gradientText: null };
}
