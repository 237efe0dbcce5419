import type { LocalizedText } from './experiment';

/**
 * Text in a person's language: exactly it ("pt-BR"), its first part ("pt"), English, or whatever there is.
 * @returns empty where there is no text.
 */
export function localized(text: LocalizedText | null, locale: string): string {
  if (text === null || typeof text === 'string') return text ?? '';
  const find = (name: string): string | undefined => (Object.hasOwn(text, name) ? text[name] : undefined);
  return find(locale) ?? find(locale.split(/[-_]/)[0]) ?? find('en') ?? Object.values(text)[0] ?? '';
}
