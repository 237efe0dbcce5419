import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../src/format/parse';

/** A valid file around one objective; the objective stands on line 3 from column 16. */
const withObjective = (objective: string, rest = ''): string =>
  `{\n  "gdexp": 1,\n  "objective": ${objective},\n  "optimizers": [\n    { "type": "sgd", "learningRate": 0.1 }\n  ]${rest}\n}`;
/** A valid file around one optimizer; it stands on line 5 from column 5, what follows on line 7. */
const withOptimizer = (optimizer: string, rest = ''): string =>
  `{\n  "gdexp": 1,\n  "objective": { "expression": "x^2", "start": { "x": 1 } },\n  "optimizers": [\n    ${optimizer}\n  ]${rest}\n}`;
const sgd = '{ "type": "sgd" }';

interface Expected {
  readonly at: string;
  readonly code: string;
  /** What the range covers. */
  readonly text?: string;
  readonly says?: RegExp;
  readonly suggestion?: string;
}

function checkFirst(text: string, { at, code, text: covered, says, suggestion }: Expected): void {
  const parsed = parseExperiment(text);
  const errors = parsed.problems.filter((problem) => problem.severity === 'error');
  expect(parsed.experiment).toBeNull();
  const [first] = errors;
  expect(`${first.line}:${first.column} ${first.code}`).toBe(`${at} ${code}`);
  if (covered !== undefined) expect(text.slice(first.offset, first.offset + first.length)).toBe(covered);
  if (says) expect(first.message).toMatch(says);
  if (suggestion !== undefined) expect(first.suggestion).toBe(suggestion);
  expect(first.message).not.toMatch(/undefined|\[object|\{\d\}/);
}

describe('syntax', () => {
  test.each<[string, string, Expected]>([
    ['an empty file', '', { at: '1:1', code: 'empty' }],
    ['only a byte-order mark and space', '\uFEFF \n', { at: '1:1', code: 'empty' }],
    ['a word', 'hello', { at: '1:1', code: 'syntax', text: 'hello' }],
    ['a missing comma', '{\n "gdexp": 1\n "seed": 2 }', { at: '3:2', code: 'syntax', text: '"seed"', says: /comma is missing/ }],
    ['a missing colon', '{ "gdexp" 1 }', { at: '1:11', code: 'syntax', says: /colon/ }],
    ['a missing value', '{ "gdexp": }', { at: '1:12', code: 'syntax', text: '}' }],
    ['a missing value before a comma', '{ "gdexp": , "seed": 1 }', { at: '1:12', code: 'syntax', text: ',', says: /before this comma/ }],
    ['an unclosed brace', '{ "gdexp": 1,\n "objective": {\n', { at: '3:1', code: 'syntax', says: /closing } of the { on line 2/ }],
    ['an unclosed bracket', '{ "optimizers": [\n 1', { at: '2:3', code: 'syntax', says: /closing \] of the \[ on line 1/ }],
    ['an unclosed text', '{ "title": "a\n}', { at: '1:12', code: 'syntax', text: '"a', says: /closing double quote/ }],
    ['an unclosed comment', '{ /* abc', { at: '1:3', code: 'syntax', says: /\*\/ is missing/ }],
    ['single quotes', "{ 'gdexp': 1 }", { at: '1:3', code: 'syntax', says: /double quotes/ }],
    ['a name without quotes', '{ gdexp: 1 }', { at: '1:3', code: 'syntax', text: 'gdexp' }],
    ['NaN', '{ "seed": NaN }', { at: '1:11', code: 'syntax', text: 'NaN', says: /not a number that a file can hold/ }],
    ['True', '{ "a": True }', { at: '1:8', code: 'syntax', text: 'True', suggestion: 'true' }],
    ['None', '{ "a": None }', { at: '1:8', code: 'syntax', text: 'None', suggestion: 'null' }],
    ['a number without its zero', '{ "a": .5 }', { at: '1:8', code: 'syntax', text: '.5' }],
    ['an unknown escape', '{ "a": "\\x" }', { at: '1:8', code: 'syntax', says: /escape/ }],
    ['a second document', '{ "gdexp": 1 } {}', { at: '1:16', code: 'syntax', text: '{' }],
    ['lines that end with \\r\\n', '{\r\n "gdexp": 1,\r\n\r\n "seed" 2 }', { at: '4:9', code: 'syntax' }],
    ['lines that end with \\r', '{\r "gdexp": 1,\r "seed" 2 }', { at: '3:9', code: 'syntax' }],
    ['brackets without end', '['.repeat(1e5), { at: '1:65', code: 'tooDeep' }],
    ['objects without end', '{"a":'.repeat(1e5), { at: '1:321', code: 'tooDeep' }],
  ])('%s', (_name, text, expected) => {
    checkFirst(text, expected);
    expect(parseExperiment(text).problems).toHaveLength(1);
  });

  test.each(['}', ',', '{', 'x ', '\0', '"', '1 ', '{"a":1},', '//\n', '/*', '\\', '[1,', '{"a":[1],"b":'])('megabytes of %j give one error', (junk) => {
    expect(parseExperiment(junk.repeat(Math.floor(3_990_000 / junk.length))).problems).toHaveLength(1);
    const [problem] = parseExperiment(junk.repeat(Math.ceil(5_000_000 / junk.length))).problems;
    expect(problem.code).toBe('tooLarge');
  });

  test('comments, trailing commas and a byte-order mark are allowed', () => {
    const text = `\uFEFF// head\n${withOptimizer('{ "type": "sgd", /* a */ "momentum": 0.5, },', ',\n "seed": 3,')}// tail`;
    const { problems, experiment } = parseExperiment(text);
    expect(problems).toEqual([]);
    expect(experiment?.seed).toBe(3);
  });

  test('every prefix of a file is read without throwing', () => {
    const text = withOptimizer('{ "type": "adam", "learningRate": { "schedule": "cosine", "initial": 0.1, "steps": 9 } }', ',\n  "expect": [{ "loss": "< 1" }] // end');
    for (let length = 0; length <= text.length; length++) {
      const { problems, experiment } = parseExperiment(text.slice(0, length));
      expect(experiment === null).toBe(problems.some((problem) => problem.severity === 'error'));
    }
  });
});

describe('shape', () => {
  test.each<[string, string, Expected]>([
    ['a list', '[]', { at: '1:1', code: 'wrongType' }],
    ['null', 'null', { at: '1:1', code: 'wrongType', text: 'null' }],
    ['no version', '{\n "optimizers": [{ "type": "sgd" }], "objective": { "function": "sphere" } }', { at: '1:1', code: 'missing', says: /"gdexp": 1/ }],
    ['another version', withOptimizer(sgd).replace('"gdexp": 1', '"gdexp": 2'), { at: '2:12', code: 'version', text: '2' }],
    ['a key given twice', withOptimizer(sgd, ',\n  "seed": 1,\n  "seed": 2'), { at: '8:3', code: 'duplicateKey', text: '"seed"' }],
    ['an unknown key', withObjective('{ "expression": "x^2", "strat": { "x": 1 } }'), { at: '3:39', code: 'unknownKey', text: '"strat"', suggestion: 'start' }],
    ['a key in another spelling', withOptimizer('{ "type": "sgd", "learning_rate": 0.1 }'), { at: '5:22', code: 'unknownKey', suggestion: 'learningRate' }],
    ['a word of another library', withOptimizer('{ "type": "adam", "lr": 0.1 }'), { at: '5:23', code: 'unknownKey', text: '"lr"', suggestion: 'learningRate' }],
    ['a field of another type', withOptimizer('{ "type": "sgd", "beta1": 0.9 }'), { at: '5:22', code: 'unknownKey', says: /belongs to adam/ }],
    ['__proto__', withOptimizer(sgd, ',\n  "__proto__": { "a": 1 }'), { at: '7:3', code: 'unknownKey', text: '"__proto__"' }],
    ['a wrong type', withOptimizer('{ "type": "sgd", "learningRate": "0.1" }'), { at: '5:38', code: 'wrongType', text: '"0.1"' }],
    ['a number for a switch', withOptimizer('{ "type": "sgd", "nesterov": 1 }'), { at: '5:34', code: 'wrongType', text: '1', says: /true or false/ }],
    ['an infinite number', withOptimizer('{ "type": "sgd", "learningRate": 1e999 }'), { at: '5:38', code: 'wrongType', text: '1e999' }],
    ['a broken number', withOptimizer(sgd, ',\n  "stop": { "steps": 1.5 }'), { at: '7:22', code: 'wrongType', text: '1.5', says: /whole number/ }],
    ['a negative rate', withOptimizer('{ "type": "sgd", "learningRate": -1 }'), { at: '5:38', code: 'outOfRange', text: '-1', says: /at least 0/ }],
    ['a bound that is excluded', withOptimizer('{ "type": "adam", "beta1": 1 }'), { at: '5:32', code: 'outOfRange', text: '1', says: /less than 1/ }],
    ['no optimizer', withOptimizer(''), { at: '4:17', code: 'outOfRange' }],
    ['an optimizer without type', withOptimizer('{ "learningRate": 1 }'), { at: '5:5', code: 'missing', text: '{', says: /needs "type"/ }],
    ['a wrong name', withOptimizer('{ "type": "adma" }'), { at: '5:15', code: 'unknownName', text: '"adma"', suggestion: 'adam' }],
    ['a name in capitals', withOptimizer('{ "type": "Adam" }'), { at: '5:15', code: 'unknownName', suggestion: 'adam' }],
    ['a wrong schedule', withOptimizer('{ "type": "sgd", "learningRate": { "schedule": "cosin", "initial": 1, "steps": 9 } }'), { at: '5:52', code: 'unknownName', suggestion: 'cosine' }],
    ['a schedule without a field', withOptimizer('{ "type": "sgd", "learningRate": { "schedule": "cosine", "initial": 0.1 } }'), { at: '5:22', code: 'missing', says: /needs "steps"/ }],
    ['a fault within a schedule within a schedule', withOptimizer('{ "type": "sgd", "learningRate": { "schedule": "warmup", "steps": 10, "then": { "schedule": "step", "initial": -1, "every": 5 } } }'), { at: '5:116', code: 'outOfRange', text: '-1' }],
    ['objective and model', withObjective('{ "function": "sphere" }', ',\n  "model": { "layers": [{ "type": "dense", "units": 1 }] }'), { at: '7:3', code: 'conflict', text: '"model"' }],
    ['neither', '{ "gdexp": 1, "optimizers": [{ "type": "sgd" }] }', { at: '1:1', code: 'missing', says: /"objective".*"model"/ }],
    ['a loss beside an objective', withOptimizer(sgd, ',\n  "loss": "huber"'), { at: '7:3', code: 'wrongKind', text: '"loss"' }],
    ['patience beside an objective', withOptimizer(sgd, ',\n  "stop": { "patience": 3 }'), { at: '7:13', code: 'wrongKind', text: '"patience"' }],
  ])('%s', (_name, text, expected) => checkFirst(text, expected));
});

describe('objective', () => {
  test.each<[string, string, Expected]>([
    ['a formula that ends early', '{ "expression": "x^2 +", "start": { "x": 1 } }', { at: '3:38', code: 'expression.syntax', text: '"' }],
    ['an unclosed parenthesis', '{ "expression": "(x^2", "start": { "x": 1 } }', { at: '3:33', code: 'expression.unclosedParenthesis', text: '(' }],
    ['an unknown function', '{ "expression": "x + sine(x)", "start": { "x": 1 } }', { at: '3:37', code: 'expression.unknownFunction', text: 'sine', suggestion: 'sin' }],
    ['a place behind escapes', '{ "expression": "\\u0078^2 \\u002b ln(x)", "start": { "x": 1 } }', { at: '3:49', code: 'expression.unknownFunction', text: 'ln', suggestion: 'log' }],
    ['the power of other languages', '{ "expression": "x**2", "start": { "x": 1 } }', { at: '3:34', code: 'expression.syntax', text: '**', suggestion: '^' }],
    ['an equation', '{ "expression": "y = x^2", "start": { "x": 1 } }', { at: '3:35', code: 'expression.syntax', text: '=' }],
    ['a constant only', '{ "expression": "2", "start": {} }', { at: '3:33', code: 'expression.noVariables', text: '2' }],
    ['a variable without value', '{ "expression": "x^2 + a*x", "start": { "x": 1 } }', { at: '3:39', code: 'undefinedVariable', text: 'a', says: /"constants"/ }],
    ['a misspelt variable', '{ "expression": "width^2 + wdith", "start": { "width": 1 } }', { at: '3:43', code: 'undefinedVariable', text: 'wdith', suggestion: 'width' }],
    ['an unknown variable in the start', '{ "expression": "x^2", "start": { "x": 1, "z": 2 } }', { at: '3:58', code: 'unknownVariable', text: '"z"' }],
    ['one of several starts without a value', '{ "expression": "x^2 + y^2", "start": [{ "x": 1, "y": 2 }, { "x": 1 }] }', { at: '3:75', code: 'missing', says: /y is missing/ }],
    ['a start that is too short', '{ "expression": "x^2 + y^2", "start": [1] }', { at: '3:54', code: 'wrongLength', text: '[1]' }],
    ['two starts written as one', '{ "expression": "x^2", "start": [1, 2] }', { at: '3:48', code: 'wrongLength', says: /\[\[1\], \[2\]\]/ }],
    ['no start', '{ "expression": "x^2 + y^2" }', { at: '3:3', code: 'missing', text: '"objective"', says: /x, y/ }],
    ['text in a start', '{ "expression": "x^2", "start": [1, "a"] }', { at: '3:52', code: 'wrongType', text: '"a"' }],
    ['a number for a start', '{ "expression": "x^2", "start": 5 }', { at: '3:48', code: 'wrongType', text: '5' }],
    ['a division by zero at the start', '{ "expression": "1/x", "start": { "x": 0 } }', { at: '3:48', code: 'notFiniteAtStart', says: /x = 0/ }],
    ['a logarithm of a negative start', '{ "expression": "log(x)", "start": [[1], [-1]] }', { at: '3:57', code: 'notFiniteAtStart', text: '[-1]', says: /x = -1.*not a number/ }],
    ['an infinite slope at the start', '{ "expression": "sqrt(x)", "start": [0] }', { at: '3:52', code: 'notFiniteAtStart', text: '[0]', says: /∂f\/∂x/ }],
    ['a constant named as a function', '{ "expression": "x^2", "constants": { "sin": 1 }, "start": [1] }', { at: '3:54', code: 'reservedName', text: '"sin"' }],
    ['a constant that is no name', '{ "expression": "x^2", "constants": { "a b": 1 }, "start": [1] }', { at: '3:54', code: 'invalidName', text: '"a b"' }],
    ['expression and function', '{ "expression": "x^2", "function": "sphere", "start": [1] }', { at: '3:39', code: 'conflict', text: '"function"' }],
    ['neither', '{ "start": [1] }', { at: '3:3', code: 'missing', text: '"objective"' }],
    ['a wrong built-in', '{ "function": "rosenbrok" }', { at: '3:30', code: 'unknownName', suggestion: 'rosenbrock' }],
    ['a dimension that is fixed', '{ "function": "beale", "dimension": 3 }', { at: '3:52', code: 'outOfRange', text: '3' }],
    ['a condition elsewhere', '{ "function": "sphere", "condition": 3 }', { at: '3:40', code: 'unusedField', text: '"condition"' }],
    ['a view that falls', '{ "expression": "x^2", "start": [1], "view": { "x": [2, -2] } }', { at: '3:68', code: 'outOfRange', text: '[2, -2]' }],
    ['a minimum of another dimension', '{ "expression": "x^2", "start": [1], "minimum": { "at": [0, 0] } }', { at: '3:72', code: 'wrongLength', text: '[0, 0]' }],
  ])('%s', (_name, objective, expected) => checkFirst(withObjective(objective), expected));

  test.each<[string, string, string]>([
    ['a constant that is not used', '{ "expression": "x^2", "constants": { "a": 1 }, "start": [1] }', 'unusedConstant'],
    ['a declared minimum that is none', '{ "expression": "x^2", "start": [1], "minimum": { "at": [0], "value": 1 } }', 'minimumValue'],
  ])('%s is worth a warning', (_name, objective, code) => {
    const { problems, experiment } = parseExperiment(withObjective(objective));
    expect(problems.map((problem) => [problem.severity, problem.code])).toEqual([['warning', code]]);
    expect(experiment).not.toBeNull();
  });

  test('names of the prototype are names like any other', () => {
    const { experiment } = parseExperiment(withObjective('{ "expression": "__proto__^2 + constructor^2", "start": { "constructor": 3, "__proto__": 2 } }'));
    expect(experiment?.trials[0]).toMatchObject({ start: [2, 3] });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('optimizers', () => {
  test.each<[string, string, Expected]>([
    ['a dialect that the type has not', '{ "type": "sgd", "dialect": "paper" }', { at: '5:33', code: 'dialect', text: '"paper"', suggestion: 'torch' }],
    ['a field that the dialect has not', '{ "type": "sgd", "dialect": "keras", "dampening": 0.1 }', { at: '5:42', code: 'unknownKey', text: '"dampening"' }],
    ['a field that has no effect', '{ "type": "gradientDescent", "lineSearch": "exactQuadratic", "c": 0.1 }', { at: '5:66', code: 'unusedField', text: '"c"' }],
    ['Nesterov without momentum', '{ "type": "sgd", "nesterov": true }', { at: '5:22', code: 'conflict', text: '"nesterov"' }],
    ['a type that needs the matrices of a network', '{ "type": "muon" }', { at: '5:15', code: 'wrongKind', text: '"muon"' }],
    ['epochs of an objective', '{ "type": "sgd", "learningRate": { "schedule": "step", "initial": 1, "every": 5, "unit": "epoch" } }', { at: '5:94', code: 'wrongKind', text: '"epoch"' }],
    ['milestones that fall', '{ "type": "sgd", "learningRate": { "schedule": "multiStep", "initial": 1, "milestones": [10, 5] } }', { at: '5:98', code: 'outOfRange', text: '5' }],
    ['the same label twice', '{ "type": "sgd", "label": "a" }, { "type": "adam", "label": "a" }', { at: '5:65', code: 'duplicateLabel', text: '"a"', suggestion: 'a 2' }],
  ])('%s', (_name, optimizer, expected) => checkFirst(withOptimizer(optimizer), expected));

  test('the dialect of the file counts where an optimizer has none', () => {
    checkFirst(withOptimizer('{ "type": "radam" }', ',\n  "dialect": "keras"'), { at: '5:15', code: 'dialect', text: '"radam"' });
    const { experiment } = parseExperiment(withOptimizer('{ "type": "rmsprop" }, { "type": "rmsprop", "dialect": "torch" }, { "type": "newton" }', ',\n  "dialect": "keras"'));
    expect(experiment?.variants[0].optimizers.map(({ spec }) => [spec.dialect, spec.rho])).toEqual([['keras', 0.9], ['torch', 0.99], ['paper', undefined]]);
  });
});

describe('comparisons', () => {
  test.each<[string, string, Expected]>([
    ['a value out of range', '"variants": [{ "label": "a", "set": { "/optimizers/0/learningRate": -1 } }]', { at: '7:71', code: 'outOfRange', text: '-1' }],
    ['an item that is not there', '"variants": [{ "label": "a", "set": { "/optimizers/3/learningRate": 1 } }]', { at: '7:41', code: 'pointer', says: /no item 3/ }],
    ['a label that is not there', '"variants": [{ "label": "a", "set": { "/optimizers/xyz/learningRate": 1 } }]', { at: '7:41', code: 'pointer' }],
    ['what belongs to the file', '"variants": [{ "label": "a", "set": { "/seeds": 3 } }]', { at: '7:41', code: 'pointer', text: '"/seeds"' }],
    ['no pointer', '"variants": [{ "label": "a", "set": { "stop.steps": 3 } }]', { at: '7:41', code: 'pointer', text: '"stop.steps"' }],
    ['an unknown place', '"variants": [{ "label": "a", "set": { "/stop/stepz": 3 } }]', { at: '7:41', code: 'unknownKey', text: '"/stop/stepz"', suggestion: 'steps' }],
    ['a fault deep in an override', '"variants": [{ "label": "a", "set": { "/objective": { "expression": "1/x", "start": [0] } } }]', { at: '7:87', code: 'notFiniteAtStart', text: '[0]' }],
    ['a formula that the start does not fit', '"variants": [{ "label": "a", "set": { "/objective/expression": "x^2 + y^2" } }]', { at: '7:73', code: 'undefinedVariable', text: 'y' }],
    ['a label given twice', '"variants": [{ "label": "a", "set": {} }, { "label": "a", "set": {} }]', { at: '7:56', code: 'duplicateLabel', text: '"a"' }],
    ['an expectation of nobody', '"expect": [{ "optimizer": "sdg", "loss": "< 1" }]', { at: '7:29', code: 'unknownLabel', text: '"sdg"', suggestion: 'sgd' }],
    ['an expectation of no variant', '"expect": [{ "variant": "q", "loss": "< 1" }]', { at: '7:27', code: 'unknownLabel', text: '"q"' }],
    ['an expectation of nothing', '"expect": [{ "optimizer": "sgd" }]', { at: '7:14', code: 'missing', text: '{' }],
    ['no comparison', '"expect": [{ "loss": "<< 1" }]', { at: '7:24', code: 'condition', text: '"<< 1"' }],
    ['a number for a comparison', '"expect": [{ "steps": 3 }]', { at: '7:25', code: 'condition', text: '3' }],
    ['a wrong verdict', '"expect": [{ "verdict": "convergd" }]', { at: '7:27', code: 'unknownName', suggestion: 'converged' }],
    ['what only a model has', '"expect": [{ "accuracy": "> 0.9" }]', { at: '7:16', code: 'wrongKind', text: '"accuracy"' }],
    ['a point of another dimension', '"expect": [{ "parameters": [[1, 2], 1] }]', { at: '7:31', code: 'wrongLength', text: '[1, 2]' }],
    ['a sweep of an unknown field', '"sweep": { "learningRat": [1, 2] }', { at: '7:14', code: 'unknownKey', suggestion: 'learningRate' }],
    ['a sweep out of range', '"sweep": { "learningRate": [0.1, -0.1] }', { at: '7:14', code: 'outOfRange', text: '"learningRate"' }],
  ])('%s', (_name, rest, expected) => checkFirst(withOptimizer(sgd, `,\n  ${rest}`), expected));

  test('a fault of the file is told once, not once a variant', () => {
    const { problems } = parseExperiment(withOptimizer('{ "type": "sgd", "learningRate": -1 }', ',\n  "variants": [{ "label": "a", "set": { "/stop/steps": 5 } }, { "label": "b", "set": { "/stop/steps": 6 } }]'));
    expect(problems).toHaveLength(1);
  });
});

test('problems come in the order of their places, each once', () => {
  const { problems } = parseExperiment(withObjective('{ "expression": "x^2", "start": { "x": "1" }, "a": 1 }', ',\n  "b": 2'));
  expect(problems.map(({ line, column }) => [line, column])).toEqual([[3, 55], [3, 62], [7, 3]]);
});

test('locate finds values and names, by index and by label', () => {
  const text = withOptimizer('{ "type": "sgd" }, { "type": "adam", "label": "A", "beta1": 0.5 }');
  const { locate } = parseExperiment(text);
  const cover = (pointer: string, key?: boolean): string | null => {
    const place = locate(pointer, key);
    return place && text.slice(place.offset, place.offset + place.length);
  };
  expect(cover('/optimizers/1/beta1')).toBe('0.5');
  expect(cover('/optimizers/A/beta1')).toBe('0.5');
  expect(cover('/optimizers/1/beta1', true)).toBe('"beta1"');
  expect(locate('/optimizers/1/beta1')).toMatchObject({ line: 5, column: 65 });
  expect(locate('/optimizers/2')).toBeNull();
  expect(locate('nonsense')).toBeNull();
  expect(cover('')).toBe(text);
});
