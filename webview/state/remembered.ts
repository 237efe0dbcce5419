import type { LabStore } from './types';

/** What was saved under this name; the fallback where nothing was, or what an older page saved means nothing here. */
export function recall<T>(store: LabStore, name: string, fallback: T, valid: (value: unknown) => boolean): T {
  const saved = store.setting<unknown>(name, fallback);
  return saved === fallback || valid(saved) ? saved as T : fallback;
}

export function oneOf<T>(values: readonly T[]): (value: unknown) => boolean {
  return (value) => (values as readonly unknown[]).includes(value);
}

/** A property of a picture that outlives a hidden page: it stands among the settings of the page's view, not in the element. */
export function remembered<T>(name: string, fallback: T, valid: (value: unknown) => boolean) {
  return (prototype: object, key: string): void => {
    Object.defineProperty(prototype, key, {
      configurable: true,
      get(this: { readonly store: LabStore }): T { return recall(this.store, name, fallback, valid); },
      set(this: { readonly store: LabStore }, value: T) { this.store.setSetting(name, value); },
    });
  };
}
