import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import * as l10n from '@vscode/l10n';
import { MODEL_LIMITS, type ModelLimits } from '../core/training/modelProblem';
import type { ParseOptions } from '../format/parse';

/** The caps of the settings, for a terminal. */
export interface LimitFlags {
  readonly maxParameters: number;
  /** Megabytes. */
  readonly networkMemory: number;
}

export function withLimits(command: Command): Command {
  return command
    .addOption(new Option('--max-parameters <n>', l10n.t('refuse networks with more parameters')).argParser(parseCount).default(MODEL_LIMITS.parameters))
    .addOption(new Option('--network-memory <megabytes>', l10n.t('refuse networks that take more memory at the same time')).argParser(parseCount).default(MODEL_LIMITS.memory / 1e6));
}

export function limitsOf({ maxParameters, networkMemory }: LimitFlags): ModelLimits {
  return { parameters: maxParameters, memory: networkMemory * 1e6 };
}

/** For what the file alone tells. */
export function parseLimits(flags: LimitFlags): ParseOptions {
  const { parameters, memory } = limitsOf(flags);
  return { maxParameters: parameters, networkBytes: memory };
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError(l10n.t('It must be a whole number from 1.'));
  return Number(text);
}
