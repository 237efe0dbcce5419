import type { Part } from '../../data/dataset';
import type { Vector } from '../../kernels/kernels';
import { dot } from '../../optimizers/vectors';
import type { ModelRecorder } from '../../training/modelRecorder';
import type { PreparedModel } from '../../training/modelParts';
import { Sampled } from '../../training/sampled';
import { MOST_EPOCHS } from '../../training/tables';
import type { ModelTrial } from '../../training/trial';
import { layerNorms, layerRatio, layersOf, type LayerRange } from '../perLayer';
import { activationOf, UnitActivity, type Activity } from './activity';
import { measureStep, sharpnessFor, type StepMeasure } from './curvature';
import { Diagnosed, type SharpnessProbe } from './diagnosed';
import { allocateMeasured, type MeasuredVectors } from './measured';
import { histogramTable } from './histograms';
import { gradientNoise } from './noise';
import { isDue, plansOf, type Plans } from './plans';

const BASIC = ['turn', 'distance', 'updateNorm', 'weightNorm', 'directionalDerivative', 'layerRatio'] as const;
const STANDARD = ['curvature', 'alpha', 'predictedChange', 'actualChange', 'changeRatio'] as const;
const FULL = ['sharpness', 'sharpnessLimit', 'noiseScale'] as const;

/**
 * What is measured of a training at the last update of each epoch, so that an epoch pays for it once, however many batches it has.
 * What costs more than a few passes over the parameters is measured only as often, and on as many rows, as `plansOf` allows; in
 * between its columns are not a number. Nothing here looks at a clock or takes from a stream that the training draws from.
 */
export class EpochDiagnostics {
  private readonly layers: readonly LayerRange[];
  /** Of the table of layers: those with trained parameters, and those whose activation can die or saturate. */
  private readonly names: readonly string[];
  /** Where in `names` the layers with parameters stand, and which of the network's layers each name is. */
  private readonly ranged: readonly number[];
  private readonly places: readonly number[];
  private readonly columns: readonly string[];
  private readonly plans: Plans;
  private readonly vectors: MeasuredVectors;
  private readonly startState: Vector;
  private readonly norms: Float64Array;
  /** A row of layers, written anew for each epoch: the recorder copies it. What is not known of a layer stays NaN. */
  private readonly layerRow = new Map<string, number | Float64Array>();
  private readonly layerColumns: Readonly<Record<'gradientNorm' | 'weightNorm' | 'updateNorm' | 'updateRatio' | 'unknown', Float64Array>>;
  /** The rows on which units are looked at. */
  private readonly sample: Part;
  private readonly values = new Map<string, number>();
  private readonly perLayer = new Map<string, Float64Array>();
  private readonly turns = new Sampled<number>(MOST_EPOCHS);
  private readonly ratios = new Sampled<number>(MOST_EPOCHS);
  private readonly reaches = new Sampled<number>(MOST_EPOCHS);
  private readonly probes: SharpnessProbe[] = [];
  private previous = false;
  private due = false;
  private measured = false;
  private epoch = 0;
  /** Updates made before the one at hand. */
  private updates = 0;
  private lastRate = NaN;

  constructor(private readonly parts: PreparedModel, private readonly recorder: ModelRecorder, private readonly trial: ModelTrial, steps: number) {
    const { network } = parts;
    const { parameters, segments } = network;
    this.layers = layersOf(segments);
    const own = new Set(this.layers.map(({ name }) => name));
    const ailing = new Set<unknown>(['relu', 'sigmoid', 'tanh']);
    this.places = network.layers.flatMap((layer, l) => (own.has(layer.spec.name) || ailing.has(activationOf(layer)) ? [l] : []));
    this.names = this.places.map((l) => network.layers[l].spec.name);
    this.ranged = this.layers.map(({ name }) => this.names.indexOf(name));
    this.plans = plansOf(parts, trial, steps);
    const { tier } = trial.diagnostics;
    this.columns = [...BASIC, ...(tier === 'basic' ? [] : STANDARD), ...(tier === 'full' ? FULL : [])];
    this.vectors = allocateMeasured(parameters.length, parts.kernels);
    this.vectors.start.set(parameters);
    this.vectors.before.set(parameters);
    this.startState = network.state.slice();
    this.norms = new Float64Array(this.layers.length);
    const unknown = new Float64Array(this.names.length).fill(NaN);
    this.layerColumns = { gradientNorm: unknown.slice(), weightNorm: unknown.slice(), updateNorm: unknown.slice(), updateRatio: unknown.slice(), unknown };
    this.sample = { data: parts.training.data, rows: parts.training.rows.subarray(0, this.plans.activity.rows) };
  }

  /** Before the gradient of an update is clipped and used. */
  beforeUpdate(batch: number, count: number, epoch: number, gradientNorm: number): void {
    const { network, kernels } = this.parts;
    const { values, vectors: { gradient, before } } = this;
    this.epoch = epoch + 1;
    this.due = batch + 1 === count;
    if (this.due) {
      const { length } = gradient;
      values.clear();
      if (this.previous) values.set('turn', kernels.dot(length, network.gradient, gradient) / (gradientNorm * Math.sqrt(kernels.dot(length, gradient, gradient))));
      before.set(network.parameters);
    }
    if (this.due || batch + 2 === count) {
      gradient.set(network.gradient);
      this.previous = true;
    }
    this.updates++;
  }

  /** After the last update of an epoch; the network still holds its batch. @param loss of it, before the update. */
  afterUpdate(loss: number, rate: number, rows: number): void {
    const { network: { parameters }, kernels } = this.parts;
    const { values, layers, vectors: { update, before, start, gradient, product: away } } = this;
    const { length } = update;
    update.set(parameters);
    kernels.axpy(length, -1, before, update);
    away.set(parameters);
    kernels.axpy(length, -1, start, away);
    const moved = kernels.dot(length, update, update);
    const weight = kernels.dot(length, parameters, parameters);
    values.set('updateNorm', Math.sqrt(moved));
    values.set('distance', Math.sqrt(kernels.dot(length, away, away)));
    values.set('weightNorm', Math.sqrt(weight));
    values.set('directionalDerivative', kernels.dot(length, gradient, update) / Math.sqrt(moved));
    const ratio = layerRatio(layers, gradient, kernels);
    values.set('layerRatio', ratio ?? NaN);
    this.measured = true;
    this.lastRate = rate;
    if (Number.isFinite(weight)) this.measure(loss, rate, rows);
  }

  /** What the tier and the verdict ask for at this epoch. */
  private measure(loss: number, rate: number, rows: number): void {
    const { plans, epoch, trial: { diagnostics: { tier } } } = this;
    const full = tier === 'full' && isDue(plans.full, epoch);
    const step = full ? { rows, stride: 1 } : plans.step;
    if (full || isDue(step, epoch)) this.measureStep(loss, Math.min(rows, step.rows), rows);
    if (full) this.measureNoise(rows);
    if (full || plans.probes.has(epoch)) this.probe(rate, rows, full);
    this.perLayer.clear();
    if (full) this.measureHistograms(rows);
    if (tier !== 'basic' && isDue(plans.activity, epoch)) {
      const { dead, saturation } = this.seeActivity();
      const own = (all: Float64Array): Float64Array => Float64Array.from(this.places, (l) => all[l]);
      this.perLayer.set('dead', own(dead));
      this.perLayer.set('saturation', own(saturation));
    }
  }

  private measureStep(loss: number, rows: number, batch: number): void {
    const { network } = this.parts;
    const { before, update, gradient, product, kept } = this.vectors;
    const found: StepMeasure = measureStep(network, rows, rows === batch, before, update, gradient, loss, product, kept);
    for (const name of STANDARD) this.values.set(name, found[name]);
    if (!Number.isNaN(found.alpha)) this.reaches.push(found.alpha + 1);
  }

  /** The layers' deltas and inputs are those of the step just measured. */
  private measureNoise(rows: number): void {
    this.values.set('noiseScale', gradientNoise(this.parts.network, rows)?.scale ?? NaN);
  }

  private probe(rate: number, rows: number, told: boolean): void {
    const { network, optimizer, batches } = this.parts;
    const { sharpness, limit } = sharpnessFor(network, rows, optimizer, rate, this.updates, this.trial.seed);
    if (told) {
      this.values.set('sharpness', sharpness);
      this.values.set('sharpnessLimit', limit ?? NaN);
    }
    // Of a part of the data it says nothing about the whole.
    if (batches.count === 1) this.probes.push({ epoch: this.epoch, sharpness, limit, learningRate: rate });
  }

  private measureHistograms(rows: number): void {
    const { recorder, layers, updates, vectors: { gradient }, parts: { network } } = this;
    const ranged = (values: Vector) => layers.map(({ name, ranges }) => ({ name, values, ranges }));
    network.heldLoss(rows);
    recorder.histogram(histogramTable('parameters', updates, ranged(network.parameters)));
    recorder.histogram(histogramTable('gradients', updates, ranged(gradient)));
    const outputs = this.places.map((l, k) => ({ name: this.names[k], values: network.layers[l].output.value, ranges: [[0, rows * network.layers[l].output.size]] as const }));
    recorder.histogram(histogramTable('activations', updates, outputs));
  }

  /** Over the first rows of the training part, in inference mode. Overwrites the batch. */
  private seeActivity(): Activity {
    const { network, evaluator } = this.parts;
    const activity = new UnitActivity(network);
    evaluator.each(this.sample, (count) => {
      network.infer(count);
      activity.add(count);
    });
    return activity.result();
  }

  /** Adds the columns of an epoch to its row, and a row of layers. Of an epoch that was broken off only what lasts. */
  write(row: Map<string, number>, epoch: number, step: number): void {
    const { values, columns, parts: { network } } = this;
    if (!this.measured) {
      const away = network.parameters.map((value, i) => value - this.vectors.start[i]);
      values.clear();
      values.set('distance', Math.sqrt(dot(away, away)));
      values.set('weightNorm', Math.sqrt(dot(network.parameters, network.parameters)));
    }
    for (const name of columns) row.set(name, values.get(name) ?? NaN);
    if (this.measured) {
      this.turns.push(values.get('turn') ?? NaN);
      this.ratios.push(values.get('layerRatio') ?? NaN);
      if (isDue({ rows: 0, stride: this.trial.diagnostics.every }, epoch)) this.writeLayers(step);
    }
    this.measured = false;
  }

  private writeLayers(step: number): void {
    const { names, perLayer, layerRow: row, layerColumns: { gradientNorm, weightNorm, updateNorm, updateRatio, unknown } } = this;
    const { gradient, before, update } = this.vectors;
    this.spread(gradient, gradientNorm);
    this.spread(before, weightNorm);
    this.spread(update, updateNorm);
    for (let k = 0; k < updateRatio.length; k++) updateRatio[k] = updateNorm[k] / weightNorm[k];
    row.set('step', step).set('gradientNorm', gradientNorm).set('weightNorm', weightNorm).set('updateNorm', updateNorm).set('updateRatio', updateRatio);
    if (this.trial.diagnostics.tier !== 'basic') for (const name of ['dead', 'saturation']) row.set(name, perLayer.get(name) ?? unknown);
    this.recorder.layers(names, row);
  }

  /** The norms of the layers' shares of a vector, at the places of their names. */
  private spread(v: Vector, out: Float64Array): void {
    const { layers, ranged, norms } = this;
    layerNorms(layers, v, norms, this.parts.kernels);
    for (let l = 0; l < ranged.length; l++) out[ranged[l]] = norms[l];
  }

  /** @param whole false where the run diverged or failed: its last weights are no use then. */
  finish(whole: boolean): Diagnosed {
    const { parts, trial, turns, ratios, reaches, probes, startState, updates, lastRate, vectors: { start, before, kept } } = this;
    const { network } = parts;
    // Nothing else is asked of them from here on.
    const end = before;
    if (whole) end.set(network.parameters);
    return new Diagnosed(parts, trial, {
      turns: turns.list(), ratios: ratios.list(), reaches: reaches.list(), probes, updates, lastRate,
      start: { parameters: start, state: startState },
      kept,
      end: { parameters: end, state: whole ? network.state.slice() : startState },
    }, this.plans.verdict);
  }
}
