import { describe, expect, it } from 'vitest';
import { forTerminal } from '../../src/cli/terminal';
import type { ParsedExperiment } from '../../src/format/experiment';
import { parseExperiment } from '../../src/format/parse';
import { runTrial } from '../../src/core/training/run';

// Whatever stands in a file, the answer is a sentence with a place.

const FILE = { gdexp: 1, objective: { expression: 'x^2 + y^2', start: { x: 1, y: 2 } }, optimizers: [{ type: 'sgd' }], stop: { steps: 3 } };
const file = (changes: object): string => JSON.stringify({ ...FILE, ...changes });
const objective = (changes: object): string => file({ objective: { ...FILE.objective, ...changes } });
const formula = (expression: string): string => file({ objective: { expression, start: [1] } });
const variant = (set: object): string => file({ variants: [{ label: 'a', set }] });
const fill = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length));
const optimizers = (list: string): string => JSON.stringify(FILE).replace('[{"type":"sgd"}]', `[${list}]`);
const nested = (open: string, close: string, depth: number): string => JSON.stringify({ ...FILE, title: 0 }).replace('"title":0', `"title":${open.repeat(depth)}${close.repeat(depth)}`);

/** What every answer to every text must be. */
function sound(text: string, parsed: ParsedExperiment): void {
  const errors = parsed.problems.filter(({ severity }) => severity === 'error');
  expect(parsed.experiment === null).toBe(errors.length > 0);
  expect(parsed.problems.length).toBeLessThanOrEqual(30_000);
  const bad = parsed.problems.filter(({ message, line, column, offset, length }) =>
    !/^[^\p{Cc}\u2028\u2029\u202a-\u202e]{5,600}$/u.test(message) || /undefined"|\[object|\{\d\}| at .*\.ts/.test(message)
    || !(line >= 1 && column >= 1 && offset >= 0 && length >= 0 && offset + length <= text.length));
  expect(bad).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

const refused = (text: string): string[] => {
  const parsed = parseExperiment(text);
  sound(text, parsed);
  expect(parsed.experiment).toBeNull();
  return parsed.problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
};

describe('text that is no experiment', () => {
  it.each(['', ' \n\t', '\uFEFF', '{', '}', '[', 'null', '42', '"x"', '[]', 'true', '// x', '/* x', '\0', '{"gdexp":\0 1}', "{'gdexp':1}", '{gdexp:1}', '{"gdexp":NaN}', '{"gdexp":0x1}', '{"gdexp":.1}',
    '{"gdexp":01}', '{"gdexp" 1}', '{"gdexp":1 "a":2}', '{,,,}', '{"gdexp":1,,}', '{"a\\qb":1}', '{"a\\u12":1}', '{"a\n":1}', '\u00a0{}', '\u200b{}', `${JSON.stringify(FILE)}x`, JSON.stringify(FILE).repeat(2)])('refuses %j', (text) => {
    expect(refused(text).length).toBeGreaterThan(0);
  });

  it('reads a byte-order mark, CRLF and CR', () => {
    const text = JSON.stringify(FILE, null, 2);
    for (const each of [`\uFEFF${text}`, text.replace(/\n/g, '\r\n'), text.replace(/\n/g, '\r')]) expect(parseExperiment(each).problems).toEqual([]);
  });

  const pieces = ['[', ']', '{', '{"a":', '"', '"\\', '9', '1,', ' ', '\n', '\r\n', '/', '//\n', '/**/', '/*', 'a', '-', '1e', '\0', '\ud800', '한', ':', ',', '[]', '[{"', '\\', "'", '{"a":1}', '{"a":1,"a":1},'];
  it.each(pieces)('refuses megabytes of %j', (piece) => {
    refused(fill(piece, 5e6));
    refused(fill(piece, 1e6));
    refused(`{"gdexp":1,"objective":{"expression":${fill(piece, 1e6)}`);
  });
});

describe('more than anything could need', () => {
  const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const record = (count: number, prefix: string): Record<string, number> => Object.fromEntries(many(count, (i) => [prefix + i, 1]));

  it.each([
    ['keys of the file', () => file(record(200_000, 'k'))],
    ['constants', () => objective({ constants: record(100_000, 'c') })],
    ['names in a start', () => objective({ start: record(100_000, 'c') })],
    ['optimizers', () => optimizers(fill('{"type":"sgd"},', 3.5e6).slice(0, -1))],
    ['empty optimizers', () => optimizers(many(1_000_000, () => '{}').join(','))],
    ['unknown optimizers', () => optimizers(fill('{"type":"sdg"},', 3.5e6).slice(0, -1))],
    ['starts', () => objective({ start: many(200_000, () => [1]) })],
    ['variants', () => file({ variants: many(50_000, (i) => ({ label: `v${i}`, set: { '/seed': i } })) })],
    ['expectations', () => file({ expect: many(100_000, () => ({ optimizer: 'nobody', loss: '< 1' })) })],
    ['minima', () => objective({ minimum: many(100_000, () => ({ at: [0, 0] })) })],
  ])('refuses too many %s', (_name, make) => {
    expect(refused(make())).toEqual(['tooMany']);
  });

  it('refuses variants that together are too much to check', () => {
    const text = file({ optimizers: many(1000, () => ({ type: 'sgd' })), variants: many(1000, (i) => ({ label: `v${i}`, set: { '/seed': i } })) });
    expect(refused(text)).toEqual(['tooMany']);
  });

  it('explains the first of many errors', () => {
    const text = file({ optimizers: many(4000, () => ({ type: 'sgd', speed: 1, colour: 2 })), expect: many(4000, (i) => ({ optimizer: `o${i}`, loss: 3 })) });
    const codes = refused(text);
    expect(codes.length).toBeLessThan(30_000);
    expect(codes).toContain('unknownKey');
  });

  it('survives more schema errors than fit on a stack', () => {
    refused(file({ metrics: many(500_000, () => 1) }));
    refused(JSON.stringify({ gdexp: 1, model: { layers: [{ type: 'dense', units: 1 }] }, data: { inline: { x: many(500_000, () => ['a']), y: [1] } }, loss: 'meanSquaredError', optimizers: [{ type: 'sgd' }] }));
  });

  it('tells few of many repeated keys', () => {
    const text = `{"a":[${'{"k":1,"k":1},'.repeat(100_000)}1]}`;
    expect(refused(text).length).toBeLessThan(60);
  });

  it('numbers thousands of labels', () => {
    const text = file({ optimizers: many(5000, () => ({ type: 'sgd' })) });
    const parsed = parseExperiment(text);
    sound(text, parsed);
    expect(parsed.experiment?.variants[0].optimizers[4999].label).toBe('sgd 5000');
    expect(parsed.experiment?.refusal).toMatch(/5000/);
  });

  it('refuses nesting without end', () => {
    expect(refused(nested('[', ']', 100_000))).toEqual(['tooDeep']);
    expect(refused(nested('{"a":', '}', 10_000).replace(':}', ':1}'))).toEqual(['tooDeep']);
    for (const pointer of [fill('/a', 1e6), `/title${fill('/a', 1e5)}`, `/objective/start${fill('/a', 1e5)}`]) expect(refused(variant({ [pointer]: 1 }))).toEqual(['pointer']);
  });

  it('quotes endless names in part', () => {
    for (const text of [file({ ['k'.repeat(1e6)]: 1 }), file({ optimizers: [{ type: 's'.repeat(1e6) }] }), objective({ start: { ['c'.repeat(1e5)]: 1 } }), formula('1'.repeat(19_000)), variant({ [`/${'a'.repeat(1e6)}`]: 1 }),
      file({ optimizers: [{ type: 'sgd', label: 'a'.repeat(1e6) }, { type: 'sgd', label: 'a'.repeat(1e6) }] })]) refused(text);
  });

  it('shows no control character of a name', () => {
    for (const name of ['\u001b[31mred', 'a\nb', 'a\u0000', '\u202eabc']) {
      refused(file({ [name]: 1 }));
      refused(objective({ constants: { [name]: 1 } }));
      refused(file({ expect: [{ optimizer: name, loss: '< 1' }] }));
    }
  });
});

describe('numbers', () => {
  const put = (place: string, number: string): string => JSON.stringify(FILE).replace(place, `${place.slice(0, place.lastIndexOf(':') + 1)}${number}`);
  it.each(['1e999', '-1e999', '-1', '1.5e16', '"3"', '[]', '{}', 'true', 'null'])('refuses %s for what counts', (number) => {
    refused(put('"gdexp":1', number));
    refused(JSON.stringify(FILE).replace('{', `{"seeds":${number},`));
    refused(JSON.stringify(FILE).replace('{', `{"seed":${number},`));
    refused(`{"gdexp":1,"objective":{"function":"sphere","dimension":${number}},"optimizers":[{"type":"sgd"}]}`);
    refused(JSON.stringify(FILE).replace('"type":"sgd"', `"type":"sgd","learningRate":${number}`).replace('"learningRate":1.5e16', '"learningRate":-0.1'));
    if (number !== 'null') refused(put('"steps":3', number));
  });

  it('refuses dimensions, seeds and runs that no machine could hold', () => {
    refused('{"gdexp":1,"objective":{"function":"sphere","dimension":1e9},"optimizers":[{"type":"sgd"}]}');
    refused(file({ seeds: 1e9 }));
    refused(file({ sweep: { learningRate: { from: 1, factor: 1.1, count: 1e9 } } }));
    expect(parseExperiment(file({ seeds: 1001 })).experiment?.refusal).toMatch(/1001/);
  });

  it('takes 1e15 steps for what they are: the run can be cancelled', () => {
    const { experiment } = parseExperiment(file({ stop: { steps: 1e15, gradientNorm: null } }));
    let asked = 0;
    const summary = runTrial(experiment!.trials[0], { interval: Infinity, cancelled: () => ++asked > 3, now: () => performance.now() });
    expect(summary.status).toBe('cancelled');
  });
});

describe('formulas', () => {
  it.each(['', ' ', 'x^2`;process.exit()', 'process.exit()', 'x;process.exit()', "x'+process.exit()+'", 'x"', 'x\\', '${x}', '`', 'x/*', '//', 'x\0', '\u202ex^2', 'constructor(x)', '__proto__(x)', 'toString(x)', 'x.constructor', 'x["a"]',
    'this(x)', 'eval(x)', 'Function(x)', 'require(x)', 'import(x)', 'x=>x', 'x==1', 'x?1:2', 'x!', 'x%2', '1/0', '1/0*x', 'x/0', '1/(x-1)', 'log(x-1)', 'log(-x)', '(x-1)^0.5', 'asin(2x)', '1e999x', 'exp(1000x)', 'sin', 'sin x', 'sin()',
    'sin(x,x)', 'max(x)', ',', '()', '(', ')', '((x)', '(x))', 'x y', '2 3', 'x(x+1)', 'x**2', 'x+', '+', '*x', 'x*', 'x//x', '^2', 'x²', '∞', '😀', '|x|', 'pi', '1.2.3x', '.', 'x+E', 'x+undefined',
    '('.repeat(151) + 'x' + ')'.repeat(151), 'sin('.repeat(2000) + 'x' + ')'.repeat(2000), Array(5000).fill('x').join('^'), 'x'.repeat(20_001), 'x+'.repeat(1e6) + 'x', '('.repeat(5e5), Array.from({ length: 101 }, (_, i) => `x${i}`).join('+')])('refuses %.40j', (expression) => {
    expect(refused(formula(expression)).length).toBeGreaterThan(0);
  });

  it('reads long and deep ones within the caps', () => {
    for (const expression of [Array(3000).fill('x').join('+'), `${'-'.repeat(19_000)}x^2`, '(x+1)'.repeat(3900).slice(0, 40), `${'('.repeat(150)}x${')'.repeat(150)}`, Array(1000).fill('sin(x*x)').join('+'), `max(${Array(4000).fill('x').join(',')})`]) {
      const text = formula(expression);
      const parsed = parseExperiment(text);
      sound(text, parsed);
      expect(parsed.experiment, expression.slice(0, 40)).not.toBeNull();
    }
  });

  it.each(['toString', 'constructor', 'valueOf', 'hasOwnProperty', 'arguments', 'eval', 'globalThis', 'window', 'NaN', 'Infinity', 't', 'n0', 'loss'])('knows "%s" as a name like any other', (name) => {
    const text = file({ objective: { expression: `a*${name}^2`, constants: { a: 3 }, start: { [name]: 2 } } });
    const { experiment } = parseExperiment(text);
    expect(experiment?.variants[0].objective?.variables).toEqual([name]);
    const summary = runTrial(experiment!.trials[0], { interval: Infinity, cancelled: () => false, now: () => 0 });
    // x ← x − 0.001·6x, three times.
    expect(summary.parameters![0]).toBeCloseTo(2 * 0.994 ** 3, 14);
    const constant = parseExperiment(file({ objective: { expression: `${name}*x^2`, constants: { [name]: 3 }, start: [1] } }));
    expect(constant.experiment?.variants[0].objective?.variables).toEqual(['x']);
    refused(file({ objective: { expression: `${name}*x^2`, start: { x: 1 } } }));
  });
});

describe('names of prototypes', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '__defineGetter__'])('gives "%s" no power', (name) => {
    const key = JSON.stringify(FILE).replace('{', `{"${name}":{"polluted":1},`);
    expect(refused(key)).toEqual(['unknownKey']);
    refused(JSON.stringify(FILE).replace('"type"', `"${name}":1,"type"`));
    refused(file({ optimizers: [{ type: name }] }));
    refused(file({ dialect: name }));
    refused(file({ optimizers: [{ type: 'sgd', learningRate: { schedule: name, initial: 1 } }] }));
    refused(`{"gdexp":1,"objective":{"function":"${name}"},"optimizers":[{"type":"sgd"}]}`);
    refused(variant({ [`/${name}`]: { polluted: 1 } }));
    refused(variant({ [`/objective/${name}/polluted`]: 1 }));
    refused(variant({ [`/objective/start/${name}`]: 1 }));
    refused(variant({ [`/optimizers/0/${name}/polluted`]: 1 }));
    const labelled = file({ optimizers: [{ type: 'sgd', label: name }], variants: [{ label: name, set: { [`/optimizers/${name}/learningRate`]: 0.1 } }], expect: [{ optimizer: name, variant: name, loss: '< 9' }] });
    const parsed = parseExperiment(labelled);
    sound(labelled, parsed);
    expect(parsed.experiment?.variants[0].optimizers[0]).toMatchObject({ label: name, spec: { learningRate: 0.1 } });
  });
});

describe('variants', () => {
  it.each(['', '/', 'seed', 'optimizers.0.learningRate', '/variants', '/variants/0/set/~1seed', '/gdexp', '/expect', '/sweep', '/a~b', '/~01~10', '/optimizers/7', '/optimizers/01', '/optimizers/-1', '/optimizers/1e9', '/optimizers/length',
    '/objective/expression/3', '/optimizers/0/learningRate/x'])('refuses to set %j', (pointer) => {
    expect(refused(variant({ [pointer]: 1 })).length).toBeGreaterThan(0);
  });

  it('refuses what makes the file wrong, at the override', () => {
    const text = variant({ '/objective/expression': 'x^2 + 1/(y-2)' });
    const parsed = parseExperiment(text);
    sound(text, parsed);
    expect(parsed.problems.map(({ code, path }) => [code, path.startsWith('/variants/0/set')])).toEqual([['notFiniteAtStart', true]]);
    for (const set of [{ '/objective': null }, { '/optimizers': [] }, { '/model': { layers: [] } }, { '/optimizers/0/learningRate': -1 }, { '/optimizers/-': {} }]) refused(variant(set));
  });
});

describe('a terminal', () => {
  it('obeys colours, lines and tabs, and nothing else that a file says', () => {
    expect(forTerminal('\u001b[1mbold\u001b[0m\ta\nb')).toBe('\u001b[1mbold\u001b[0m\ta\nb');
    expect(forTerminal('\u001b[2J\u001b]0;title\u0007\r\u009b2J')).toBe('\uFFFD[2J\uFFFD]0;title\uFFFD\uFFFD\uFFFD2J');
  });
});
