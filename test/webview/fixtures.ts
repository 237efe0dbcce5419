import type { HostMessage, LabDocument, LabRun, PageMessage } from '../../src/protocol/lab';
import type { HostPort } from '../../webview/state/hostPort';

/** A host that only remembers what the page sent and says what a test tells it to. */
export class RecordingPort implements HostPort {
  readonly sent: PageMessage[] = [];
  saved: unknown;
  private listener: (message: HostMessage) => void = () => {};

  constructor(saved?: unknown) {
    this.saved = saved;
  }

  post(message: PageMessage): void {
    this.sent.push(message);
  }

  onMessage(listener: (message: HostMessage) => void): void {
    this.listener = listener;
  }

  getState(): unknown {
    return this.saved;
  }

  setState(state: unknown): void {
    this.saved = state;
  }

  say(message: HostMessage): void {
    this.listener(message);
  }

  of<T extends PageMessage['type']>(type: T): Extract<PageMessage, { type: T }>[] {
    return this.sent.filter((message): message is Extract<PageMessage, { type: T }> => message.type === type);
  }
}

export function labDocument(change: Partial<LabDocument> = {}): LabDocument {
  const series = ['SGD', 'NAG', 'Adam'].map((label, index) => ({
    key: `0/${index}`, index, label, variant: null, optimizerIndex: index, objective: 0, model: -1, type: label === 'Adam' ? 'adam' : 'sgd', note: 'plain',
    rate: { value: 0.01, path: `/optimizers/${index}/learningRate`, isDefault: index === 2 },
    fields: [
      { path: `/optimizers/${index}/learningRate`, name: 'learningRate', label: 'Learning rate', help: 'Size of a step.', control: 'number' as const, value: 0.01, isDefault: index === 2, minimum: 0 },
      { path: `/optimizers/${index}/momentum`, name: 'momentum', label: 'Momentum', help: 'Share kept.', control: 'number' as const, value: index === 1 ? 0.9 : 0, isDefault: index !== 1, minimum: 0, maximum: 1 },
      { path: `/optimizers/${index}/nesterov`, name: 'nesterov', label: 'Nesterov', help: 'Look ahead.', control: 'boolean' as const, value: index === 1, isDefault: index !== 1 },
    ],
  }));
  const objective: LabDocument['objective'] = change.objective !== undefined ? change.objective : {
    function: 'rosenbrock', builtins: [{ name: 'rosenbrock', title: 'Rosenbrock' }, { name: 'sphere', title: 'Sphere' }], expression: '(1-x)^2+100*(y-x^2)^2', latex: '(1-x)^2+100(y-x^2)^2', gradientLatex: null,
    variables: ['x', 'y'], constants: [], starts: [[-1.2, 1]], goal: 'minimize', domain: null, minima: [{ at: [1, 1], value: 0 }], surface: 'rosenbrock',
  };
  return {
    version: 1, fileName: 'valley.gdexp', title: 'Valley', description: '', problems: [], valid: true, empty: false, kind: 'objective', seed: 42, seeds: 1, variants: [],
    objective, objectives: objective ? [objective] : [], model: null, models: [], sweep: null,
    series, optimizerTypes: [{ type: 'adam', title: 'Adam', summary: 'Adaptive moments' }, { type: 'lion', title: 'Lion', summary: 'Sign of momentum' }],
    settings: [
      { path: '/stop/steps', name: 'steps', label: 'Steps', help: 'Updates at most.', control: 'integer', minimum: 1, value: 1000, isDefault: true },
      { path: '/diagnostics/tier', name: 'tier', label: 'Diagnostics', help: 'How much is measured.', control: 'choice', choices: ['basic', 'full'], value: 'full', isDefault: false },
    ],
    stop: { steps: 1000, gradientNorm: 1e-6, loss: null }, tier: 'full', refusal: null, editable: true, ...change,
  };
}

/** A run of the parabola x² by plain descent with rate 0.1 from 1: x_k = 0.8^k, f_k = 0.64^k. */
export function labRun(seriesKey: string, change: Partial<LabRun> = {}): LabRun {
  const steps = change.steps ?? 20;
  const step = Float64Array.from({ length: steps + 1 }, (_, k) => k);
  return {
    id: seriesKey, seriesKey, label: seriesKey, variant: null, startIndex: 0, seed: 42, status: 'completed', preview: false, stale: false, steps, stepLimit: 1000, seconds: 0.001, loss: 0.64 ** steps, gradientNorm: 2 * 0.8 ** steps,
    parameters: [0.8 ** steps], reason: '', statusText: 'Step limit', verdict: { kind: 'stillDescending', title: 'Still descending', text: 'It still fell.', severity: 'warning', evidence: { share: 0.2 }, remedies: [{ text: 'Add momentum 0.9', path: '/optimizers/0/momentum', value: 0.9 }] }, criticalPoint: null,
    part: 'main', partIndex: null, sweep: null, sweepValue: null, isBest: true, model: null, epochs: null,
    record: { rows: steps + 1, columns: { step, loss: step.map((k) => 0.64 ** k) }, kept: 'all', snapshots: null }, ...change,
  };
}

export function init(port: RecordingPort, runs: readonly LabRun[] = [], document: LabDocument = labDocument()): void {
  port.say({ type: 'init', locale: 'en', l10n: null, document, runs });
}
