import type { Location } from 'jsonc-parser';
import * as vscode from 'vscode';

/** What follows the end of a value, in JSON, or in JSON that lacks a comma. */
const AFTER_STRING = /^\s*(?:[,}\]"]|\/[/*]|$)/;

/** The place of a string value in the text, whether its quotes stand there or not, and completions that put a whole string in it. */
export class StringSlot {
  /** The string's text before the cursor. */
  readonly typed: string;
  private readonly range: vscode.Range;
  private readonly quoted: boolean;
  /** A comma that the text lacks behind the value. */
  private readonly comma: string;

  constructor(document: vscode.TextDocument, offset: number, { previousNode: node }: Location) {
    const text = document.getText();
    this.quoted = node?.type === 'string';
    let start = offset;
    let end = offset;
    if (node?.type === 'string') {
      start = node.offset;
      const after = node.offset + node.length;
      // A quote that was only opened takes the next one for its end: "da, "target". Then nothing behind the cursor belongs to it.
      const closed = node.length > 1 && text[after - 1] === '"' && AFTER_STRING.test(lineFrom(text, after));
      if (closed) end = Math.max(offset, after);
    } else {
      while (start > 0 && /[^\s",:[\]{}]/.test(text[start - 1])) start--;
      while (end < text.length && /[^\s",:[\]{}]/.test(text[end])) end++;
    }
    this.range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    this.typed = this.quoted ? unquote(text.slice(start, offset)) : text.slice(start, offset);
    this.comma = /^[,}\]]?$/.test(nextCharacter(text, end)) ? '' : ',';
  }

  value(value: string, label: string | vscode.CompletionItemLabel, kind: vscode.CompletionItemKind): vscode.CompletionItem {
    const item = this.item(value, label, kind);
    item.insertText = `${JSON.stringify(value)}${this.comma}`;
    return item;
  }

  /** A folder, behind whose slash the next names are asked for at once. */
  folder(name: string, within: string, sortText: string): vscode.CompletionItem {
    const item = this.item(`${within}${name}`, name, vscode.CompletionItemKind.Folder);
    const inside = JSON.stringify(`${within}${name}`).slice(1, -1);
    item.insertText = new vscode.SnippetString().appendText(`"${inside}`).appendTabstop(0).appendText('"');
    item.command = { command: 'editor.action.triggerSuggest', title: '' };
    item.sortText = sortText;
    return item;
  }

  private item(value: string, label: string | vscode.CompletionItemLabel, kind: vscode.CompletionItemKind): vscode.CompletionItem {
    const item = new vscode.CompletionItem(label, kind);
    item.range = this.range;
    item.filterText = this.quoted ? JSON.stringify(value) : value;
    return item;
  }
}

/** The rest of a line. */
function lineFrom(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? undefined : end);
}

/** What a string that has begun says so far; an escape that is not whole as it stands. */
function unquote(begun: string): string {
  try {
    return JSON.parse(`${begun.replace(/(?<=.)"$/, '')}"`) as string;
  } catch {
    return begun.slice(1);
  }
}

/** The next character that is neither space nor comment; empty at the end. */
function nextCharacter(text: string, offset: number): string {
  const between = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
  between.lastIndex = offset;
  between.exec(text);
  return text.charAt(between.lastIndex);
}
