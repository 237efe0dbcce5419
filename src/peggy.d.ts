declare module '*.peggy' {
  export function parse(text: string, options?: Readonly<Record<string, unknown>>): unknown;
  export const SyntaxError: new (...args: never[]) => Error & { location: { start: { offset: number }; end: { offset: number } }; expected: unknown; found: string | null };
}
