import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { referenceOf } from '../glossary/glossary';
import { REFERENCE_PAGES, headingAnchor, isReferencePage, pageFile, pageSummary, pageTitle, type ReferencePage } from '../../wording/reference';

/** Shows where the reference tells more of a word of the lab. */
export async function openTerm(extensionUri: vscode.Uri, term: string): Promise<void> {
  const place = referenceOf(term);
  await show(extensionUri, place?.page ?? 'quantities', place?.heading ?? null, true);
}

/**
 * Shows a page of the reference in the language of the window.
 * @param page its name; anything else: a list to choose from.
 * @param heading where in the page; anything but a text: its top. With a heading the page opens beside what is read.
 */
export async function openReference(extensionUri: vscode.Uri, page: unknown, heading: unknown): Promise<void> {
  const chosen = isReferencePage(page) ? page : await pickPage();
  if (chosen) await show(extensionUri, chosen, typeof heading === 'string' ? heading : null, typeof heading === 'string');
}

async function pickPage(): Promise<ReferencePage | undefined> {
  const items = REFERENCE_PAGES.filter((page) => page !== 'README').map((page) => ({ label: pageTitle(page), detail: pageSummary(page), page }));
  return (await vscode.window.showQuickPick(items, { title: l10n.t('GDExp Reference'), placeHolder: l10n.t('Page to open'), matchOnDetail: true }))?.page;
}

async function show(extensionUri: vscode.Uri, page: ReferencePage, heading: string | null, beside: boolean): Promise<void> {
  const file = vscode.Uri.joinPath(extensionUri, 'docs', pageFile(page, vscode.env.language));
  const place = heading === null ? file : file.with({ fragment: headingAnchor(heading) });
  await vscode.commands.executeCommand(beside ? 'markdown.showPreviewToSide' : 'markdown.showPreview', place);
}
