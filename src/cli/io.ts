/** What the program touches of the world, so that a test can be the world. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly cwd: string;
  readonly locale: string;
  readonly color: boolean;
  /** The bundled worker; null: runs go one after the other in this thread. */
  readonly workerFile: string | null;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
}

/** Exit codes of the format's contract. */
export const EXIT = { ok: 0, expectationFailed: 1, wrongFile: 2, runFailed: 3, interrupted: 130 } as const;
