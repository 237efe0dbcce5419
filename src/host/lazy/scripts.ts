import * as l10n from '@vscode/l10n';
import type { NamedArray } from '../../core/nn/weights';
import type { Experiment } from '../../format/experiment';
import { FRAMEWORK_NAMES, type Framework, createScript } from '../../format/scripts/create';
import { writeNpz } from '../../loaders/npz';

export interface ScriptInput {
  readonly experiment: Experiment;
  readonly framework: Framework;
  /** Label of the variant. */
  readonly variant: string | null;
  /** Labels of the optimizers; empty: all of them. */
  readonly only: readonly string[];
  readonly locale: string;
  /** The window's translations: this file is loaded beside the extension's and has its own copy of the texts. */
  readonly texts: l10n.l10nJsonFormat | undefined;
}

/** A script of an experiment, or why there is none. */
export function scriptOf({ experiment, framework, variant, only, locale, texts }: ScriptInput): ReturnType<typeof createScript> {
  if (texts) l10n.config({ contents: texts });
  return createScript(experiment, framework, { locale, variant, only });
}

export const nameOfFramework = (framework: Framework): string => FRAMEWORK_NAMES[framework];

/** Weights as an npz file. */
export function weightsFile(arrays: readonly NamedArray[]): Uint8Array {
  return writeNpz(new Map(arrays.map(({ name, shape, values }) => [name, { shape, values }])));
}
