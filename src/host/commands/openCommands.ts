import * as vscode from 'vscode';
import { LAB_VIEW, type LabEditorProvider } from '../editor/labEditor';

/** Shows the text beside the lab, or where it is shown already, and reveals a place of it. */
export async function openSource(document: vscode.TextDocument, place: { readonly offset: number; readonly length: number } | null): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document && editor.viewColumn !== undefined);
  const selection = place ? new vscode.Range(document.positionAt(place.offset), document.positionAt(place.offset + place.length)) : undefined;
  await vscode.window.showTextDocument(document, { viewColumn: shown?.viewColumn ?? vscode.ViewColumn.Beside, selection, preview: false });
}

/** Shows the lab of a document: the one there is, else a new one, beside where the text is in front. */
export async function openLab(uri: vscode.Uri, labs: LabEditorProvider): Promise<void> {
  const [page] = labs.pagesOf(uri);
  if (page) {
    page.panel.reveal();
    return;
  }
  const beside = vscode.window.activeTextEditor?.document.uri.toString() === uri.toString();
  await vscode.commands.executeCommand('vscode.openWith', uri, LAB_VIEW, beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active);
}
