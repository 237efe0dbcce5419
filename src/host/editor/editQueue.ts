import * as vscode from 'vscode';
import type { PointerEdit } from '../../format/experiment';
import { experiments } from '../experiments';

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
    const changes = experiments().editText(document.getText(), edits);
    if (changes.length === 0) return;
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, changes.map(({ offset, length, text }) =>
      vscode.TextEdit.replace(new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), text)));
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error('edit refused');
  }
}
