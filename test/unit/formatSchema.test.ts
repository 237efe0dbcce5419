import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { describe, expect, test } from 'vitest';
import { BUILTIN_NAMES } from '../../src/core/objectives/builtins';
import { OPTIMIZERS, SCHEDULES } from '../../src/core/optimizers/catalog';
import { fieldHelp } from '../../src/format/help';
import { jsonSchema } from '../../src/format/jsonSchema';
import { editDistance, nearest } from '../../src/format/nearest';
import * as wording from '../../src/wording/optimizers';

const schema = jsonSchema(wording);
const service = getLanguageService({ clientCapabilities: { textDocument: { completion: { completionItem: { documentationFormat: ['markdown'] } }, hover: { contentFormat: ['markdown'] } } } });
service.configure({ allowComments: true, schemas: [{ uri: 'x:schema', fileMatch: ['*'], schema }] });

/** What is offered at the place of "|". */
async function offered(text: string): Promise<string[]> {
  const offset = text.indexOf('|');
  const document = TextDocument.create('x:file.gdexp', 'jsonc', 1, text.replace('|', ''));
  const list = await service.doComplete(document, document.positionAt(offset), service.parseJSONDocument(document));
  return (list?.items ?? []).map(({ label }) => label.replace(/^"|"$/g, ''));
}

async function hover(text: string): Promise<string> {
  const offset = text.indexOf('|');
  const document = TextDocument.create('x:file.gdexp', 'jsonc', 1, text.replace('|', ''));
  const found = await service.doHover(document, document.positionAt(offset), service.parseJSONDocument(document));
  return JSON.stringify(found?.contents ?? '');
}

async function complaints(text: string): Promise<string[]> {
  const document = TextDocument.create('x:file.gdexp', 'jsonc', 1, text);
  const found = await service.doValidation(document, service.parseJSONDocument(document), { comments: 'ignore', trailingCommas: 'ignore' });
  return found.map(({ message }) => (typeof message === 'string' ? message : message.value));
}

describe('completion', () => {
  test('offers the parts of a file', async () => {
    expect(await offered('{ | }')).toEqual(expect.arrayContaining(['gdexp', 'objective', 'model', 'optimizers', 'variants', 'expect', 'stop']));
  });

  test('offers every optimizer of the core', async () => {
    expect(await offered('{ "optimizers": [{ "type": "|" }] }')).toEqual(expect.arrayContaining([...OPTIMIZERS.keys()]));
  });

  test('offers the fields of the type that stands there, and no others', async () => {
    const names = await offered('{ "optimizers": [{ "type": "rmsprop", "|" }] }');
    expect(names).toEqual(expect.arrayContaining(['rho', 'centered', 'momentum']));
    expect(names).not.toContain('beta1');
  });

  test('offers schedules, built-ins and verdicts', async () => {
    expect(await offered('{ "optimizers": [{ "type": "sgd", "learningRate": { "schedule": "|" } }] }')).toEqual(expect.arrayContaining([...SCHEDULES.keys()]));
    expect(await offered('{ "objective": { "function": "|" } }')).toEqual(expect.arrayContaining([...BUILTIN_NAMES]));
    expect(await offered('{ "expect": [{ "verdict": "|" }] }')).toEqual(expect.arrayContaining(['noiseDominated', 'zigzag']));
  });
});

describe('hover', () => {
  test.each([
    ['{ "stop": { "gradi|entNorm": 1 } }', /‖g‖₂.*1e-6|0\.000001/],
    ['{ "optimizers": [{ "type": "rmsprop", "rh|o": 0.9 }] }', new RegExp(wording.fieldHelp('rmsprop', 'rho').slice(0, 20))],
    ['{ "gdexp": 1, "se|ed": 3 }', /randomness/],
  ])('%s', async (text, says) => expect(await hover(text)).toMatch(says));
});

test('the schema itself accepts what the parser accepts', async () => {
  expect(await complaints('{ "gdexp": 1, "objective": { "expression": "x^2", "start": [[1], { "x": 2 }] }, "optimizers": [{ "type": "lbfgs", "lineSearch": null }, { "type": "sgd", "learningRate": { "schedule": "warmup", "steps": 5, "then": { "schedule": "step", "initial": 0.1, "every": 9 } } }] }')).toEqual([]);
  expect(await complaints('{ "gdexp": 1, "optimizers": [{ "type": "sgd", "lr": 1 }] }')).not.toEqual([]);
});

test('every property has a description', () => {
  const bare: string[] = [];
  const visit = (node: unknown, at: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      if (key === 'properties') {
        for (const [name, property] of Object.entries(child as Record<string, { description?: string }>)) if (!property.description) bare.push(`${at}/${name}`);
      }
      if (!['default', 'examples', 'defaultSnippets', 'enum'].includes(key)) visit(child, key === 'properties' ? at : `${at}/${key}`);
    }
  };
  // A fresh one: the service has put references' targets into its own.
  const fresh = jsonSchema(wording);
  visit(fresh, '');
  expect(bare.filter((place) => !/(oneOf|anyOf)\/\d+\/type$/.test(place))).toEqual([]);
  expect(JSON.stringify(fresh)).not.toContain('"help"');
});

test('help is found by pointer too', () => {
  expect(fieldHelp('/stop/steps')).toBe(fieldHelp('stop.steps'));
  expect(fieldHelp('/model/layers/2/units')).toBe(fieldHelp('layers.units'));
  expect(fieldHelp('/stop/steps')).not.toBe('');
  expect(fieldHelp('/nothing')).toBe('');
});

describe('the nearest name', () => {
  test.each([['', '', 0], ['a', '', 1], ['abcd', 'acbd', 1], ['kitten', 'sitting', 3], ['ca', 'abc', 3]])('%s to %s is %i edits', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));
  test.each([['lerningRate', 'learningRate'], ['learning_rate', 'learningRate'], ['LR', 'learningRate'], ['momentun', 'momentum'], ['zzz', undefined], ['x', undefined]])('%s means %s', (wrong, meant) => {
    expect(nearest(wrong, ['learningRate', 'momentum', 'nesterov'])).toBe(meant);
  });
});
