import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import katex from 'katex';
import { afterEach, describe, expect, it } from 'vitest';
import { OPTIMIZERS, SCHEDULES } from '../../src/core/optimizers/catalog';
import { RECORD_COLUMNS } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import { CRITICAL_POINTS, STATUSES, VERDICTS } from '../../src/format/schema/comparison';
import { ACTIVATIONS, LOSSES, METRICS } from '../../src/format/schema/model';
import { withTerms } from '../../src/host/compare/differenceTerms';
import { leaves, trialLeaves } from '../../src/host/compare/differences';
import { labDocument } from '../../src/host/editor/labDocument';
import { readPageMessage } from '../../src/host/editor/labSchema';
import { explain, placeOf } from '../../src/host/glossary/explain';
import { GLOSSARY } from '../../src/wording/glossary';
import { LETTERS, type Language } from '../../src/wording/glossary/term';
import { headingAnchor, pageFile } from '../../src/wording/reference';
import { fieldTerms, ownerOf } from '../../webview/experiment/fieldTerms';
import { metricTerms } from '../../webview/metricNames';
import { curvatureInstruments, gradientInstruments, networkCurvature, networkGradients, networkSteps, stepInstruments } from '../../webview/panels/gradientsList';

const root = path.resolve(import.meta.dirname, '../..');
const korean = JSON.parse(readFileSync(path.join(root, 'l10n/bundle.l10n.ko.json'), 'utf8')) as Record<string, string>;
const LANGUAGES: readonly Language[] = ['en', 'ko'];

function inLanguage<T>(language: Language, work: () => T): T {
  l10n.config({ contents: language === 'ko' ? korean : {} });
  return work();
}
afterEach(() => l10n.config({ contents: {} }));

/** Anchors of the headings of each page. */
const anchors = new Map(readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => {
  const page = readFileSync(path.join(root, 'docs', name), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [name, new Set([...page.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => headingAnchor(heading)))];
}));

/** What is wrong with what is said of a term: nothing said, not in the language, a formula that cannot be drawn, a link that leads nowhere. */
function faults(terms: string): string[] {
  return terms.split(' ').flatMap((term) => LANGUAGES.flatMap((language) => inLanguage(language, () => {
    const found = explain(term, language);
    if (!found) return [`${language}: nothing is known of ${term}`];
    const wrong: string[] = [];
    if (language === 'ko' && !/[가-힣]/.test(found.text)) wrong.push(`ko: ${term} is not in Korean: ${found.text}`);
    if (language === 'en' && /[가-힣]/.test(found.text + found.name + found.letters)) wrong.push(`en: ${term} is not in English`);
    if (found.formula !== null) {
      try {
        katex.renderToString(found.formula, { throwOnError: true, displayMode: true, strict: (code: string) => (code === 'unicodeTextInMathMode' ? 'error' : 'ignore') });
      } catch (error) {
        wrong.push(`${language}: ${term}: ${String(error)}`);
      }
    }
    const place = placeOf(term, language)!;
    if (place.heading !== null && !anchors.get(pageFile(place.page, language))!.has(headingAnchor(place.heading))) wrong.push(`${language}: ${term} leads to ${place.page}#${place.heading}`);
    if (readPageMessage({ type: 'openTerm', term }) === null) wrong.push(`${term} is refused by the host`);
    return wrong;
  })));
}

const all = (terms: Iterable<string>): string[] => [...new Set(terms)].flatMap(faults);

describe('the glossary explains in both languages', () => {
  it('every word of its own, in at most three sentences, with letters that have a meaning', () => {
    const terms = GLOSSARY.flatMap(({ terms: some }) => Object.entries(some));
    expect(terms.length).toBeGreaterThan(60);
    expect(all(terms.map(([name]) => name))).toEqual([]);
    expect(terms.flatMap(([name, { letters }]) => (letters ?? '').split(' ').filter((letter) => letter !== '' && !(letter in LETTERS)).map((letter) => `${name}: ${letter}`))).toEqual([]);
    expect(terms.filter(([, { text }]) => text.some((one) => one.split(/[.!?](?:\s|$)/).filter((sentence) => sentence.trim() !== '').length > 3)).map(([name]) => name)).toEqual([]);
  });

  it('every column of a record and every metric that a picture can show', () => {
    const source = readFileSync(path.join(root, 'webview/metricNames.ts'), 'utf8');
    const named = [...source.matchAll(/case '(\w+)':/g)].map(([, column]) => column);
    expect(named.length).toBeGreaterThan(20);
    const columns = [...RECORD_COLUMNS.filter((column) => column !== 'step'), ...named, ...METRICS, 'validationLoss', 'testLoss', 'predict0', ...METRICS.map((name) => `validation${name[0].toUpperCase()}${name.slice(1)}`)];
    expect(all(columns.map(metricTerms))).toEqual([]);
  });

  it('what the page that compares measures by, and every place in which runs and files of the examples can differ', () => {
    const page = readFileSync(path.join(root, 'webview/compare/comparePage.ts'), 'utf8');
    const measures = [...page.matchAll(/\b(?:final|best|reach): '(\w+)'|term(?:Icon)?\('(\w+)'|\.t\('\w+'\), '(\w+)'/g)].map(([, ...found]) => found.find(Boolean)!);
    expect(measures).toEqual(expect.arrayContaining(['finalLoss', 'bestLoss', 'stepsToTarget', 'targetLoss', 'optimizer', 'time', 'verdict']));
    expect(all(measures)).toEqual([]);
    const folder = path.join(root, 'examples');
    const differing = (found: ReadonlyMap<string, string>) => [...found].map(([pointer, value]) => ({ pointer, values: [value, null] }));
    const without: string[] = [];
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.gdexp'))) {
      const { value, experiment } = parseExperiment(readFileSync(path.join(folder, file), 'utf8'));
      const contenders = (experiment?.trials ?? []).map((trial) => ({ key: trial.id, source: 0, name: trial.label, goal: 'minimize' as const, type: trial.optimizer.type, runs: [] }));
      const { trialDifferences, fileDifferences } = withTerms({
        sources: [], contenders, oneObjective: true, fileDifferences: differing(leaves(value)), trialDifferences: (experiment?.trials ?? []).slice(0, 1).flatMap((trial) => differing(trialLeaves([trial]))),
      });
      const named = [...trialDifferences, ...fileDifferences];
      expect(all(named.map(({ terms }) => terms!).filter((terms) => terms !== '')), file).toEqual([]);
      without.push(...named.filter(({ terms }) => terms === '').map(({ pointer }) => pointer.replace(/\d+/g, '0')));
    }
    // What a run says of itself that no field of a file is.
    expect([...new Set(without)].filter((pointer) => !/^\/(kind|dataKey|resample)\b/.test(pointer)).sort()).toEqual([]);
  });

  it('names a place that differs by what stands there', () => {
    const of = (pointer: string, values: readonly (string | null)[], ...types: string[]) => withTerms({
      sources: [], contenders: types.map((type) => ({ key: type, source: 0, name: type, goal: 'minimize', type, runs: [] })), oneObjective: true, fileDifferences: [], trialDifferences: [{ pointer, values }],
    }).trialDifferences[0].terms;
    expect(of('/optimizer/type', ['adam', 'sgd'], 'adam', 'sgd')).toBe('optimizer.adam optimizer.sgd');
    expect(of('/optimizer/momentum', [null, '0.9'], 'adam', 'sgd')).toBe('optimizer.sgd.momentum');
    expect(of('/optimizer/momentum', [null, '0.9'], 'rmsprop', 'sgd'), 'of who has it').toBe('optimizer.sgd.momentum');
    expect(of('/optimizer/momentum', ['0.5', '0.9'], 'rmsprop', 'sgd')).toBe('optimizer.rmsprop.momentum');
    expect(of('/optimizer/learningRate', ['0.1', '0.2'], 'adam')).toBe('learningRate');
    expect(of('/optimizer/learningRate/schedule', [null, 'cosine'], 'adam')).toBe('learningRate schedule.cosine');
    expect(of('/stop/steps', ['1', '2'], 'adam')).toBe('field.stop.steps');
    expect(of('/variants/2/set/~1stop~1steps', ['1', '2'], 'adam')).toBe('field.stop.steps');
    expect(of('/loss/type', ['huber', 'hinge'], 'adam')).toBe('field.loss lossFunction.huber lossFunction.hinge');
    expect(of('/model/layers/0/activation', ['relu', 'tanh'], 'adam')).toBe('layer.dense.activation activation.relu activation.tanh');
    expect(of('/model/layers/1/filters', ['8', '16'], 'adam')).toBe('layer.conv2d.filters layer');
    expect(of('/nowhere', ['1', '2'], 'adam')).toBe('');
  });

  it('every instrument', () => {
    const series = { type: 'adam' } as Parameters<typeof networkCurvature>[0];
    const instruments = [...stepInstruments(false), ...stepInstruments(true), ...gradientInstruments(true), ...curvatureInstruments(series, true), ...networkSteps(), ...networkGradients(), ...networkCurvature(series)];
    expect(instruments.length).toBeGreaterThan(15);
    expect(all(instruments.map(({ term }) => term))).toEqual([]);
  });

  it('every status, verdict and critical point', () => {
    expect(all([...STATUSES.map((status) => `status.${status}`), ...VERDICTS.map((kind) => `verdict.${kind}`), ...CRITICAL_POINTS.map((kind) => `criticalPoint.${kind}`)])).toEqual([]);
  });

  it('every activation, loss, metric and layer, with its formula', () => {
    const terms = [...ACTIVATIONS.map((name) => `activation.${name}`), ...LOSSES.map((name) => `lossFunction.${name}`), ...METRICS.map((name) => `metric.${name}`)];
    expect(all(terms)).toEqual([]);
    expect(terms.filter((term) => explain(term, 'en')!.formula === null)).toEqual([]);
  });

  it('every optimizer and schedule with every field, by the rule of its dialect', () => {
    const terms = [
      ...[...OPTIMIZERS.values()].flatMap(({ type, fields, dialects }) => [`optimizer.${type}`, ...dialects.flatMap((dialect) => fields.map(({ name }) => `optimizer.${type}.${name}.${dialect}`))]),
      ...[...SCHEDULES.values()].flatMap(({ schedule, fields }) => [`schedule.${schedule}`, ...fields.map(({ name }) => `schedule.${schedule}.${name}`)]),
    ];
    expect(terms.length).toBeGreaterThan(250);
    expect(all(terms)).toEqual([]);
    expect(terms.filter((term) => explain(term, 'en')!.formula === null)).toEqual([]);
    expect(explain('optimizer.adam.epsilon.keras', 'en')!.formula).not.toBe(explain('optimizer.adam.epsilon.torch', 'en')!.formula);
  });

  it('every field that the panel of the experiment shows of the examples', () => {
    const examples = readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.gdexp'));
    const terms = examples.flatMap((fileName) => {
      const parsed = parseExperiment(readFileSync(path.join(root, 'examples', fileName), 'utf8'));
      const document = labDocument({ parsed, lastGood: null, version: 1, fileName, language: 'en', editable: true });
      return [
        ...document.settings.map((field) => fieldTerms(field)),
        ...document.series.flatMap(({ type, fields }) => fields.map((field) => fieldTerms(field, ownerOf(type, fields)))),
        ...document.models.flatMap(({ fields, layers, layerTypes, loss }) => [...fields.map((field) => fieldTerms(field)), ...layers.flatMap(({ type, fields: own }) => own.map((field) => fieldTerms(field, { type }))), ...layerTypes.map((type) => `layer.${type}`), `lossFunction.${loss}`]),
      ];
    });
    expect(new Set(terms).size).toBeGreaterThan(80);
    expect(all(terms)).toEqual([]);
  });

  it('every word that the page names in its source', () => {
    const folder = path.join(root, 'webview');
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
    const terms = [...source.matchAll(/\b(?:term|termIcon)\('([\w. ]+)'/g), ...source.matchAll(/\bterms?: '([\w. ]+)'/g)].map(([, found]) => found);
    for (const [, list] of source.matchAll(/_TERMS[^=\n]* = [[{]([^;]*)[\]}];/g)) terms.push(...[...list.matchAll(/'([\w. ]+)'/g)].map(([, found]) => found));
    expect(terms.length).toBeGreaterThan(30);
    expect(all(terms)).toEqual([]);
  });
});

describe('the glossary', () => {
  it('knows what it does not know', () => {
    for (const term of ['nonsense', 'verdict.nonsense', 'optimizer.adam.nonsense', 'field.nonsense', 'layer.nonsense', 'constructor', 'verdict.constructor', 'metric.toString', '']) {
      expect(explain(term, 'en'), term).toBeNull();
      expect(placeOf(term, 'en'), term).toBeNull();
    }
  });

  it('is asked for by a message of bounded size', () => {
    expect(readPageMessage({ type: 'explain', request: 1, terms: ['loss', 'optimizer.adam.beta1.keras'] })).not.toBeNull();
    expect(readPageMessage({ type: 'explain', request: 1, terms: ['../x'] })).toBeNull();
    expect(readPageMessage({ type: 'explain', request: 1, terms: Array.from({ length: 101 }, () => 'loss') })).toBeNull();
  });
});
