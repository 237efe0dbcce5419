import * as l10n from '@vscode/l10n';
import type { ParsedExperiment } from '../../format/experiment';
import { resultsCsv } from '../../format/report/csv';
import { resultDocument, stringifyResults, type DocumentOptions, type RunReport } from '../../format/report/document';

export interface ResultsInput {
  readonly format: 'csv' | 'json';
  readonly parsed: ParsedExperiment;
  readonly reports: readonly RunReport[];
  readonly options: DocumentOptions;
  /** The window's translations: this file is loaded beside the extension's and has its own copy of the texts. */
  readonly texts: l10n.l10nJsonFormat | undefined;
}

/** The content of an export. */
export function resultsText({ format, parsed, reports, options, texts }: ResultsInput): string {
  if (texts) l10n.config({ contents: texts });
  if (format === 'csv') return resultsCsv(parsed.experiment!, reports);
  return `${stringifyResults(resultDocument(parsed, reports, options), 2)}\n`;
}
