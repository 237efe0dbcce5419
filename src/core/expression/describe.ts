import { Algebra, TooLarge } from './algebra';
import { differentiate } from './derivative';
import { ExpressionError } from './errors';
import { countNodes, type Expression } from './expression';
import { toLatex } from './latex';
import { Presenter, toTerm } from './simplify';
import { toText } from './text';

/** An expression for people, with its gradient where that is short enough to be read. */
export interface Description {
  readonly variables: readonly string[];
  readonly latex: string;
  /** One a variable, simplified; null where there are too many variables or the derivatives are too long to show. */
  readonly gradientLatex: readonly string[] | null;
  /** In the notation of the format. */
  readonly text: string;
  readonly gradientText: readonly string[] | null;
}

/** A gradient of more components, or with a longer one, is not shown. */
const MOST_COMPONENTS = 20;
const MOST_NODES = 600;

export function describe(root: Expression, variables: readonly string[]): Description {
  const gradient = gradientExpressions(root, variables);
  return {
    variables,
    latex: toLatex(root),
    text: toText(root),
    gradientLatex: gradient?.map(toLatex) ?? null,
    gradientText: gradient?.map(toText) ?? null,
  };
}

/** The simplified partial derivatives, or null where they are too many or too long to show. */
export function gradientExpressions(root: Expression, variables: readonly string[]): Expression[] | null {
  if (variables.length > MOST_COMPONENTS || countNodes(root) > MOST_NODES) return null;
  try {
    const algebra = new Algebra();
    const term = toTerm(algebra, root);
    const presenter = new Presenter(algebra);
    const gradient = variables.map((name) => presenter.expression(differentiate(algebra, term, algebra.symbol(name, false))));
    return gradient.some((part) => countNodes(part) > MOST_NODES) ? null : gradient;
  } catch (error) {
    if (error instanceof TooLarge || error instanceof ExpressionError) return null;
    throw error;
  }
}
