import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { PointerEdit } from '../../format/experiment';
import { experiments } from '../experiments';

const ATTEMPTS = 5;
/** Milliseconds until the next attempt. */
const RETRY = 50;

/**
 * Writes to documents one message at a time: each is one undo step of the smallest changes to the text as it is when its turn comes,
 * so that two pages, a slider and the keyboard never overwrite each other.
 */
export class EditQueue {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** @throws (rejects) where the edits do not fit the text or VS Code refuses them. */
  apply(document: vscode.TextDocument, edits: readonly PointerEdit[]): Promise<void> {
    const key = document.uri.toString();
    const turn = (this.tails.get(key) ?? Promise.resolve()).then(() => this.write(document, edits));
    const tail = turn.catch(() => undefined).then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    this.tails.set(key, tail);
    return turn;
  }

  private async write(document: vscode.TextDocument, edits: readonly PointerEdit[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { version } = document;
      const changes = experiments().editText(document.getText(), edits);
      if (changes.length === 0) return;
      const edit = new vscode.WorkspaceEdit();
      edit.set(document.uri, changes.map(({ offset, length, text }) =>
        vscode.TextEdit.replace(new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), text)));
      if (await vscode.workspace.applyEdit(edit)) return;
      // VS Code refuses an edit of a text that somebody typed into meanwhile. What changed may still be on its way here.
      if (attempt === ATTEMPTS) throw new Error(l10n.t('VS Code refused the edit.'));
      if (document.version === version) await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}
