import * as vscode from 'vscode';

/** Shows the definition of a quantity or verdict, from the pages that come with the extension. */
export async function openTerm(extensionUri: vscode.Uri, term: string): Promise<void> {
  const page = vscode.env.language.startsWith('ko') ? 'quantities.ko.md' : 'quantities.md';
  const place = vscode.Uri.joinPath(extensionUri, 'docs', page).with({ fragment: term.toLowerCase().replace(/[^a-z0-9]/g, '') });
  await vscode.commands.executeCommand('markdown.showPreviewToSide', place);
}
