/**
 * Reading experiments and telling of them: the format with its schema, the expression engine, the page's document and the language features.
 * A file of its own beside the extension's, loaded when the first document is looked at, so that activation stays small.
 */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

// This file has its own copy of the texts.
if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export { applyChanges, editText } from '../../format/edits';
export { parseExperiment } from '../../format/parse';
export { filesOf } from '../../loaders/load';
export { nearest } from '../../format/nearest';
export { problemPointer } from '../../format/problemPlace';
export { dataProblemText } from '../../wording/data';
export { errorText } from '../../wording/modelProblems';
export { withTerms } from '../compare/differenceTerms';
export { modelTrials } from '../editor/labModel';
export { labDocument } from '../editor/labDocument';
export { readPageMessage } from '../editor/labSchema';
export { completeEdits } from '../editor/pageEdits';
export { registerLanguage } from '../language';
export { dataProblems } from '../language/dataProblems';
