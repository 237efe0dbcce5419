/**
 * A host inside the page for experiments that train networks: the file is read, the networks are trained and asked by the product's own
 * engine, in the page's thread, so that every picture shows real numbers without VS Code.
 */
import { bestOfSweep } from '../../../src/format/sweepResults';
import { applyChanges, editText } from '../../../src/format/edits';
import { parseExperiment } from '../../../src/format/parse';
import type { ParsedExperiment, PointerEdit } from '../../../src/format/experiment';
import { isClassification } from '../../../src/core/nn/classification';
import type { Datasets } from '../../../src/core/data/dataset';
import { applyNetwork } from '../../../src/core/training/apply';
import { dataInfo } from '../../../src/core/training/dataInfo';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { evaluations } from '../../../src/core/training/evaluation';
import { prepareModel } from '../../../src/core/training/modelParts';
import { runTrialAsync } from '../../../src/core/training/run';
import type { ModelTrial } from '../../../src/core/training/trial';
import { completeEdits } from '../../../src/host/editor/pageEdits';
import { labDocument } from '../../../src/host/editor/labDocument';
import { modelTrials } from '../../../src/host/editor/labModel';
import { Run, seriesKey } from '../../../src/host/runs/run';
import { toLabRun } from '../../../src/host/runs/labRun';
import { loadDatasets } from '../../../src/loaders/load';
import type { HostMessage, LabData, PageMessage } from '../../../src/protocol/lab';

const MOONS = {
  gdexp: 1, title: 'Two moons', description: 'A small network learns where one moon ends and the other begins.', seed: 1, precision: 'float32',
  data: { generate: 'moons', samples: 300, noise: 0.2, validation: 0.3, scale: 'standardize' },
  model: { initializer: 'heNormal', layers: [{ type: 'dense', units: 16, activation: 'tanh' }, { type: 'dense', units: 8, activation: 'tanh' }, { type: 'dense', units: 1, activation: 'sigmoid' }] },
  loss: 'binaryCrossentropy', metrics: ['accuracy'], training: { batchSize: 20, epochs: 60 },
  optimizers: [{ type: 'sgd', label: 'SGD', learningRate: 0.1 }, { type: 'sgd', label: 'Momentum', learningRate: 0.05, momentum: 0.9 }, { type: 'adam', label: 'Adam', learningRate: 0.02 }],
  diagnostics: { tier: 'full' },
};

/** Files by the name of their scenario. */
export const networkFiles: Readonly<Record<string, () => object>> = {
  moons: () => MOONS,
  moonsSeeds: () => ({ ...MOONS, seeds: 3 }),
  moonsShort: () => ({ ...MOONS, training: { batchSize: 20, epochs: 1 } }),
  regression: () => ({
    gdexp: 1, title: 'A wave', seed: 3, data: { generate: 'sine', samples: 120, noise: 0.1, validation: 0.25 },
    model: { layers: [{ type: 'dense', units: 24, activation: 'tanh', repeat: 2 }, { type: 'dense', units: 1 }] },
    loss: 'meanSquaredError', metrics: ['r2', 'meanAbsoluteError'], training: { batchSize: 16, epochs: 150 }, stop: { patience: 40 }, predict: [[0.25], [0.5]],
    optimizers: [{ type: 'adam', label: 'Adam', learningRate: 0.01 }, { type: 'rmsprop', label: 'RMSprop', learningRate: 0.003 }],
    diagnostics: { tier: 'full' },
  }),
  losses: () => ({
    ...MOONS, title: 'Which loss', optimizers: [MOONS.optimizers[2]],
    variants: [{ label: 'cross-entropy', set: { '/loss': 'binaryCrossentropy' } }, { label: 'squared error', set: { '/loss': 'meanSquaredError' } }],
  }),
  sweep: () => ({ ...MOONS, title: 'Which rate', training: { batchSize: 20, epochs: 20 }, optimizers: MOONS.optimizers.slice(1), sweep: { learningRate: { from: 0.001, factor: 4, count: 6 }, metric: 'validationLoss' } }),
  trust: () => ({ ...MOONS, title: 'How far to trust it', training: { batchSize: 20, epochs: 15 }, evaluate: { crossValidation: { folds: 5 }, bootstrap: { rounds: 8 } } }),
  refused: () => ({ ...MOONS, data: { csv: 'data/gone.csv', target: 'y' } }),
};

class NetworkHost {
  private text: string;
  private version = 1;
  private parsed: ParsedExperiment;
  private runs: Run[] = [];
  private readonly datasets = new Map<string, Datasets>();
  private problem = '';
  private generation = 0;

  constructor(file: object, private readonly post: (message: HostMessage) => void) {
    this.text = JSON.stringify(file, null, 2);
    this.parsed = parseExperiment(this.text);
  }

  handle(message: PageMessage): void {
    switch (message.type) {
      case 'ready':
        this.post({ type: 'init', locale: 'en', l10n: null, document: this.document(), runs: [] });
        void this.train();
        break;
      case 'edit':
        this.change(message.edits);
        if (message.request !== undefined) this.post({ type: 'reply', request: message.request, applied: true });
        break;
      case 'run':
        void this.train();
        break;
      case 'cancel':
        this.generation++;
        this.post({ type: 'progress', running: false, fraction: 1, text: 'Cancelled' });
        break;
      case 'apply':
        try {
          this.post({ type: 'reply', request: message.request, network: this.apply(message) });
        } catch (error) {
          this.post({ type: 'reply', request: message.request, error: (error as Error).message });
        }
        break;
    }
  }

  private document() {
    return labDocument({ parsed: this.parsed, lastGood: null, version: this.version, fileName: 'network.gdexp', language: 'en', editable: true });
  }

  private change(edits: readonly PointerEdit[]): void {
    this.text = applyChanges(this.text, editText(this.text, completeEdits(this.parsed.value, edits)));
    this.parsed = parseExperiment(this.text);
    this.version++;
    this.post({ type: 'document', document: this.document() });
    void this.train();
  }

  private async load(trial: ModelTrial): Promise<void> {
    if (this.datasets.has(trial.dataKey)) return;
    const datasets = await loadDatasets(trial.data, trial.seed, (name) => { throw new Error(`${name} is not there. Write a path relative to this file.`); }, { classification: isClassification(trial.loss), shared: false });
    this.datasets.set(trial.dataKey, datasets);
  }

  private tellData(): void {
    const data = modelTrials(this.parsed.experiment!).map((trial): LabData => {
      const datasets = this.datasets.get(trial.dataKey);
      if (this.problem) return { state: 'refused', fraction: null, problem: this.problem, info: null };
      return datasets ? { state: 'ready', fraction: null, problem: '', info: dataInfo(datasets, trial) } : { state: 'loading', fraction: null, problem: '', info: null };
    });
    this.post({ type: 'data', data });
  }

  private async train(): Promise<void> {
    const { experiment } = this.parsed;
    if (!experiment) return;
    const generation = ++this.generation;
    this.runs = [];
    this.problem = '';
    this.post({ type: 'runs', runs: [] });
    this.tellData();
    const trials = experiment.trials as readonly ModelTrial[];
    let done = 0;
    for (const trial of trials) {
      try {
        await this.load(trial);
      } catch (error) {
        this.problem = (error as Error).message;
        this.tellData();
        return;
      }
      this.tellData();
      const run = Run.create(trial, 64 << 20);
      run.startedAt = performance.now();
      this.runs.push(run);
      let told = performance.now();
      const summary = await runTrialAsync(trial, {
        interval: 100, cancelled: () => generation !== this.generation, now: () => performance.now(), tryRemedies: trial.sweep === null,
        rows: (record) => {
          run.append(record);
          if (performance.now() - told < 100) return;
          told = performance.now();
          this.post({ type: 'run', runs: [toLabRun(run)] });
        },
      }, undefined, { ...DEPENDENCIES, datasets: (key) => this.datasets.get(key) });
      if (generation !== this.generation) return;
      run.finish(summary);
      done++;
      if (experiment.sweep) this.judge(experiment.sweep);
      this.post({ type: 'run', runs: experiment.sweep ? this.runs.map(toLabRun) : [toLabRun(run)] });
      this.post({ type: 'progress', running: done < trials.length, fraction: done / trials.length, text: `${done} of ${trials.length} runs` });
    }
    const ended = this.runs.flatMap((run) => (run.summary && run.trial.kind === 'model' ? [{ trial: run.trial, summary: run.summary }] : []));
    this.post({ type: 'evaluation', evaluation: evaluations(ended).map((one) => ({ ...one, seriesKey: seriesKey(ended.find(({ trial }) => trial.label === one.label && trial.variant === one.variant)!.trial) })) });
  }

  private judge(sweep: NonNullable<ParsedExperiment['experiment']>['sweep'] & object): void {
    for (const run of this.runs) run.scoreFor(sweep.metric);
    const ended = this.runs.filter((run) => run.summary);
    const best = new Set(bestOfSweep(sweep, ended.map((run) => ({ run, trial: run.trial, summary: run.summary!, ...(run.sweepValue === null ? {} : { value: run.sweepValue }) }))).map(({ run }) => run));
    for (const run of this.runs) run.isBest = best.has(run);
  }

  private apply({ run: id, step, what }: Extract<PageMessage, { type: 'apply' }>) {
    const run = this.runs.find(({ trial }) => trial.id === id);
    if (!run || run.trial.kind !== 'model') throw new Error('This run is not there any more.');
    const { snapshots } = run.builder.build();
    if (!snapshots) throw new Error('No weights of this run are kept.');
    let at = snapshots.steps.length - 1;
    if (step !== null) while (at > 0 && snapshots.steps[at] > step) at--;
    const size = snapshots.points.length / snapshots.steps.length;
    const parts = prepareModel(run.trial, { ...DEPENDENCIES, datasets: (key) => this.datasets.get(key) });
    return applyNetwork(parts, snapshots.points.subarray(at * size, (at + 1) * size), what);
  }
}

/** Installs `acquireVsCodeApi` over a trained network. */
export function installNetworkHost(scenario: string): void {
  let saved: unknown = JSON.parse(sessionStorage.getItem(`lab-${scenario}`) ?? 'null');
  const sent: PageMessage[] = [];
  (window as unknown as { sentToHost: PageMessage[] }).sentToHost = sent;
  const host = new NetworkHost(networkFiles[scenario](), (message) => setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: message })), 2));
  (window as unknown as { acquireVsCodeApi: () => unknown }).acquireVsCodeApi = () => ({
    postMessage: (message: PageMessage) => { sent.push(message); host.handle(structuredClone(message)); },
    getState: () => saved,
    setState: (state: unknown) => { saved = state; sessionStorage.setItem(`lab-${scenario}`, JSON.stringify(state)); },
  });
}
