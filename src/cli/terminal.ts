/**
 * Text as a terminal may show it: a title or a label of a file must not move the cursor, clear the screen or set its title.
 * Lines, tabs and the colours of this program stay.
 */
export function forTerminal(text: string): string {
  return text.replace(/\u001b\[\d*m|(?![\n\t])\p{Cc}/gu, (found) => (found.length > 1 ? found : '\uFFFD'));
}
