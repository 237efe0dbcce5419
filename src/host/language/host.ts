import type * as vscode from 'vscode';
import type { ParsedExperiment, Problem } from '../../format/experiment';
import type { LabRun } from '../../protocol/lab';
import type { KnownResult } from '../runs/complete';

/** What the language features need of a run: its outcome, not its record. */
export type RunOutcome = Pick<LabRun, 'id' | 'seriesKey' | 'label' | 'variant' | 'status' | 'statusText' | 'steps' | 'stepLimit' | 'loss' | 'stale' | 'preview' | 'verdict'>;

/**
 * Draws formulas of LaTeX in a CSS colour at a font size in pixels: for each an SVG document, or null where it cannot be drawn.
 * Never rejects: a hover then shows the formulas as text.
 */
export type Typeset = (latex: readonly string[], color: string, size: number) => Promise<readonly (string | null)[]>;

/** At most so many bytes from the beginning of a file of this machine. */
export type ReadHead = (uri: vscode.Uri, bytes: number) => Promise<Uint8Array>;

/** What the language features ask of the rest of the host. */
export interface LanguageHost {
  /** Parsed once a version of the document. */
  parsed(document: vscode.TextDocument): ParsedExperiment;
  /** The newest runs of a document, previews left out. */
  runs(uri: vscode.Uri): readonly RunOutcome[];
  /** The runs of a document that ended, with what an expectation may ask of them. */
  results(uri: vscode.Uri): readonly KnownResult[];
  readonly onDidChangeRuns: vscode.Event<vscode.Uri>;
  /** What is wrong with the data that a document's networks were to be trained on, as far as they were read. */
  dataProblems(document: vscode.TextDocument): readonly Problem[];
  readonly onDidChangeData: vscode.Event<vscode.Uri>;
  readonly typeset: Typeset;
  /** Reads the beginning of a file without the rest; null where a file can only be had whole. */
  readonly head: ReadHead | null;
}

export const LANGUAGE = 'gdexp';
