import * as vscode from 'vscode';
import { MODEL_LIMITS } from '../core/training/modelProblem';

/** The settings of the extension, read when asked so that a change counts at once. */
export const settings = {
  get runOnOpen(): boolean {
    return read('runOnOpen', 'objectives') === 'objectives';
  },
  get liveRun(): boolean {
    return read('liveRun', true);
  },
  /** Runs at the same time; 0: as many as there are cores. */
  get workers(): number {
    return read('workers', 0);
  },
  /** Kernels of networks; null: the best that the host has. */
  get kernels(): 'simd' | 'relaxedSimd' | null {
    const chosen = read<string>('kernels', 'best');
    return chosen === 'simd' || chosen === 'relaxedSimd' ? chosen : null;
  },
  get maxRuns(): number {
    return read('maxRuns', 1000);
  },
  /** Of one network. */
  get maxParameters(): number {
    return read('maxParameters', MODEL_LIMITS.parameters);
  },
  /** Bytes that all networks that are trained at the same time may take. */
  get networkBytes(): number {
    return read('networkMemory', MODEL_LIMITS.memory / 1e6) * 1e6;
  },
  get recordBytes(): number {
    return read('recordMemory', 64) * 1e6;
  },
  get historyEnabled(): boolean {
    return read('history.enabled', true);
  },
  /** Kept runs that are not pinned. */
  get historyRuns(): number {
    return read('history.maxRuns', 500);
  },
  get historyBytes(): number {
    return read('history.maxMegabytes', 200) * 1e6;
  },
};

function read<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration('gdexp').get<T>(name, fallback);
}
