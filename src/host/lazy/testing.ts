/** What experiments expect, in the Test Explorer. A file of its own, loaded after activation. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ExperimentDocuments } from '../documents';
import type { RunService } from '../runs/runService';
import { ExperimentTests } from '../testing/experimentTests';
import { ExpectationRuns } from '../testing/testRuns';

// This file has its own copy of the texts.
if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

/** Milliseconds that the outcome of a check stands in the status bar. */
const MESSAGE = 8000;

export interface Testing extends vscode.Disposable {
  /** Checks one entry of a file, or all of them, as a test run of its own. */
  check(document: vscode.TextDocument, entry: number | null): Promise<void>;
}

export function createTesting(documents: ExperimentDocuments, runs: RunService): Testing {
  const controller = vscode.tests.createTestController('gdexp', 'GDExp');
  const tests = new ExperimentTests(controller, documents);
  const running = new ExpectationRuns(tests, documents, runs);
  const profile = controller.createRunProfile(l10n.t('Run and check'), vscode.TestRunProfileKind.Run, async (request, token) => void (await running.run(request, token)), true);
  return {
    check: async (document, entry) => {
      const file = tests.itemOf(document);
      const item = entry === null ? file : file?.children.get(`${file.id}#${entry}`);
      if (!item) {
        void vscode.window.showInformationMessage(l10n.t('This file expects nothing. An entry of "expect" claims something of its runs, such as { "verdict": "converged" }.'));
        return;
      }
      const source = new vscode.CancellationTokenSource();
      try {
        const { asked, hold } = await running.run(new vscode.TestRunRequest([item], undefined, profile), source.token);
        vscode.window.setStatusBarMessage(`${hold === asked ? '$(check)' : '$(close)'} ${l10n.t('{0} of {1} expectations hold', hold, asked)}`, MESSAGE);
      } finally {
        source.dispose();
      }
    },
    dispose: () => {
      tests.dispose();
      profile.dispose();
      controller.dispose();
    },
  };
}
