import { beforeEach, describe, expect, it } from 'vitest';
import './browserGaps';
import { traces, valueAt } from '../../webview/panels/convergenceData';
import { bestOf, epochCurve, metricsOf, stepsAnEpoch, usualMetric } from '../../webview/panels/convergenceEpochs';
import { Shown } from '../../webview/panels/convergenceShown';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';

let port: RecordingPort;
let store: PageStore;
beforeEach(() => {
  port = new RecordingPort();
  store = new PageStore(port);
});

describe('curves of epochs', () => {
  it('are the mean of the training rows and the loss of the validation rows, at the updates made', () => {
    init(port, [networkRun('0/0')], networkDocument());
    const [training, validation, ...more] = traces(store);
    expect(more).toEqual([]);
    expect([training.part, validation.part]).toEqual(['training', 'validation']);
    expect([...training.steps as Float64Array]).toEqual([4, 8, 12, 16, 20]);
    expect(valueAt(training, 13)).toMatchObject({ value: 0.125, step: 12 });
    expect(valueAt(validation, 20)!.value).toBeCloseTo(1 / 32 + 0.08, 12);
    expect(valueAt(training, 3)).toBeNull();
    expect(validation.rate).toHaveLength(0);
  });

  it('stand before the losses of the batches: of all series where there are few, else of the selected', () => {
    init(port, [networkRun('0/0'), networkRun('0/1'), networkRun('0/2')], networkDocument());
    store.select('0/1');
    expect(traces(store).filter((trace) => trace.batches).map((trace) => trace.key)).toEqual(['0/1']);
    store.toggleHidden('0/2');
    expect(traces(store).filter((trace) => trace.batches).map((trace) => trace.key)).toEqual(['0/0', '0/1']);
    expect(traces(store).find((trace) => trace.key === '0/1')!.batches!.loss[3]).toBeCloseTo(0.9 ** 3, 12);
  });

  it('give way to the batches before there are enough epochs for a line', () => {
    init(port, [networkRun('0/0', { epochs: 1, status: 'running' })], networkDocument());
    const [training, validation] = traces(store);
    expect(training.count).toBe(4);
    expect(valueAt(training, 2)!.value).toBeCloseTo(0.81, 12);
    expect(validation.count).toBe(1);
  });

  it('are the median of the seeds with a band', () => {
    const worse = networkRun('0/0', { id: 'b', seed: 43 });
    const epochs = { ...worse.record!.epochs!, columns: { ...worse.record!.epochs!.columns, loss: worse.record!.epochs!.columns.loss.map((value) => 3 * value) } };
    init(port, [networkRun('0/0'), { ...worse, record: { ...worse.record!, epochs } }], networkDocument());
    const [training] = traces(store);
    expect(training.loss[0]).toBeCloseTo(1, 12);
    expect([training.band!.low[0], training.band!.high[0]]).toEqual([0.5, 1.5]);
  });

  it('leave columns out that were never measured', () => {
    const run = networkRun('0/0');
    expect(metricsOf([run])).toEqual(['loss', 'accuracy', 'predict0', 'noiseScale', 'turn', 'layerRatio', 'learningRate', 'gradientNorm', 'updateNorm', 'weightNorm']);
    expect(epochCurve([run], 'sharpness')).toBeNull();
    expect(stepsAnEpoch(run)).toBe(4);
  });

  it('mark the epoch whose weights were kept, unless it is the last', () => {
    expect(bestOf(networkRun('0/0'), 'validationLoss')).toEqual({ epoch: 4, step: 16, value: 0.5 ** 4 + 0.02 });
    expect(bestOf(networkRun('0/0', { epochs: 4, model: { ...networkRun('0/0').model!, epochs: 4, bestEpoch: 4 } }), 'loss')).toBeNull();
  });
});

describe('what is shown', () => {
  it('is the loss, or what variants with losses of their own have in common', () => {
    expect(usualMetric(networkDocument(), [])).toBe('loss');
    const models = [labModel(), labModel({ loss: 'meanSquaredError', metrics: ['accuracy'] })];
    expect(usualMetric(networkDocument({ models }), [networkRun('0/0')])).toBe('accuracy');
    const without = networkRun('0/1');
    without.record!.epochs!.columns.accuracy.fill(NaN);
    expect(usualMetric(networkDocument({ models }), [networkRun('0/0'), without])).toBe('loss');
    expect(usualMetric(networkDocument({ models: [models[0], labModel({ loss: 'meanSquaredError', metrics: [] })] }), [])).toBe('loss');
  });

  it('is over epochs, and steps become epochs at the length of one', () => {
    init(port, [networkRun('0/0')], networkDocument());
    const shown = new Shown(() => store, () => undefined);
    expect(shown.axis).toBe('epoch');
    expect(shown.xAtStep(10)).toBe(2.5);
    expect(shown.subtitle(shown.scale)).toBe('loss in epoch 5, at step 20');
    store.setStep(3);
    expect(shown.subtitle(shown.scale)).toBe('loss at step 3');
    port.say({ type: 'document', document: networkDocument({ models: [labModel(), labModel({ loss: 'hinge', metrics: [] })] }) });
    expect(shown.subtitle(shown.scale)).toBe('loss at step 3; each variant has its own loss');
  });

  it('is chosen from every column, and shown on the scale that suits it', () => {
    init(port, [networkRun('0/0')], networkDocument());
    const shown = new Shown(() => store, () => undefined);
    expect(shown.scale.mode).toBe('log');
    shown.metricMenu().find((item) => item.label === 'accuracy')!.run();
    expect(shown.metric).toBe('accuracy');
    expect(shown.scale.mode).toBe('linear');
    expect(shown.traces.map((trace) => trace.part)).toEqual(['training', 'validation']);
    expect(shown.traces[1].loss[4]).toBeCloseTo(0.9 - 1 / 32, 12);
    shown.metricMenu().find((item) => item.label === 'prediction 1')!.run();
    expect(shown.traces.map((trace) => [trace.part, trace.loss[1]])).toEqual([['training', 0.2]]);
  });

  it('falls back to the loss where a run does not have what was chosen', () => {
    init(port, [networkRun('0/0')], networkDocument());
    const shown = new Shown(() => store, () => undefined);
    shown.metricMenu().find((item) => item.label === 'accuracy')!.run();
    port.say({ type: 'runs', runs: [networkRun('0/0', { epochs: 0, model: null, status: 'running' })] });
    shown.forget();
    expect(shown.metric).toBe('loss');
  });
});
