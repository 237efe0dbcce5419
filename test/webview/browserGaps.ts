/** happy-dom has no form-associated custom elements; the controls ask for their internals when they are made and only report to them. */
if (!('attachInternals' in HTMLElement.prototype)) {
  Object.defineProperty(HTMLElement.prototype, 'attachInternals', {
    value: () => ({ setFormValue() {}, setValidity() {}, checkValidity: () => true, reportValidity: () => true, form: null, validity: { valid: true }, validationMessage: '', willValidate: true, states: new Set(), labels: [] }),
  });
}

// A page without a doctype is in quirks mode, where KaTeX refuses to work; it asks when it is loaded.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat', configurable: true });

// Nor has it popovers: one is open while it has a mark, by which `:popover-open` is answered.
if (!('showPopover' in HTMLElement.prototype)) {
  const mark = 'data-popover-open';
  const matches = Element.prototype.matches;
  Object.defineProperties(HTMLElement.prototype, {
    showPopover: { value(this: HTMLElement) { this.setAttribute(mark, ''); } },
    hidePopover: { value(this: HTMLElement) { this.removeAttribute(mark); } },
    matches: { value(this: HTMLElement, selector: string) { return matches.call(this, selector.replaceAll(':popover-open', `[${mark}]`)); } },
  });
}

export {};
