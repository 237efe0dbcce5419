import * as vscode from 'vscode';
import type { RunService } from '../runs/runService';
import type { Log } from '../log';
import type { ExperimentDocuments } from '../documents';
import type { WorkerPool } from '../../worker/pool';
import type { GhostService } from '../ghosts/ghostService';
import type { EditQueue } from './editQueue';
import { LabPage } from './labPage';

export const LAB_VIEW = 'gdexp.lab';

/** What a page asks of VS Code; the commands do the same. */
export interface LabActions {
  /** @param seriesKeys null: every run of the experiment. */
  run(document: vscode.TextDocument, seriesKeys: readonly string[] | null): Promise<void>;
  /** @param path JSON Pointer to reveal, or null. */
  openSource(document: vscode.TextDocument, path: string | null): Promise<void>;
  /** Opens the definition of a quantity that an instrument shows. */
  openTerm(term: string): Promise<void>;
  exportResults(document: vscode.TextDocument, format: 'csv' | 'json' | 'pytorch' | 'keras' | 'npz'): Promise<void>;
  saveImage(document: vscode.TextDocument, name: string, png: Uint8Array): Promise<void>;
}

export interface LabServices {
  readonly extensionUri: vscode.Uri;
  readonly documents: ExperimentDocuments;
  readonly runs: RunService;
  readonly edits: EditQueue;
  readonly ghosts: GhostService;
  readonly log: Log;
  pool(): WorkerPool;
}

/** The lab as VS Code's editor of .gdexp files. Everything it shows is told from the document and the runs; it holds no state of its own. */
export class LabEditorProvider implements vscode.CustomTextEditorProvider {
  private readonly pages = new Set<LabPage>();
  /** Set before the first editor opens; the commands need the provider and the provider the commands. */
  actions!: LabActions;

  constructor(private readonly services: LabServices) {}

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const page = new LabPage(document, panel, { ...this.services, actions: this.actions });
    this.pages.add(page);
    panel.onDidDispose(() => {
      page.dispose();
      this.pages.delete(page);
    });
  }

  /** Pages of a document, the active one first. */
  pagesOf(uri: vscode.Uri): readonly LabPage[] {
    const key = uri.toString();
    return [...this.pages].filter((page) => page.document.uri.toString() === key).sort((a, b) => Number(b.panel.active) - Number(a.panel.active));
  }

  isVisible(uri: vscode.Uri): boolean {
    return this.pagesOf(uri).some((page) => page.panel.visible);
  }

  get active(): LabPage | undefined {
    return [...this.pages].find((page) => page.panel.active);
  }
}
