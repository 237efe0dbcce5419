import * as vscode from 'vscode';
import type { Language } from '../../wording/glossary/term';
import type { Explanation } from '../../protocol/lab';
import type { ReferencePlace } from '../../wording/reference';
import type * as Glossary from '../lazy/glossary';

let loaded: typeof Glossary | undefined;

function glossary(): typeof Glossary {
  return (loaded ??= require('../lazy/glossary') as typeof Glossary);
}

const language = (): Language => (/^ko\b/i.test(vscode.env.language) ? 'ko' : 'en');

/** What is known of these words, in the language of the window; unknown ones are left out. */
export function explained(terms: readonly string[]): Explanation[] {
  return terms.flatMap((term) => glossary().explain(term, language()) ?? []);
}

/** Where the reference tells more of a word. */
export function referenceOf(term: string): ReferencePlace | null {
  return glossary().placeOf(term, language());
}
