import type { JsonSchema } from '../format/jsonSchema';
import { code, json, type Writer } from './markdown';

/** What a field may hold, in words: "whole number from 1, or `null`". */
export function typeWords(schema: JsonSchema, w: Writer): string {
  return join([...new Set(kinds(schema, w, false))], w);
}

function join(words: readonly string[], w: Writer): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')}${w.say(' or ', ' 또는 ')}${words[words.length - 1]}`;
}

/** @param several what a list is of: "whole numbers" in place of "whole number". */
function kinds(schema: JsonSchema, w: Writer, several: boolean): string[] {
  if (schema.const !== undefined) return [code(json(schema.const))];
  if (Array.isArray(schema.enum)) return schema.enum.map((choice) => code(json(choice)));
  const alternatives = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (alternatives) return alternatives.flatMap((each) => kinds(each, w, several));
  if (typeof schema.$ref === 'string') return [w.link(w.say('a schedule', '스케줄'), 'optimizers', scheduleHeading(w))];
  if (Array.isArray(schema.type)) return schema.type.flatMap((type: string) => kinds({ ...schema, type }, w, several));
  switch (schema.type) {
    case 'null': return [code('null')];
    case 'boolean': return [code('true'), code('false')];
    case 'string': return [several ? w.say('texts', '문자열') : w.say('text', '문자열')];
    case 'integer': return [bounded(schema, several ? w.say('whole numbers', '정수') : w.say('whole number', '정수'), true, w)];
    case 'number': return [bounded(schema, several ? w.say('numbers', '수') : w.say('number', '수'), false, w)];
    case 'array': return [list(schema, w, several)];
    case 'object': return [object(schema, w, several)];
    default: return [w.say('any value', '아무 값')];
  }
}

/** The heading of the schedules on the page of optimizers. */
export const scheduleHeading = (w: Writer): string => w.say('Schedules', '스케줄');

function bounded(schema: JsonSchema, noun: string, whole: boolean, w: Writer): string {
  const bound = (value: unknown): string | null => (typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? json(value) : null);
  const low = bound(schema.minimum);
  const above = bound(schema.exclusiveMinimum);
  const high = bound(schema.maximum);
  const below = bound(schema.exclusiveMaximum);
  if (w.language === 'ko') {
    const parts = [low && `${low} 이상`, above && `${above} 초과`, high && `${high} 이하`, below && `${below} 미만`].filter(Boolean);
    return parts.length > 0 ? `${parts.join(' ')}의 ${noun}` : noun;
  }
  if (whole && low && high) return `${noun} from ${low} to ${high}`;
  const parts = [low && `from ${low}`, above && `above ${above}`, high && `to ${high}`, below && (low || above ? `and below ${below}` : `below ${below}`)].filter(Boolean);
  return [noun, ...parts].join(' ');
}

function list(schema: JsonSchema, w: Writer, several: boolean): string {
  if (Array.isArray(schema.prefixItems)) return tuple(schema.prefixItems as JsonSchema[], w);
  const each = [...new Set(kinds((schema.items ?? {}) as JsonSchema, w, true))];
  // Which of several words "list of" is about must be told.
  const items = each.length > 1 ? `(${join(each, w)})` : each[0];
  return w.say(several ? `lists of ${items}` : `list of ${items}`, `${items}의 목록`);
}

function tuple(items: readonly JsonSchema[], w: Writer): string {
  const words = items.map((each) => join(kinds(each, w, false), w));
  if (words.length !== 2 || words[0] !== words[1]) return `[${words.join(', ')}]`;
  const both = join(kinds(items[0], w, true), w);
  return w.say(`two ${both}`, `${both} 둘`);
}

function object(schema: JsonSchema, w: Writer, several: boolean): string {
  const { properties, additionalProperties } = schema;
  if (properties === undefined && typeof additionalProperties === 'object' && additionalProperties !== null) {
    const values = kinds(additionalProperties as JsonSchema, w, false);
    return w.say(`{ "name": ${join(values, w)}, … }`, `{ "이름": ${join(values, w)}, … }`);
  }
  const names = Object.keys((properties ?? {}) as object);
  if (names.length > 0 && names.length <= 3) return code(`{ ${names.map((name) => `"${name}": …`).join(', ')} }`);
  return several ? w.say('objects', '객체') : w.say('object', '객체');
}
