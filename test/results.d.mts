import type { Runner } from 'mocha';

export interface TestResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly milliseconds?: number;
  readonly error?: string;
}
export function report(runner: Runner, suite: string, file: string, say?: (line: string) => void): void;
export function writeResults(file: string, suite: string, tests: readonly TestResult[]): void;
