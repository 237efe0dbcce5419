import { directive, Directive, type ElementPart } from 'lit/directive.js';

/**
 * Style properties set one by one through the CSSOM. Lit's own styleMap writes a style attribute first, which the page's content
 * security policy forbids.
 */
class StyledDirective extends Directive {
  private names: readonly string[] = [];

  render(_properties: Readonly<Record<string, string>>): void {}

  override update(part: ElementPart, [properties]: [Readonly<Record<string, string>>]): void {
    const { style } = part.element as HTMLElement;
    for (const name of this.names) if (!(name in properties)) style.removeProperty(name);
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
    this.names = Object.keys(properties);
  }
}

export const styled = directive(StyledDirective);
