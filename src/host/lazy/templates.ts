import * as l10n from '@vscode/l10n';
import { localized } from '../../format/localized';
import { TEMPLATES } from '../../format/templates';

export interface TemplateChoice {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  text(): string;
}

/**
 * What New Experiment offers, in the language of the window.
 * @param texts the window's translations: this file is loaded beside the extension's and has its own copy.
 */
export function templateChoices(locale: string, texts: l10n.l10nJsonFormat | undefined): readonly TemplateChoice[] {
  if (texts) l10n.config({ contents: texts });
  return TEMPLATES.map(({ id, title, description, text }) => ({ id, title: localized(title, locale), description: localized(description, locale), text }));
}
