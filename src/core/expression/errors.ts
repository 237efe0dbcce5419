/** What is wrong with an expression, as data; the sentence for people is made where the file's findings are worded. */
export type ExpressionProblem =
  | { readonly code: 'empty' }
  | { readonly code: 'tooLong'; readonly limit: number; readonly actual: number }
  /** Nested deeper than `limit` parentheses, or a tree deeper than the passes over it may recurse. */
  | { readonly code: 'tooDeep'; readonly limit: number }
  | { readonly code: 'tooManyNodes'; readonly limit: number }
  | { readonly code: 'tooManyVariables'; readonly limit: number; readonly actual: number }
  | { readonly code: 'noVariables' }
  /** `found` is null at the end of the text. `suggestion` replaces the range: "^" for "**". */
  | { readonly code: 'syntax'; readonly found: string | null; readonly expected: readonly Expected[]; readonly suggestion?: string }
  | { readonly code: 'unclosedParenthesis' }
  | { readonly code: 'unopenedParenthesis' }
  | { readonly code: 'unknownFunction'; readonly name: string; readonly suggestion?: string }
  /** A variable or constant before a parenthesis: x(x+1) for x*(x+1). `suggestion` replaces the range of the name. */
  | { readonly code: 'notAFunction'; readonly name: string; readonly suggestion: string }
  /** A function's name without its parentheses: sin x. */
  | { readonly code: 'functionWithoutArguments'; readonly name: string }
  /** `most` is null where there is no upper bound. */
  | { readonly code: 'wrongArity'; readonly name: string; readonly least: number; readonly most: number | null; readonly actual: number }
  /** Two operands side by side whose product must be written: x y, 2 3. */
  | { readonly code: 'missingOperator'; readonly before: string; readonly after: string }
  | { readonly code: 'numberTooLarge'; readonly text: string }
  /** A constant of the file is named as a function or as pi or e. It has no place in the expression: offset 0, length 0. */
  | { readonly code: 'reservedName'; readonly name: string };

export type Expected = 'operand' | 'operator' | 'closingParenthesis' | 'comma' | 'end';

/** Thrown by the parser. `offset` and `length` are UTF-16 units in the expression's text. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(readonly problem: ExpressionProblem, readonly offset: number, readonly length: number) {
    super(`${problem.code} at ${offset}`);
  }

  get code(): ExpressionProblem['code'] {
    return this.problem.code;
  }
}
