import type * as vscode from 'vscode';

/** What the rest of the host writes to: the output channel "GDExp". */
export type Log = Pick<vscode.LogOutputChannel, 'debug' | 'info' | 'warn' | 'error' | 'show'>;
