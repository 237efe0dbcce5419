import type * as Experiments from './lazy/experiments';

let loaded: typeof Experiments | undefined;

/** The part of the extension that reads experiments, loaded on first need. At once, not by a promise: VS Code asks for some answers so. */
export function experiments(): typeof Experiments {
  return (loaded ??= require('./lazy/experiments') as typeof Experiments);
}
