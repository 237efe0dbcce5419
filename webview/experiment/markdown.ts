import { html, type TemplateResult } from 'lit';

/** A file's description as plain blocks: paragraphs, lists, bold, italics, code and links to the web; everything else is text. */
export function markdown(text: string): TemplateResult {
  const blocks = text.replace(/\r\n?/g, '\n').split(/\n{2,}/).map((block) => block.trim()).filter((block) => block !== '');
  return html`${blocks.map((block) => {
    const lines = block.split('\n');
    const item = /^\s*(?:[-*+]|\d+[.)])\s+/;
    if (lines.every((line) => item.test(line) || /^\s{2,}/.test(line))) {
      const items: string[] = [];
      for (const line of lines) {
        if (item.test(line)) items.push(line.replace(item, ''));
        else items[items.length - 1] += ` ${line.trim()}`;
      }
      return /^\s*\d/.test(lines[0]) ? html`<ol>${items.map((entry) => html`<li>${inline(entry)}</li>`)}</ol>` : html`<ul>${items.map((entry) => html`<li>${inline(entry)}</li>`)}</ul>`;
    }
    return /^#{1,6}\s/.test(lines[0]) && lines.length === 1 ? html`<p><strong>${inline(block.replace(/^#+\s+/, ''))}</strong></p>` : html`<p>${inline(lines.join(' '))}</p>`;
  })}`;
}

function inline(text: string): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [whole, code, bold, bold2, italic, label, target] = match;
    if (code) parts.push(html`<code>${code}</code>`);
    else if (bold ?? bold2) parts.push(html`<strong>${inline(bold ?? bold2)}</strong>`);
    else if (italic) parts.push(html`<em>${inline(italic)}</em>`);
    else parts.push(/^https?:\/\//.test(target) ? html`<a href=${target}>${label}</a>` : whole);
  }
  parts.push(text.slice(from));
  return parts;
}
