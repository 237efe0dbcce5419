import type { RefusedData } from '../protocol/networks';

/** Data that cannot be used; wording/data.ts makes the sentence of it. */
export class RefusedDataError extends Error {
  constructor(readonly refused: RefusedData) {
    super([refused.problem.code, refused.file, refused.line].filter((part) => part !== null).join(', '));
    this.name = 'RefusedDataError';
  }
}
