/**
 * LaTeX → SVG, for hovers in the text editor, where neither MathML nor web fonts can be shown. Loaded on first need.
 */
import { mathjax } from '@mathjax/src/js/mathjax.js';
import { TeX } from '@mathjax/src/js/input/tex.js';
import { SVG } from '@mathjax/src/js/output/svg.js';
import { liteAdaptor } from '@mathjax/src/js/adaptors/liteAdaptor.js';
import { RegisterHTMLHandler } from '@mathjax/src/js/handlers/html.js';
import { MathJaxNewcmFont } from '@mathjax/mathjax-newcm-font/js/svg.js';
import '@mathjax/src/js/input/tex/base/BaseConfiguration.js';
import '@mathjax/src/js/input/tex/ams/AmsConfiguration.js';

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const page = mathjax.document('', {
  InputJax: new TeX({ packages: ['base', 'ams'] }),
  OutputJax: new SVG({ fontData: MathJaxNewcmFont, fontCache: 'local', linebreaks: { inline: false } }),
});

/** What MathJax notes for its own menus; an image has no use for it, and a hover's length is capped. */
const ANNOTATIONS = / (?:data-(?:latex|mml-node|c|variant|break-align)|role|focusable)="[^"]*"/g;

/**
 * @param latex a formula in TeX.
 * @param color any CSS colour, for an image cannot take the theme's.
 * @param size font size in pixels.
 * @returns an SVG document with its width and height in pixels; null where a character has no glyph in the bundled font.
 */
export function typesetSvg(latex: string, color: string, size: number): string | null {
  try {
    const ex = size / 2;
    const node = page.convert(latex, { display: true, em: size, ex, containerWidth: 80 * size });
    const svg = adaptor.tags(node, 'svg')[0];
    for (const side of ['width', 'height'] as const) {
      const value = Number.parseFloat(adaptor.getAttribute(svg, side) ?? '0') * ex;
      adaptor.setAttribute(svg, side, `${Math.ceil(value)}px`);
    }
    adaptor.setStyle(svg, 'color', color);
    return adaptor.outerHTML(svg).replace(ANNOTATIONS, '');
  } catch {
    return null;
  }
}
