/** happy-dom has no form-associated custom elements; the controls ask for their internals when they are made and only report to them. */
if (!('attachInternals' in HTMLElement.prototype)) {
  Object.defineProperty(HTMLElement.prototype, 'attachInternals', {
    value: () => ({ setFormValue() {}, setValidity() {}, checkValidity: () => true, reportValidity: () => true, form: null, validity: { valid: true }, validationMessage: '', willValidate: true, states: new Set(), labels: [] }),
  });
}

// A page without a doctype is in quirks mode, where KaTeX refuses to work; it asks when it is loaded.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat', configurable: true });

export {};
