import * as vscode from 'vscode';

/** What the tests do to VS Code, in one place. */

export const workspace = (): vscode.Uri => vscode.workspace.workspaceFolders![0].uri;

/** Each file of tests is a bundle with a counter of its own. */
const bundle = Math.random().toString(36).slice(2, 8);
let counter = 0;

/** A new file in the workspace, by default named anew each time. */
export async function write(text: string, name = `${bundle}-${++counter}.gdexp`): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(workspace(), name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

export async function read(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** Repeats a question until its answer is not undefined or false. @throws Error with `what` after `timeout` ms. */
export async function eventually<T>(what: string, ask: () => T | undefined | false | Thenable<T | undefined | false>, timeout = 20_000): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Not within ${timeout / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

export async function openLab(uri: vscode.Uri, column = vscode.ViewColumn.One): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('vscode.openWith', uri, 'gdexp.lab', column);
  return vscode.workspace.openTextDocument(uri);
}

export async function openText(uri: vscode.Uri, column = vscode.ViewColumn.One): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(uri);
  return vscode.window.showTextDocument(document, column);
}

/** Titles of all CodeLenses, top to bottom. */
export async function lenses(uri: vscode.Uri): Promise<readonly string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 1000);
  return [...found].sort((a, b) => a.range.start.line - b.range.start.line).map((lens) => lens.command?.title ?? '');
}

/** Loss and steps that the CodeLens of each optimizer tells, in the order of the file. */
export async function outcomes(uri: vscode.Uri): Promise<readonly { readonly loss: number; readonly steps: number; readonly verdict: string }[]> {
  return (await lenses(uri)).flatMap((title) => {
    const match = /^loss (\S+) · (.+?) steps · (.+)$/.exec(title);
    return match ? [{ loss: number(match[1]), steps: number(match[2]), verdict: match[3] }] : [];
  });
}

/** A number as people read it: minus sign, commas between thousands. */
export function number(text: string): number {
  return Number(text.replace(/−/g, '-').replace(/[\s,]/g, ''));
}

export async function problems(uri: vscode.Uri): Promise<readonly vscode.Diagnostic[]> {
  return vscode.languages.getDiagnostics(uri);
}

/** The whole of a document replaced, as one undo step. */
export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), text);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('The edit was refused.');
}

export async function closeAll(): Promise<void> {
  for (const tab of vscode.window.tabGroups.all.flatMap((group) => group.tabs)) {
    if (tab.isDirty) {
      const input = tab.input as { uri?: vscode.Uri };
      if (input.uri) {
        await vscode.commands.executeCommand('vscode.open', input.uri);
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      }
    }
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
