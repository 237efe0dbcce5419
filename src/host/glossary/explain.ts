import { OPTIMIZERS, SCHEDULES } from '../../core/optimizers/catalog';
import { fieldHelp as formatHelp } from '../../format/help';
import type { CriticalPointKind, RunStatus, VerdictKind } from '../../core/training/trial';
import type { Explanation } from '../../protocol/lab';
import { termOf } from '../../wording/glossary';
import { FIELD_FORMULAS } from '../../wording/glossary/fieldFormulas';
import { formulaIn, spacedLines } from '../../wording/glossary/formulaWords';
import { GENERATOR_WORDS } from '../../wording/glossary/generatorWords';
import { ACTIVATION_WORDS, INITIALIZER_WORDS, LAYER_WORDS, LOSS_WORDS, METRIC_WORDS, sentencesOf, type FormulaWords } from '../../wording/glossary/layerWords';
import { SYMBOLS } from '../../wording/glossary/symbols';
import { LETTERS, type Language, type Pair } from '../../wording/glossary/term';
import { CRITICAL_POINT_WORDS, STATUS_WORDS, VERDICT_WORDS } from '../../wording/glossary/verdictWords';
import { fieldHelp, optimizerSummary, optimizerTitle, scheduleFieldHelp, scheduleTitle } from '../../wording/optimizers';
import type { ReferencePlace } from '../../wording/reference';
import { statusText } from '../../wording/status';
import { verdictTitle } from '../../wording/verdicts';

/** What is known of a term, and where in the reference more of it stands. */
interface Known {
  readonly name: string;
  readonly text: string;
  readonly formula?: string;
  readonly letters?: string;
  readonly place: ReferencePlace;
}

/**
 * What a word of the lab means. A term is a name of the glossary ("sharpness"); or a kind and a name: "verdict.saddle", "status.diverged",
 * "criticalPoint.saddle", "metric.r2", "lossFunction.huber", "activation.relu", "initializer.heNormal", "generator.moons", "schedule.cosine",
 * "schedule.cosine.final", "layer.dense", "layer.dense.units", "optimizer.adam", "optimizer.adam.beta1" with the dialect after it where it is
 * known ("optimizer.adam.beta1.keras"); or a field of the file: "field.stop.steps".
 * @returns null where nothing is known.
 */
export function explain(term: string, language: Language): Explanation | null {
  const known = find(term, language);
  if (!known || known.text === '') return null;
  return { term, name: known.name, text: known.text, formula: known.formula ? spacedLines(formulaIn(known.formula, language)) : null, letters: known.letters ?? '' };
}

/** Where the reference tells more of a term; null where it is unknown. */
export function placeOf(term: string, language: Language): ReferencePlace | null {
  return find(term, language)?.place ?? null;
}

function find(term: string, language: Language): Known | null {
  const say = (pair: Pair): string => pair[language === 'ko' ? 1 : 0];
  const [kind, name, ...rest] = term.split('.');
  if (name === undefined) return ofGlossary(term, language);
  const words = (known: FormulaWords | undefined, place: ReferencePlace): Known | null => known ? { name: known.name ? say(known.name) : '', text: say(sentencesOf(known)), formula: known.latex, place } : null;
  switch (kind) {
    case 'verdict': {
      const known = entry(VERDICT_WORDS, name);
      return known ? { name: verdictTitle(name as VerdictKind), text: say(known.when) + (known.remedy ? ` ${say(['What helps:', '처방:'])} ${say(known.remedy)}` : ''), formula: known.formula, letters: lettersText(known.letters ?? '', language), place: { page: 'verdicts', heading: name } } : null;
    }
    case 'status': {
      const known = entry(STATUS_WORDS, name);
      return known ? { name: statusText(name as RunStatus), text: say(known), place: { page: 'verdicts', heading: say(['Statuses', '상태']) } } : null;
    }
    case 'criticalPoint': {
      const known = entry(CRITICAL_POINT_WORDS, name);
      return known ? { name: say(entry(CRITICAL_POINT_NAMES, name) ?? ['', '']), text: sentence(say(known)), formula: entry(CRITICAL_POINT_FORMULAS, name), place: { page: 'verdicts', heading: say(['Critical points', '임계점']) } } : null;
    }
    case 'metric': return words(entry(METRIC_WORDS, name), { page: 'layers', heading: say(['Metrics', '지표']) });
    case 'lossFunction': return words(entry(LOSS_WORDS, name), { page: 'layers', heading: name });
    case 'activation': return words(entry(ACTIVATION_WORDS, name), { page: 'layers', heading: say(['Activations', '활성화 함수']) });
    case 'initializer': return words(entry(INITIALIZER_WORDS, name), { page: 'layers', heading: say(['Initializers', '초기화']) });
    case 'generator': {
      const known = entry(GENERATOR_WORDS, name);
      return known ? { name: '', text: sentence(say(known)), place: { page: 'format', heading: 'data.generate' } } : null;
    }
    case 'schedule': return ofSchedule(name, rest[0]);
    case 'layer': return ofLayer(name, rest[0], language);
    case 'optimizer': return ofOptimizer(name, rest, language);
    case 'field': return ofField([name, ...rest].join('.'), language);
    default: return null;
  }
}

function ofGlossary(name: string, language: Language): Known | null {
  const term = termOf(name);
  if (!term) return null;
  const say = (pair: Pair): string => pair[language === 'ko' ? 1 : 0];
  const heading = term.place ? (typeof term.place.heading === 'string' ? term.place.heading : say(term.place.heading)) : name;
  return { name: say(term.name), text: say(term.text), formula: term.formula, letters: lettersText(term.letters ?? '', language), place: { page: term.place?.page ?? 'quantities', heading } };
}

/** "g: gradient, θ: parameters". */
function lettersText(letters: string, language: Language): string {
  return letters.split(' ').filter((letter) => letter in LETTERS).map((letter) => `${letter}: ${LETTERS[letter][language === 'ko' ? 1 : 0]}`).join(', ');
}

function ofSchedule(name: string, field: string | undefined): Known | null {
  const info = SCHEDULES.get(name);
  if (!info) return null;
  const place: ReferencePlace = { page: 'optimizers', heading: name };
  const text = field === undefined ? scheduleFieldHelp(name, 'schedule') : scheduleFieldHelp(name, field);
  return { name: field === undefined ? scheduleTitle(name) : '', text, formula: info.rule.latex, place };
}

function ofLayer(type: string, field: string | undefined, language: Language): Known | null {
  const about = formatHelp(`layer.${type}`);
  if (about === '') return null;
  const known = entry(LAYER_WORDS, type);
  const note = known?.note?.[language === 'ko' ? 1 : 0] ?? '';
  return { name: '', text: field === undefined ? [about, note].filter((part) => part !== '').join(' ') : formatHelp(`layers.${field}`), formula: known?.latex, letters: known?.latex.includes('varphi') ? lettersText('φ', language) : '', place: { page: 'layers', heading: type } };
}

function ofOptimizer(type: string, [field, dialect]: readonly string[], language: Language): Known | null {
  const info = OPTIMIZERS.get(type);
  if (!info) return null;
  const rule = info.rule[dialect as keyof typeof info.rule] ?? info.rule[info.dialects[0]];
  const place: ReferencePlace = { page: 'optimizers', heading: type };
  if (field === undefined || field === 'type') return { name: optimizerTitle(type), text: optimizerSummary(type), formula: rule?.latex, letters: lettersText('g θ γ', language), place };
  if (!info.fields.some(({ name }) => name === field)) return null;
  const symbol = entry(SYMBOLS, field);
  return { name: '', text: fieldHelp(type, field), formula: rule?.latex, letters: [...(symbol ? [`${symbol}: ${field}`] : []), lettersText(field === 'learningRate' ? 'g θ' : 'g θ γ', language)].join(', '), place };
}

function ofField(key: string, language: Language): Known | null {
  const text = formatHelp(key);
  const { formula, letters } = entry(FIELD_FORMULAS, key) ?? {};
  return text === '' ? null : { name: '', text, formula, letters: lettersText(letters ?? '', language), place: { page: 'format', heading: key } };
}

const CRITICAL_POINT_NAMES: Readonly<Record<CriticalPointKind, Pair>> = {
  minimum: ['Minimum', '최솟점'], maximum: ['Maximum', '최댓점'], saddle: ['Saddle point', '안장점'], degenerate: ['Degenerate point', '퇴화점'], none: ['No critical point', '임계점이 아님'],
};

const CRITICAL_POINT_FORMULAS: Readonly<Partial<Record<CriticalPointKind, string>>> = {
  minimum: '\\lambda_{\\min}(H) > 0', maximum: '\\lambda_{\\max}(H) < 0', saddle: '\\lambda_{\\min}(H) < 0 < \\lambda_{\\max}(H)', degenerate: '\\min_i\\lvert\\lambda_i(H)\\rvert = 0',
};

/** Of a table its own entry: the page may ask for any name. */
function entry<T>(table: Readonly<Partial<Record<string, T>>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A fragment as a sentence. */
function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}${/[.。]$/.test(text) ? '' : '.'}`;
}
