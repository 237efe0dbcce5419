import * as vscode from 'vscode';

/** Shows the definition of a quantity or verdict, from the pages that come with the extension. */
export async function openTerm(extensionUri: vscode.Uri, term: string): Promise<void> {
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'quantities.md').with({ fragment: term.toLowerCase().replace(/[^a-z0-9]/g, '') });
  await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
}
