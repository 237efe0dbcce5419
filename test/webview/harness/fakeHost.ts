/** A host inside the page: documents, runs and replies computed by descent.ts, so that the lab can be seen and clicked without VS Code. */
import type { HostMessage, LabDocument, LabField, LabProblem, LabRun, LabSeries, PageMessage } from '../../../src/protocol/lab';
import { descend, extremes, surfaces, type Rule } from './descent';

interface OptimizerEntry { type: string; label?: string; learningRate: number | { schedule: string; initial: number; factor: number }; momentum?: number; nesterov?: boolean; rho?: number }
export interface FakeFile {
  title?: string; description?: string; seed?: number;
  objective: { function?: string; expression?: string; start?: number[] | number[][] | Record<string, number>; goal?: 'minimize' | 'maximize'; constants?: Record<string, number> };
  optimizers: OptimizerEntry[];
  stop: { steps?: number; gradientNorm?: number };
  diagnostics: { tier: 'basic' | 'standard' | 'full' };
}

const FOUR: OptimizerEntry[] = [
  { type: 'sgd', label: 'SGD', learningRate: 0.001 },
  { type: 'sgd', label: 'NAG', learningRate: 0.001, momentum: 0.95, nesterov: true },
  { type: 'rmsprop', label: 'RMSprop', learningRate: 0.01, rho: 0.9 },
  { type: 'adam', label: 'Adam', learningRate: { schedule: 'exponential', initial: 0.2, factor: 0.9985 } },
];
const valley = (): FakeFile => ({ title: 'Rosenbrock valley', description: 'A curved valley with a flat floor. Watch who **turns** with it.', seed: 42, objective: { function: 'rosenbrock', start: [-1.2, 1] }, optimizers: structuredClone(FOUR), stop: { steps: 1000, gradientNorm: 1e-5 }, diagnostics: { tier: 'full' } });

export const scenarios: Record<string, () => { file: FakeFile; change?: (document: LabDocument) => LabDocument; auto?: boolean; slow?: boolean }> = {
  rosenbrock: () => ({ file: valley() }),
  norun: () => ({ file: valley(), auto: false }),
  running: () => ({ file: valley(), slow: true }),
  stale: () => ({ file: valley() }),
  empty: () => ({ file: valley(), auto: false, change: (d) => ({ ...d, empty: true, valid: false, kind: null, title: 'experiment', series: [], objective: null, settings: [] }) }),
  broken: () => ({ file: valley(), change: (d) => ({ ...d, valid: false, problems: [
    { severity: 'error', message: 'Unknown variable “q” in the expression. Variables are named by the start: x, y.', path: '/objective/expression', line: 4, column: 31, },
    { severity: 'error', message: 'Unknown key “learnRate”. Did you mean “learningRate”?', path: '/optimizers/0', line: 9, column: 23 },
    { severity: 'warning', message: 'The minimum lies outside the view.', path: '/objective/minimum', line: 6, column: 5 }] }) }),
  unparsed: () => ({ file: valley(), auto: false, change: (d) => ({ ...d, valid: false, kind: null, series: [], objective: null, settings: [], problems: [{ severity: 'error', message: 'Expected a comma or a closing brace.', path: '', line: 2, column: 3 }] }) }),
  diverged: () => { const file = valley(); file.optimizers[0].learningRate = 0.01; return { file }; },
  readonly: () => ({ file: valley(), change: (d) => ({ ...d, editable: false }) }),
  model: () => ({ file: valley(), auto: false, change: (d) => ({ ...d, kind: 'model', objective: null, title: 'Two moons', refusal: 'This experiment trains a network. This version runs objectives; the file is valid and is kept as it is.' }) }),
  forty: () => { const file = valley(); file.optimizers = Array.from({ length: 40 }, (_, i) => ({ ...FOUR[i % 4], learningRate: 0.0002 * (1 + (i % 7)), label: `${FOUR[i % 4].label} ${i + 1}` })); return { file }; },
  custom: () => { const file = valley(); file.objective = { expression: '(a - x)^2 + b*(y - x^2)^2', constants: { a: 1, b: 100 }, start: [[-1.2, 1], [1.5, -0.5], [0, 0]] }; return { file }; },
  oneD: () => { const file = valley(); file.title = 'Two valleys'; file.objective = { function: 'doubleWell', start: [2] }; file.optimizers = [{ type: 'sgd', label: 'SGD', learningRate: 0.05 }, { type: 'sgd', label: 'Momentum', learningRate: 0.02, momentum: 0.9 }]; file.stop.steps = 200; return { file }; },
  bowl3: () => { const file = valley(); file.title = 'A bowl in three dimensions'; file.objective = { function: 'bowl3', start: [10, 1, 1] }; file.optimizers[1].momentum = 0.5; return { file }; },
  saddle: () => { const file = valley(); file.title = 'Saddle'; file.objective = { function: 'saddle', start: [1, 0.0001] }; file.optimizers.forEach((o) => { o.learningRate = 0.05; }); file.stop.steps = 100; return { file }; },
};

const LATEX: Record<string, string> = { rosenbrock: '\\left(1-x\\right)^{2}+100\\,\\left(y-x^{2}\\right)^{2}', saddle: 'x^{2}-y^{2}', doubleWell: 'x^{4}-2x^{2}+\\frac{x}{4}', bowl3: '\\tfrac12\\left(x^2+10y^2+100z^2\\right)' };
const MINIMA: Record<string, { at: number[]; value: number }[]> = { rosenbrock: [{ at: [1, 1], value: 0 }], bowl3: [{ at: [0, 0, 0], value: 0 }], doubleWell: [{ at: [-1.0305, ], value: -1.2583 }] };
const DOMAIN: Record<string, [number, number][]> = { rosenbrock: [[-2, 2], [-1, 3]], saddle: [[-2, 2], [-2, 2]], doubleWell: [[-2, 2]], bowl3: [[-10, 10], [-2, 2], [-2, 2]] };

const surfaceOf = (file: FakeFile) => surfaces[file.objective.function ?? 'rosenbrock'];
const startsOf = (file: FakeFile): number[][] => { const start = file.objective.start ?? [-1.2, 1]; if (!Array.isArray(start)) return [Object.values(start)]; return Array.isArray(start[0]) ? (start as number[][]) : [start as number[]]; };

function documentOf(file: FakeFile, version: number): LabDocument {
  const name = file.objective.function ?? null;
  const surface = surfaceOf(file);
  const series = file.optimizers.map((entry, index): LabSeries => {
    const at = `/optimizers/${index}`;
    const rate = typeof entry.learningRate === 'number' ? { value: entry.learningRate, path: `${at}/learningRate` } : { value: entry.learningRate.initial, path: `${at}/learningRate/initial` };
    const fields: LabField[] = [
      { path: `${at}/type`, name: 'type', label: 'Type', help: 'The update rule.', control: 'choice', choices: ['sgd', 'rmsprop', 'adam'], value: entry.type, isDefault: false },
      { path: `${at}/dialect`, name: 'dialect', label: 'Dialect', help: 'Whose defaults and formulas.', control: 'choice', choices: ['torch', 'keras'], value: 'torch', isDefault: true },
      ...(typeof entry.learningRate === 'object' ? [
        { path: `${at}/learningRate/schedule`, name: 'schedule', label: 'Schedule', help: 'How the rate changes over the run.', control: 'choice' as const, choices: ['step', 'exponential', 'cosine'], value: entry.learningRate.schedule, isDefault: false },
        { path: `${at}/learningRate/factor`, name: 'factor', label: 'Factor', help: 'Multiplies the rate each step.', control: 'number' as const, value: entry.learningRate.factor, isDefault: false, minimum: 0, maximum: 1 }] : []),
      { path: `${at}/momentum`, name: 'momentum', label: 'Momentum', help: 'Share of the last update that is kept.', control: 'number', minimum: 0, maximum: 1, value: entry.momentum ?? 0, isDefault: entry.momentum === undefined },
      { path: `${at}/nesterov`, name: 'nesterov', label: 'Nesterov', help: 'Look ahead before the gradient is taken.', control: 'boolean', value: entry.nesterov ?? false, isDefault: entry.nesterov === undefined },
      { path: `${at}/weightDecay`, name: 'weightDecay', label: 'Weight decay', help: 'Pulls the parameters towards zero.', control: 'number', minimum: 0, value: 0, isDefault: true },
    ];
    return {
      key: `0/${index}`, index, label: entry.label ?? entry.type, variant: null, optimizerIndex: index, objective: 0, model: -1, type: entry.type,
      note: typeof entry.learningRate === 'object' ? 'exp. decay' : entry.momentum ? `momentum ${entry.momentum}` : entry.rho ? `ρ ${entry.rho}` : 'plain', rate: { ...rate, isDefault: false }, fields,
    };
  });
  return {
    version, fileName: 'rosenbrock.gdexp', title: file.title ?? 'rosenbrock', description: file.description ?? '', problems: [], valid: true, empty: false, kind: 'objective', seed: file.seed ?? 0, seeds: 1, variants: [],
    objective: {
      function: name, builtins: ['sphere', 'quadratic', 'rosenbrock', 'rastrigin', 'ackley', 'styblinskiTang', 'beale', 'himmelblau', 'saddle', 'doubleWell'].map((value) => ({ name: value, title: value[0].toUpperCase() + value.slice(1).replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`) })),
      expression: file.objective.expression ?? '(1 - x)^2 + 100*(y - x^2)^2', latex: name ? LATEX[name] ?? 'f' : '\\left(a-x\\right)^{2}+b\\,\\left(y-x^{2}\\right)^{2}', gradientLatex: name === 'rosenbrock' || !name ? ['-2\\left(1-x\\right)-400x\\left(y-x^{2}\\right)', '200\\left(y-x^{2}\\right)'] : null,
      variables: ['x', 'y', 'z'].slice(0, surface.dimension), constants: Object.entries(file.objective.constants ?? {}).map(([key, value]) => ({ name: key, value, path: `/objective/constants/${key}` })),
      starts: startsOf(file), goal: file.objective.goal ?? 'minimize', domain: DOMAIN[name ?? 'rosenbrock'] ?? null, minima: MINIMA[name ?? 'rosenbrock'] ?? [], surface: name ?? 'custom',
    },
    objectives: [],
    model: null, models: [], sweep: null,
    series,
    optimizerTypes: [['sgd', 'SGD', 'Gradient descent, with or without momentum'], ['rmsprop', 'RMSprop', 'Divides by a running size of the gradient'], ['adam', 'Adam', 'Momentum and adaptive rates, bias-corrected'], ['adamw', 'AdamW', 'Adam with decoupled weight decay'], ['adagrad', 'Adagrad', 'Rates fall where gradients were large'], ['lbfgs', 'L-BFGS', 'Quasi-Newton with a line search'], ['newton', 'Newton', 'Solves with the exact Hessian']].map(([type, title, summary]) => ({ type, title, summary })),
    settings: [
      { path: '/stop/steps', name: 'steps', label: 'Steps', help: 'Updates at most.', control: 'integer', minimum: 1, value: file.stop.steps ?? 1000, isDefault: false },
      { path: '/stop/gradientNorm', name: 'gradientNorm', label: '‖∇f‖ below', help: 'The run has converged when the gradient norm is at or below this.', control: 'number', minimum: 0, value: file.stop.gradientNorm ?? 1e-6, isDefault: false },
      { path: '/diagnostics/tier', name: 'tier', label: 'Diagnostics', help: 'How much is measured at each step.', control: 'choice', choices: ['basic', 'standard', 'full'], value: file.diagnostics.tier, isDefault: false },
    ],
    stop: { steps: file.stop.steps ?? null, gradientNorm: file.stop.gradientNorm ?? null, loss: null }, tier: file.diagnostics.tier, refusal: null, editable: true,
  };
}

function runsOf(file: FakeFile, preview: boolean): LabRun[] {
  const surface = surfaceOf(file);
  return startsOf(file).flatMap((start, startIndex) => file.optimizers.map((entry, index): LabRun => {
    const schedule = entry.learningRate;
    const rule: Rule = { ...entry, rate: typeof schedule === 'number' ? () => schedule : (t) => schedule.initial * schedule.factor ** t };
    const limit = file.stop.steps ?? 1000;
    const began = performance.now();
    const { record, steps, status, theta, loss, gradientNorm } = descend(surface, start, rule, limit, file.stop.gradientNorm ?? 1e-6);
    const at = `/optimizers/${index}`;
    const verdict: LabRun['verdict'] = status === 'converged'
      ? { kind: 'converged', title: 'Converged', text: `At the minimum: ‖∇f‖ went below ${file.stop.gradientNorm}.`, severity: 'good', evidence: { gradientNorm }, remedies: [] }
      : status === 'diverged' ? { kind: 'diverged', title: 'Diverged', text: `Step ${steps} left every bound: the rate is above 2/λ.`, severity: 'error', evidence: {}, remedies: [{ text: 'Use lr 0.0008', path: `${at}/learningRate`, value: 0.0008 }] }
        : entry.type === 'rmsprop' ? { kind: 'zigzag', title: 'Zig-zag', text: 'Turned back in 75 % of steps, across the valley.', severity: 'warning', evidence: {}, remedies: [{ text: 'Add cosine schedule', path: `${at}/learningRate`, value: { schedule: 'exponential', initial: 0.01, factor: 0.999 } }] }
          : { kind: 'stillDescending', title: 'Still descending', text: 'Loss still fell 3.0 % per 10 steps at the end.', severity: 'warning', evidence: {}, remedies: entry.momentum ? [{ text: 'Twice the steps', path: '/stop/steps', value: limit * 2 }] : [{ text: 'Add momentum 0.9', path: `${at}/momentum`, value: 0.9 }] };
    return {
      id: `${preview ? 'p' : 'r'}/0/${index}/${startIndex}/0`, seriesKey: `0/${index}`, label: entry.label ?? entry.type, variant: null, startIndex, seed: file.seed ?? 0, status, preview, stale: false, steps, stepLimit: limit, seconds: (performance.now() - began) / 1000,
      loss, gradientNorm, parameters: theta, reason: '', statusText: status === 'converged' ? 'Tolerance met' : status === 'diverged' ? 'Diverged' : 'Step limit', verdict, criticalPoint: null, part: 'main', partIndex: null, sweep: null, sweepValue: null, isBest: true, model: null, epochs: null, record,
    };
  }));
}

function applyEdits(file: FakeFile, edits: readonly { path: string; value?: unknown }[]): FakeFile {
  const copy = structuredClone(file);
  for (const { path, value } of edits) {
    const keys = path.split('/').slice(1).map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'));
    let at = copy as unknown as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
    const last = keys[keys.length - 1];
    if (Array.isArray(at)) {
      if (value === undefined) at.splice(Number(last), 1);
      else if (last === '-') at.push(value);
      else at[Number(last)] = value;
    } else if (value === undefined) delete at[last];
    else at[last] = value;
  }
  for (const entry of copy.optimizers) entry.learningRate ??= 0.001;
  return copy;
}

const cut = (record: NonNullable<LabRun['record']>, rows: number): NonNullable<LabRun['record']> => ({ ...record, rows, columns: Object.fromEntries(Object.entries(record.columns).map(([name, column]) => [name, column.slice(0, rows)])) });

/** Installs `acquireVsCodeApi`; everything the page sends is kept in `window.sentToHost` for tests. */
export function installFakeHost(scenario: string): void {
  const setup = (scenarios[scenario] ?? scenarios.rosenbrock)();
  let file = setup.file;
  let version = 1;
  let saved: unknown = JSON.parse(sessionStorage.getItem(`lab-${scenario}`) ?? 'null');
  const sent: PageMessage[] = [];
  (window as unknown as { sentToHost: PageMessage[] }).sentToHost = sent;
  const post = (message: HostMessage) => setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: message })), 5);
  const document = () => { const made = documentOf(file, version); return setup.change ? setup.change(made) : made; };
  const summary = (runs: readonly LabRun[]) => `${runs.length} runs, ${runs.reduce((sum, run) => sum + run.steps, 0).toLocaleString('en')} steps in ${(1000 * runs.reduce((sum, run) => sum + (run.seconds ?? 0), 0)).toFixed(1)} ms`;
  const finish = () => { const runs = runsOf(file, false); post({ type: 'runs', runs }); post({ type: 'progress', running: false, fraction: 1, text: summary(runs) }); };
  const handle = (message: PageMessage): void => {
    sent.push(message);
    switch (message.type) {
      case 'ready': {
        let runs = setup.auto === false ? [] : runsOf(file, false);
        if (setup.slow) runs = runs.map((run, i) => i < 3 ? run : { ...run, status: 'running', steps: 620, statusText: 'Running', seconds: null, loss: run.record!.columns.loss[620], gradientNorm: run.record!.columns.gradientNorm[620], verdict: null, reason: 'Loss falls 9.1 % per 10 steps.', record: cut(run.record!, 621) });
        if (scenario === 'stale') runs = runs.map((run) => ({ ...run, stale: true }));
        post({ type: 'init', locale: 'en', l10n: null, document: document(), runs });
        if (setup.slow) post({ type: 'progress', running: true, fraction: 0.9, text: 'Adam 620 / 1,000' });
        else if (runs.length > 0) post({ type: 'progress', running: false, fraction: 1, text: summary(runs) });
        break;
      }
      case 'edit': file = applyEdits(file, message.edits); version++; post({ type: 'document', document: document() }); if (message.request !== undefined) post({ type: 'reply', request: message.request, applied: true }); finish(); break;
      case 'preview': if (message.edits) post({ type: 'run', runs: runsOf(applyEdits(file, message.edits), true).filter((run) => message.edits!.some((edit) => edit.path.startsWith(`/optimizers/${run.seriesKey.slice(2)}/`))) }); else post({ type: 'runs', runs: runsOf(file, false) }); break;
      case 'run': finish(); break;
      case 'cancel': post({ type: 'progress', running: false, fraction: 1, text: 'Cancelled' }); break;
      case 'grid': {
        const surface = surfaceOf(file);
        const values = new Float64Array(message.width * message.height);
        const slopes = message.second ? null : new Float64Array(message.width);
        for (let row = 0; row < message.height; row++) for (let column = 0; column < message.width; column++) {
          const a = message.a[0] + ((message.a[1] - message.a[0]) * column) / Math.max(1, message.width - 1);
          const b = message.height > 1 ? message.b[0] + ((message.b[1] - message.b[0]) * row) / (message.height - 1) : 0;
          const point = message.origin.map((x, i) => x + a * message.first[i] + (message.second ? b * message.second[i] : 0));
          values[row * message.width + column] = surface.value(point);
          if (slopes) slopes[column] = surface.gradient(point).reduce((sum, g, i) => sum + g * message.first[i], 0);
        }
        post({ type: 'reply', request: message.request, grid: { values, slopes } });
        break;
      }
      case 'probe': {
        const surface = surfaceOf(file);
        const hessian = surface.hessian(message.point);
        const { min, max } = extremes(hessian);
        post({ type: 'reply', request: message.request, probe: { loss: surface.value(message.point), gradient: Float64Array.from(surface.gradient(message.point)), eigenvalues: Float64Array.from(hessian.length === 1 ? [min] : hessian.length === 2 ? [min, max] : hessian.map((row, i) => row[i])), hessian: Float64Array.from(hessian.flat()) } });
        break;
      }
      case 'criticalPoints': post({ type: 'reply', request: message.request, criticalPoints: file.objective.function === 'saddle' ? [{ at: [0, 0], value: 0, kind: 'saddle' }] : (MINIMA[file.objective.function ?? 'rosenbrock'] ?? []).map((point) => ({ ...point, kind: 'minimum' as const })) }); break;
      case 'gradientCheck': post({ type: 'reply', request: message.request, gradientCheck: { worst: 3.1e-10, parameter: 0, analytic: -215.6, difference: -215.6000001 } }); break;
    }
  };
  (window as unknown as { acquireVsCodeApi: () => unknown }).acquireVsCodeApi = () => ({
    postMessage: (message: PageMessage) => handle(structuredClone(message)),
    getState: () => saved,
    setState: (state: unknown) => { saved = state; sessionStorage.setItem(`lab-${scenario}`, JSON.stringify(state)); },
  });
}

export type { LabProblem };
