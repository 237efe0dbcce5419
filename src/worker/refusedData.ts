import type { RunProblem } from '../core/training/modelProblem';
import type { RefusedData } from '../protocol/networks';

/** Data that cannot be used; wording/data.ts makes the sentence of it. */
export class RefusedDataError extends Error {
  constructor(readonly refused: RefusedData) {
    super([refused.problem.code, refused.file, refused.line].filter((part) => part !== null).join(', '));
    this.name = 'RefusedDataError';
  }
}

/** What a worker could not do with data or a network; wording/modelProblems.ts makes the sentence of it. */
export class RunProblemError extends Error {
  constructor(message: string, readonly problem: RunProblem) {
    super(message);
    this.name = 'RunProblemError';
  }
}
