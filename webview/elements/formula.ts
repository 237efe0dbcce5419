import katex from 'katex';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';
import type { ElementPart, PartInfo } from 'lit/directive.js';

/** Typesets LaTeX into the element it stands on; `katex.render` builds nodes, so that the content security policy has nothing to object to. */
class FormulaDirective extends AsyncDirective {
  private last = '';

  constructor(part: PartInfo) {
    super(part);
  }

  render(_latex: string, _display?: boolean): void {}

  override update(part: ElementPart, [latex, display]: [string, boolean?]): void {
    if (latex === this.last) return;
    this.last = latex;
    try {
      katex.render(latex, part.element as HTMLElement, { displayMode: display ?? false, trust: false, strict: 'ignore', maxExpand: 200 });
    } catch {
      part.element.textContent = latex;
    }
  }
}

export const formula = directive(FormulaDirective);
