import * as l10n from '@vscode/l10n';
import type { Expected, ExpressionProblem } from '../core/expression/errors';

/** What is wrong with a formula, with the remedy. */
export function expressionSentence(problem: ExpressionProblem): { readonly message: string; readonly suggestion?: string } {
  switch (problem.code) {
    case 'empty':
      return { message: l10n.t('The formula is empty. Write one such as "x^2 + 10y^2".') };
    case 'tooLong':
      return { message: l10n.t('The formula has {0} characters; at most {1} are allowed.', problem.actual, problem.limit) };
    case 'tooDeep':
      return { message: l10n.t('The formula is nested too deeply (more than {0} levels).', problem.limit) };
    case 'tooManyNodes':
      return { message: l10n.t('The formula is too large: more than {0} parts.', problem.limit) };
    case 'tooManyVariables':
      return { message: l10n.t('The formula has {0} variables; at most {1} are allowed.', problem.actual, problem.limit) };
    case 'noVariables':
      return { message: l10n.t('The formula has no variable: there is nothing to change.') };
    case 'syntax':
      return syntax(problem.found, problem.expected, problem.suggestion);
    case 'unclosedParenthesis':
      return { message: l10n.t('This parenthesis is never closed.') };
    case 'unopenedParenthesis':
      return { message: l10n.t('This parenthesis closes none.') };
    case 'unknownFunction':
      return withHint(l10n.t('There is no function "{0}".', problem.name), problem.suggestion);
    case 'notAFunction':
      return { message: l10n.t('"{0}" is not a function. For a product write {1}(…).', problem.name, problem.suggestion), suggestion: problem.suggestion };
    case 'functionWithoutArguments':
      return { message: l10n.t('"{0}" is a function: write {0}(…).', problem.name) };
    case 'wrongArity':
      return { message: arity(problem.name, problem.least, problem.most, problem.actual) };
    case 'missingOperator':
      return { message: l10n.t('An operator is missing between {0} and {1}; for a product write {0}*{1}.', problem.before, problem.after) };
    case 'numberTooLarge':
      return { message: l10n.t('{0} is larger than any number that can be computed with.', problem.text) };
    case 'reservedName':
      return { message: reservedName(problem.name) };
  }
}

export function reservedName(name: string): string {
  return l10n.t('"{0}" is a function or constant of every formula; give your constant another name.', name);
}

function withHint(message: string, suggestion: string | undefined): { readonly message: string; readonly suggestion?: string } {
  return suggestion === undefined ? { message } : { message: `${message} ${l10n.t('Did you mean "{0}"?', suggestion)}`, suggestion };
}

function arity(name: string, least: number, most: number | null, actual: number): string {
  if (most === null) return l10n.t('{0} takes at least {1} values, not {2}.', name, least, actual);
  if (most === 1) return l10n.t('{0} takes one value, not {1}.', name, actual);
  return l10n.t('{0} takes {1} values, not {2}.', name, most, actual);
}

function syntax(found: string | null, expected: readonly Expected[], suggestion: string | undefined): { readonly message: string; readonly suggestion?: string } {
  if (suggestion !== undefined) return { message: l10n.t('{0} is written {1} here.', found ?? '', suggestion), suggestion };
  if (found === null) return { message: expected.includes('operand') ? l10n.t('The formula ends where a number, a name or a parenthesis must stand.') : l10n.t('The formula ends too early.') };
  if (found === '=') return { message: l10n.t('A formula has no "=": write only what stands to the right of it.') };
  if (expected.includes('operand')) return { message: l10n.t('A number, a name or a parenthesis must stand here, not "{0}".', found) };
  if (expected.includes('operator')) return { message: l10n.t('"{0}" cannot stand here; an operator (+ - * / ^) may.', found) };
  return { message: l10n.t('"{0}" cannot stand here.', found) };
}
