/** What the words of the lab mean, in a file of its own beside the extension's: loaded when the first of them is asked for. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

// This file has its own copy of the texts.
if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export { explain, placeOf } from '../glossary/explain';
