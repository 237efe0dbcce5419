import { applyEdits, parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { applyChanges, editText } from '../../src/format/edits';
import type { PointerEdit } from '../../src/format/experiment';
import { parseExperiment } from '../../src/format/parse';
import { effectivePointer } from '../../src/format/variants';
import { printJson } from '../../src/format/print';

const edit = (text: string, ...edits: PointerEdit[]): string => applyChanges(text, editText(text, edits));
const value = (text: string): unknown => parse(text, [], { allowTrailingComma: true });

const FILE = `// head
{
  "gdexp": 1, // version
  "objective": {
    "expression": "x^2 + y^2", /* bowl */
    "start": { "y": 2, "x": 1 } // here
  },
  "optimizers": [
    // the plain one
    { "type": "sgd", "learningRate": 0.1 }, // plain
    { "type": "adam", "label": "A" } // clever
  ], // end
  "stop": { "steps": 100, },
}
`;

describe('values', () => {
  test('only the number changes', () => {
    expect(editText(FILE, [{ path: '/optimizers/0/learningRate', value: 0.15 }])).toEqual([{ offset: FILE.indexOf('0.1 }') + 3, length: 0, text: '5' }]);
    expect(edit(FILE, { path: '/optimizers/0/learningRate', value: 1e-6 })).toBe(FILE.replace('0.1 }', '1e-6 }'));
  });

  test('an equal value changes nothing', () => {
    expect(editText(FILE, [{ path: '/optimizers/0', value: { type: 'sgd', learningRate: 0.1 } }])).toEqual([]);
  });

  test('of an object only the leaves that differ are written', () => {
    expect(edit(FILE, { path: '/optimizers/0', value: { learningRate: 0.3, type: 'sgd' } })).toBe(FILE.replace('0.1 }', '0.3 }'));
  });

  test('a label stands for its index', () => {
    expect(edit(FILE, { path: '/optimizers/A/beta1', value: 0.5 })).toBe(FILE.replace('"label": "A" }', '"label": "A", "beta1": 0.5 }'));
  });

  test.each([[0.001, '0.001'], [1e-6, '1e-6'], [0.0001, '1e-4'], [1e21, '1e21'], [123456, '123456'], [0.0198019801980198, '0.0198019801980198'], [-0, '0'], [1e-300, '1e-300'], [100000, '100000'], [1e9, '1e9']])('%d is written %s', (number, text) => {
    expect(printJson(number)).toBe(text);
    expect(Number(text)).toBeCloseTo(number, 15);
  });
});

describe('insertion', () => {
  test('into a line', () => {
    expect(edit(FILE, { path: '/optimizers/0/momentum', value: 0.9 })).toBe(FILE.replace('0.1 }', '0.1, "momentum": 0.9 }'));
  });

  test('keeps a trailing comma', () => {
    expect(edit(FILE, { path: '/stop/gradientNorm', value: 1e-8 })).toBe(FILE.replace('100, }', '100, "gradientNorm": 1e-8, }'));
  });

  test('of a list item, behind the comment of the last', () => {
    expect(edit(FILE, { path: '/optimizers/-', value: { type: 'lion' } })).toBe(FILE.replace('{ "type": "adam", "label": "A" } // clever\n', '{ "type": "adam", "label": "A" }, // clever\n    { "type": "lion" }\n'));
  });

  test('at the end of the file\'s object', () => {
    expect(edit(FILE, { path: '/seed', value: 3 })).toBe(FILE.replace('"steps": 100, },\n', '"steps": 100, },\n  "seed": 3,\n'));
  });

  test('makes what is missing on its way', () => {
    expect(edit('{\n  "gdexp": 1\n}\n', { path: '/stop/steps', value: 50 })).toBe('{\n  "gdexp": 1,\n  "stop": { "steps": 50 }\n}\n');
    expect(edit('{}', { path: '/a/b/-', value: 1 })).toBe('{\n  "a": { "b": [1] }\n}');
    expect(edit('{ "a": null }', { path: '/a/b', value: 1 })).toBe('{ "a": { "b": 1 } }');
    expect(edit('{ "a": {}, "b": [] }', { path: '/a/x', value: 1 }, { path: '/b/-', value: 2 })).toBe('{ "a": { "x": 1 }, "b": [2] }');
  });

  test('into brackets that hold a comment only', () => {
    const text = '{\n  "a": [\n    // none yet\n  ]\n}';
    expect(edit(text, { path: '/a/-', value: 1 })).toBe('{\n  "a": [\n    // none yet\n    1\n  ]\n}');
  });

  test('keeps tabs and \\r\\n', () => {
    expect(edit('{\r\n\t"a": 1\r\n}', { path: '/b', value: 2 })).toBe('{\r\n\t"a": 1,\r\n\t"b": 2\r\n}');
  });

  test('writes what is long on several lines', () => {
    const long = { label: 'a'.repeat(60), set: { '/optimizers/0/learningRate': 0.1, '/stop/steps': 3 } };
    const text = edit('{\n  "variants": [\n    { "label": "b", "set": {} }\n  ]\n}', { path: '/variants/-', value: long });
    expect(value(text)).toEqual({ variants: [{ label: 'b', set: {} }, long] });
    expect(text).toContain('\n    {\n      "label"');
  });
});

describe('removal', () => {
  const list = (...items: string[]): string => `{\n  "list": [\n${items.join('\n')}\n  ]\n}`;

  test('of a line takes its comment and its comma', () => {
    expect(edit(FILE, { path: '/optimizers/0', value: undefined })).toBe(FILE.replace('    { "type": "sgd", "learningRate": 0.1 }, // plain\n', ''));
    expect(edit(FILE, { path: '/optimizers/1' })).toBe(FILE.replace('0.1 }, // plain\n    { "type": "adam", "label": "A" } // clever\n', '0.1 } // plain\n'));
  });

  test('of the last leaves a trailing comma where there was one', () => {
    expect(edit(list('    1,', '    2,'), { path: '/list/1' })).toBe(list('    1,'));
    expect(edit(list('    1,', '    2'), { path: '/list/1' })).toBe(list('    1'));
    expect(edit('{ "a": [1, 2, ] }', { path: '/a/1' })).toBe('{ "a": [1, ] }');
  });

  test('within a line', () => {
    expect(edit('{ "a": [1, 2, 3] }', { path: '/a/0' })).toBe('{ "a": [2, 3] }');
    expect(edit('{ "a": [1, 2, 3] }', { path: '/a/1' })).toBe('{ "a": [1, 3] }');
    expect(edit('{ "a": [1, 2, 3] }', { path: '/a/2' })).toBe('{ "a": [1, 2] }');
    expect(edit('{ "a": [ 1 ] }', { path: '/a/0' })).toBe('{ "a": [] }');
    expect(edit('{ "a": 1, "b": 2 }', { path: '/b' })).toBe('{ "a": 1 }');
    expect(edit('[{\n  "a": 1\n}, {\n  "a": 2\n}]', { path: '/0' })).toBe('[{\n  "a": 2\n}]');
  });

  test('keeps comments between entries', () => {
    expect(value(edit('{ "a": [1 /* one */, /* two */ 2 /* end */] }', { path: '/a/1' }))).toEqual({ a: [1] });
    expect(edit('{ "a": [1 /* one */, 2] }', { path: '/a/0' })).toContain('/* one */');
  });

  test('of what is not there changes nothing', () => {
    expect(editText(FILE, [{ path: '/seed' }, { path: '/optimizers/7' }, { path: '/stop/a/b' }])).toEqual([]);
  });
});

describe('several edits', () => {
  test('each sees what the one before made', () => {
    const text = edit(FILE, { path: '/optimizers/0' }, { path: '/optimizers/0/beta2', value: 0.9 }, { path: '/optimizers/-', value: { type: 'sgd' } }, { path: '/stop' });
    expect(value(text)).toEqual({ gdexp: 1, objective: { expression: 'x^2 + y^2', start: { y: 2, x: 1 } }, optimizers: [{ type: 'adam', label: 'A', beta2: 0.9 }, { type: 'sgd' }] });
    for (const comment of ['// head', '// version', '/* bowl */', '// here', '// the plain one', '// clever', '// end']) expect(text).toContain(comment);
  });

  test('changes are in order, apart, and true of the first text', () => {
    const edits = [{ path: '/stop/steps', value: 7 }, { path: '/gdexp', value: 2 }, { path: '/optimizers/1/type', value: 'nadam' }];
    const changes = editText(FILE, edits);
    for (let i = 1; i < changes.length; i++) expect(changes[i].offset).toBeGreaterThan(changes[i - 1].offset + changes[i - 1].length);
    expect(applyEdits(FILE, changes.map(({ offset, length, text }) => ({ offset, length, content: text })))).toBe(edit(FILE, ...edits));
  });

  test('whatever is written is read back, and comments outlive it', () => {
    // A small generator with a fixed seed: the same cases each time.
    let state = 7;
    const random = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % n;
    };
    const leaf = (): unknown => [random(1000) / 7, true, null, 'text "quoted" // no comment', [1, 2], { k: random(9) }, [], {}][random(8)];
    const makeObject = (depth: number): string => `{${[...Array(random(4))].map((_, i) => `${['', ' ', '\n  ', ' /* c */ ', ' // d\n'][random(5)]}"${'abcd'[i]}":${['', ' '][random(2)]}${make(depth - 1)}`).join([',', ' , ', ' /* e */,', ', // f\n'][random(4)])}${['', ' ', '\n', ' // g\n'][random(4)]}}`;
    const makeList = (depth: number): string => `[${[...Array(random(4))].map(() => `${['', ' ', '\n    ', '/* h */'][random(4)]}${make(depth - 1)}`).join([',', ',\n', ' , // i\n'][random(3)])}${['', ' ', '\n'][random(3)]}]`;
    function make(depth: number): string {
      if (depth <= 0) return String(random(100));
      return random(2) ? makeObject(depth) : makeList(depth);
    }
    const pathsOf = (node: unknown, at: string[] = []): string[][] => (typeof node !== 'object' || node === null ? [] : Object.entries(node).flatMap(([key, child]) => [[...at, key], ...pathsOf(child, [...at, key])]));
    for (let round = 0; round < 2000; round++) {
      let text = makeObject(3);
      const before = value(text);
      const paths = pathsOf(before);
      const expected = structuredClone(before) as Record<string, unknown>;
      const action = random(3);
      if (paths.length === 0 || action === 0) {
        const added = leaf();
        const holders = [[], ...paths].filter((path) => {
          const holder = path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], expected);
          return typeof holder === 'object' && holder !== null;
        });
        const path = holders[random(holders.length)];
        const holder = path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], expected);
        if (Array.isArray(holder)) holder.push(added);
        else (holder as Record<string, unknown>).z = added;
        text = edit(text, { path: [...path, Array.isArray(holder) ? '-' : 'z'].map((key) => `/${key}`).join(''), value: added });
      } else {
        const path = paths[random(paths.length)];
        const holder = path.slice(0, -1).reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], expected) as Record<string, unknown>;
        const key = path[path.length - 1];
        const pointer = path.map((segment) => `/${segment}`).join('');
        const comments = (source: string): number => (source.match(/\/\*|\/\//g) ?? []).length;
        const had = comments(text);
        if (action === 1) {
          const replaced = leaf();
          holder[key] = replaced;
          text = edit(text, { path: pointer, value: replaced });
        } else {
          const scalar = typeof holder[key] !== 'object';
          if (Array.isArray(holder)) holder.splice(Number(key), 1);
          else delete holder[key];
          text = edit(text, { path: pointer });
          // Of a scalar at most the comment behind it, on its own line, goes along.
          if (scalar) expect(comments(text)).toBeGreaterThanOrEqual(had - 1);
        }
      }
      const errors: never[] = [];
      expect(parse(text, errors, { allowTrailingComma: true }), text).toEqual(expected);
      expect(errors, text).toEqual([]);
    }
  });
});

test.each([
  ['{ "a": [1] }', '/a/5'], ['{ "a": 1 }', '/a/b'], ['{ "a": ', '/a'], ['{ "a": 1 }', 'a'],
])('an edit that does not fit is refused: %s %s', (text, path) => {
  expect(() => editText(text, [{ path, value: 1 }])).toThrow();
});

describe('points keep the form they have', () => {
  const point = (start: string): string => `{ "objective": { "expression": "x^2 + y^2", "start": ${start} } }`;
  test.each<[string, string, unknown, string]>([
    ['{ "y": 2, "x": 1 }', '/objective/start', [5, 6], '{ "y": 6, "x": 5 }'],
    ['{ "x": 1, "y": 2 }', '/objective/start/1', 7, '{ "x": 1, "y": 7 }'],
    ['[1, 2]', '/objective/start/y', 7, '[1, 7]'],
    ['[1, 2]', '/objective/start', { x: 3, y: 4 }, '[3, 4]'],
    ['{ "x": 1, "y": 2 }', '/objective/start/-', [3, 4], '[{ "x": 1, "y": 2 }, { "x": 3, "y": 4 }]'],
    ['[1, 2]', '/objective/start/-', [3, 4], '[[1, 2], [3, 4]]'],
    ['[{ "x": 1, "y": 2 }]', '/objective/start/-', [3, 4], '[{ "x": 1, "y": 2 }, { "x": 3, "y": 4 }]'],
    ['[{ "x": 1, "y": 2 }, [3, 4]]', '/objective/start/0', [5, 6], '[{ "x": 5, "y": 6 }, [3, 4]]'],
    ['[{ "x": 1, "y": 2 }, [3, 4]]', '/objective/start/0/1', 9, '[{ "x": 1, "y": 9 }, [3, 4]]'],
    ['[{ "x": 1, "y": 2 }, [3, 4]]', '/objective/start', [8, 9], '[{ "x": 8, "y": 9 }, [3, 4]]'],
    ['{ "x": 1, "y": 2 }', '/objective/start/0', [5, 6], '{ "x": 5, "y": 6 }'],
    ['{ "x": 1, "y": 2 }', '/objective/start', [[1, 2], [3, 4]], '[{ "x": 1, "y": 2 }, { "x": 3, "y": 4 }]'],
  ])('%s with %s = %j', (start, path, wanted, expected) => {
    expect(edit(point(start), { path, value: wanted })).toBe(point(expected));
  });

  test('a view by names', () => {
    const text = '{ "objective": { "expression": "x^2 + y^2", "start": [1, 2], "view": { "x": [-1, 1], "y": [-2, 2] } } }';
    expect(edit(text, { path: '/objective/view', value: [[-1, 1], [-5, 2]] })).toBe(text.replace('[-2, 2]', '[-5, 2]'));
    expect(edit(text, { path: '/objective/view/0/1', value: 4 })).toBe(text.replace('[-1, 1]', '[-1, 4]'));
  });

  test('one coordinate of a built-in\'s usual start writes the whole point', () => {
    expect(edit('{ "objective": { "function": "rosenbrock" } }', { path: '/objective/start/0', value: 0 })).toBe('{ "objective": { "function": "rosenbrock", "start": [0, 1] } }');
  });

  test('in a variant\'s override too', () => {
    const text = '{ "objective": { "expression": "x^2 + y^2", "start": [0, 0] }, "variants": [{ "label": "a", "set": { "/objective/start": { "x": 1, "y": 2 } } }] }';
    const pointer = effectivePointer(parseExperiment(text).value, 0, '/objective/start');
    expect(edit(text, { path: pointer, value: [3, 4] })).toBe(text.replace('{ "x": 1, "y": 2 }', '{ "x": 3, "y": 4 }'));
  });
});

describe('where a change counts for a variant', () => {
  const file = { optimizers: [{ type: 'sgd', label: 'S' }], variants: [{ label: 'a', set: { '/optimizers/S/learningRate': { schedule: 'step' }, '/stop': { steps: 3 } } }] };
  test.each<[number | null, string, string]>([
    [null, '/stop/steps', '/stop/steps'],
    [0, '/stop/steps', '/variants/0/set/~1stop/steps'],
    [0, '/optimizers/0/learningRate', '/variants/0/set/~1optimizers~1S~1learningRate'],
    [0, '/optimizers/0/learningRate/initial', '/variants/0/set/~1optimizers~1S~1learningRate/initial'],
    [0, '/optimizers/0/momentum', '/optimizers/0/momentum'],
  ])('variant %s, %s', (index, path, expected) => expect(effectivePointer(file, index, path)).toBe(expected));
});
