/**
 * What GDExp offers to other extensions, version 1. Copy this file beside your code and ask for it so:
 *
 * ```ts
 * const gdexp = vscode.extensions.getExtension<GdexpExports>('gdexp.gdexp');
 * const api = (await gdexp?.activate())?.getAPI(1);
 * const { runs } = await api.run(vscode.Uri.joinPath(folder, 'ravine.gdexp'), { only: ['Adam'] });
 * ```
 *
 * Everything that is returned is plain data and stays as it is. Within a version nothing is taken away; fields may be added.
 */
import type { CancellationToken, Event, Uri } from 'vscode';

/** What activating the extension gives. */
export interface GdexpExports {
  /** Of the extension, as in its package.json. */
  readonly version: string;
  /** @throws RangeError for a version that this extension does not have. */
  getAPI(version: 1): GdexpApi;
}

export interface GdexpApi {
  /**
   * Runs an experiment and waits for its end.
   *
   * A file's runs are those of its lab: they show there while they go, and results that are true of the file's present text, saved or
   * not, are answered without running again. A text is run by itself; nothing of it is kept.
   *
   * A file that is wrong or cannot be run is no rejection: `problems` and `refusal` say why, and there are no runs.
   * @param experiment the file, or the text of one.
   * @throws Error (rejects) where the file cannot be read, `only` names an optimizer that is not there, or the workspace is not trusted.
   */
  run(experiment: Uri | string, options?: RunOptions): Promise<ExperimentResult>;

  /** Errors and warnings of a text, in the order of their places. Nothing is run. */
  parse(text: string): readonly Problem[];

  /** A run ended: started in the lab, by a command, a test, a language model's tool or through this API. */
  readonly onDidFinishRun: Event<FinishedRun>;
}

export interface RunOptions {
  /** Labels of the optimizers to run; all by default. */
  readonly only?: readonly string[];
  /** Cancels the runs: they end with status "cancelled" and what they had. */
  readonly token?: CancellationToken;
  /** The same for those who have a signal. */
  readonly signal?: AbortSignal;
}

/** A sentence about a place of the text. Line and column from 1; offset and length in UTF-16 units. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'information';
  /** Stable name of the rule, such as "unknownKey". */
  readonly code: string;
  /** In the language of the window. */
  readonly message: string;
  /** JSON Pointer of the place. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
  /** The nearest valid name, where one is near. */
  readonly suggestion?: string;
}

export interface ExperimentResult {
  /** In the language of the window; empty where the file has none. */
  readonly title: string;
  readonly problems: readonly Problem[];
  /** Why a valid experiment cannot be run, or null. */
  readonly refusal: string | null;
  /** In the order: variants, starts, optimizers, seeds. */
  readonly runs: readonly RunResult[];
  /** What the file expects of these runs, condition by condition. */
  readonly expectations: readonly ExpectationResult[];
}

export interface RunResult {
  /** Of the optimizer. */
  readonly label: string;
  readonly variant: string | null;
  /** Index of the start. */
  readonly start: number;
  readonly seed: number;
  /** What a sweep tried in this run: field or place → value; null where nothing is swept. */
  readonly sweep: Readonly<Record<string, number | string | boolean>> | null;
  readonly status: 'converged' | 'completed' | 'stoppedEarly' | 'diverged' | 'cancelled' | 'failed';
  /** Why it ended, in words. */
  readonly reason: string;
  /** Updates made. */
  readonly steps: number;
  readonly seconds: number;
  /** Where it ended; may be NaN or infinite. */
  readonly loss: number;
  /** ‖g‖ there; may be NaN. */
  readonly gradientNorm: number;
  /** The point it ended at, or null where it has more than 1000 coordinates. */
  readonly parameters: readonly number[] | null;
  /** Of a trained network by name, such as "validationLoss" and "accuracy"; null for an objective. */
  readonly metrics: Readonly<Record<string, number>> | null;
  readonly verdict: Verdict;
}

export interface Verdict {
  /** "converged", "zigzag", "diverged" … as an expectation names it. */
  readonly kind: string;
  /** A word or two, in the language of the window. */
  readonly title: string;
  /** A sentence with the numbers that prove it. */
  readonly text: string;
  /** These numbers by name. */
  readonly evidence: Readonly<Record<string, number>>;
  readonly remedies: readonly Remedy[];
}

/** A change of the file that makes the run better. */
export interface Remedy {
  readonly text: string;
  /** JSON Pointer of the place in the file. */
  readonly path: string;
  /** What to write there; undefined removes. */
  readonly value: unknown;
  /** Other places to be written with it, where it takes several. */
  readonly also?: readonly { readonly path: string; readonly value: unknown }[];
}

export interface ExpectationResult {
  /** "NAG: loss < 1e-6". */
  readonly text: string;
  readonly holds: boolean;
  /** What was found: of several runs the one that fails, or that comes nearest to failing. */
  readonly actual: number | string | null;
  /** From 1. */
  readonly line: number;
}

export interface FinishedRun {
  /** The experiment's document; null for a text that was run through the API or a tool. */
  readonly uri: Uri | null;
  readonly run: RunResult;
}
