import * as l10n from '@vscode/l10n';

/** The pages of docs/, in the order they are offered. */
export const REFERENCE_PAGES = ['README', 'format', 'optimizers', 'functions', 'layers', 'verdicts', 'quantities', 'cli'] as const;
export type ReferencePage = (typeof REFERENCE_PAGES)[number];

/** A heading of a page; null: its top. */
export interface ReferencePlace {
  readonly page: ReferencePage;
  /** As it stands in the page, the same in every language: the name that files use ("stop.steps", "adam"). */
  readonly heading: string | null;
}

export function isReferencePage(name: unknown): name is ReferencePage {
  return (REFERENCE_PAGES as readonly unknown[]).includes(name);
}

/** The title of a page. */
export function pageTitle(page: ReferencePage): string {
  switch (page) {
    case 'README': return l10n.t('Reference');
    case 'format': return l10n.t('The File Format');
    case 'optimizers': return l10n.t('Optimizers and Schedules');
    case 'functions': return l10n.t('Built-in Functions and Expressions');
    case 'layers': return l10n.t('Layers, Losses and Metrics');
    case 'verdicts': return l10n.t('Verdicts and Statuses');
    case 'quantities': return l10n.t('Quantities');
    case 'cli': return l10n.t('The Command Line');
  }
}

/** What a page is about, in a sentence. */
export function pageSummary(page: ReferencePage): string {
  switch (page) {
    case 'README': return l10n.t('All pages.');
    case 'format': return l10n.t('Every field of a .gdexp file: what it means, what it may hold, what its absence means.');
    case 'optimizers': return l10n.t('Every update rule, with the defaults of each dialect, and every learning-rate schedule, with its picture.');
    case 'functions': return l10n.t('The test functions with their minima and starts, and the notation of formulas.');
    case 'layers': return l10n.t('What a network is built of and trained by, each with its formula.');
    case 'verdicts': return l10n.t('What a verdict means, when it is given and what helps.');
    case 'quantities': return l10n.t('Every column of a record, every number of the instruments and every word of the lab, with its formula.');
    case 'cli': return l10n.t('The commands of gdexp, its exit codes and the JSON that it prints.');
  }
}

/** The file of a page in docs/, in Korean where that is the language ("ko", "ko-KR"), else in English. */
export function pageFile(page: ReferencePage, language: string): string {
  return /^ko\b/i.test(language) ? `${page}.ko.md` : `${page}.md`;
}

/** What no anchor keeps. */
const PUNCTUATION = /[\][!/'"#$%&()*+,.:;<=>?@\\^{|}~`。，、；：？！…—·‘’“”]/g;

/** The fragment by which Markdown renderers (VS Code's, GitHub's) know a heading. */
export function headingAnchor(heading: string): string {
  return heading.trim().toLowerCase().replace(/\s+/g, '-').replace(PUNCTUATION, '').replace(/^-+|-+$/g, '');
}
