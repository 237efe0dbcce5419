import { describe, expect, it } from 'vitest';
import type { VerdictKind } from '../../../src/core/training/trial';
import { formatNumber, formatPercent, formatPoint } from '../../../src/wording/numbers';
import { reasonText, statusText } from '../../../src/wording/status';
import { remedyText, verdictSeverity, verdictText, verdictTitle } from '../../../src/wording/verdicts';
import { builtin, expression, run, sgd, trial } from '../training/fixtures';

describe('numbers', () => {
  it.each([
    [0, '0'], [1, '1'], [3932, '3,932'], [0.00366, '0.00366'], [1.254e-10, '1.25e−10'], [3.7449, '3.74'], [-1.2, '−1.2'], [9.34e-6, '9.34e−6'],
    [1234.5, '1,235'], [24.2, '24.2'], [1e12, '1e12'], [NaN, 'NaN'], [Infinity, '∞'], [-Infinity, '−∞'],
  ])('%d is written %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('shares and points', () => {
    expect(formatPercent(0.75)).toBe('75\u202f%');
    expect(formatPercent(0.0321)).toBe('3.2\u202f%');
    expect(formatPoint([-1.2, 1])).toBe('(−1.2, 1)');
    expect(formatPoint([1234, -5678.9]), 'the commas of a point part its numbers').toBe('(1234, −5679)');
  });
});

describe('sentences', () => {
  it('about a converged run name where it is and the tolerance', () => {
    const { verdict, parameters, reason, status } = run(trial(expression('(x - 1)^2 + (y - 2)^2'), sgd(0.5), [3, 3])).summary;
    expect(verdictText(verdict, { parameters })).toBe('At the minimum (1, 2): ‖∇f‖ went below 1e−6.');
    expect(reasonText(reason)).toBe('gradient norm 0 ≤ 1e−6');
    expect(statusText(status)).toBe('Tolerance met');
  });

  it.each([
    // f = (x² + y²)/2: the gradient is the point itself.
    [[-2.75e-7, 3], 2.75e-7, 1e-6, 1, 'At the minimum (0, 3): ‖∇f‖ went below 1e−6.'],
    [[9.71e-4, 0], 9.71e-4, 0.001, 1, 'At the minimum (0, 0): ‖∇f‖ went below 0.001.'],
    [[0.0901, 0], 0.0901, 0.1, 1, 'Near a minimum, at (0.0901, 0): ‖∇f‖ went below 0.1.'],
    // f = x⁴ near its flat bottom: g = 4x³, λ = 12x², a third of the way is left to every Newton step.
    [[0.006], 4 * 0.006 ** 3, 1e-6, 12 * 0.006 ** 2, 'Near a minimum, at 0.006: ‖∇f‖ went below 1e−6.'],
    // A small coordinate that the gradient does resolve.
    [[2e-5], 1e-9, 1e-8, 1, 'At the minimum 2e−5: ‖∇f‖ went below 1e−8.'],
  ])('about a converged run at %j with gradient %d say what can be told apart', (parameters, gradientNorm, tolerance, lambdaMin, text) => {
    expect(verdictText({ kind: 'converged', evidence: { gradientNorm, tolerance, lambdaMin, lambdaMax: lambdaMin }, remedies: [] }, { parameters })).toBe(text);
  });

  it.each([
    [0.004, 41.4, 'Steps reach only 0.4\u202f% of the way to the bottom: the rate could be 41 times larger.'],
    [1e-6, 1000, 'Steps hardly get anywhere: the rate could be 1,000 times larger.'],
    [-5.3e-5, 260, 'Steps hardly get anywhere: the rate could be 260 times larger.'],
  ])('about steps that are %d of what they could be', (shortness, factor, text) => {
    expect(verdictText({ kind: 'tooSlow', evidence: { shortness, factor }, remedies: [] })).toBe(text);
  });

  it('about a diverged run name the rate and what was allowed', () => {
    const { verdict } = run(trial(builtin('quadratic', 2, 100), sgd(0.03), [1, 1])).summary;
    expect(verdictText(verdict)).toMatch(/^Blew up by step \d+: the rate 0\.03 is above 0\.02, the largest that a curvature of 100 allows\.$/);
    expect(remedyText(verdict.remedies[0])).toBe('Set the learning rate to 0.01');
  });

  it('about a step out of the domain do not blame a limit', () => {
    const { verdict } = run(trial(expression('x*log(x)'), sgd(2), [3])).summary;
    expect(verdictText(verdict)).toBe('Left the objective’s domain at step 1, by too long a step at the rate 2: the loss is not a number there.');
  });

  it('about a rise without a ceiling name a number, of gradient ascent say top, rise and maximum', () => {
    const climb = (text: string, rate: number, start: readonly number[]) => {
      const { verdict, parameters } = run(trial({ ...expression(text), goal: 'maximize' }, sgd(rate), start)).summary;
      return verdictText(verdict, { parameters, goal: 'maximize' });
    };
    expect(climb('exp(x)', 0.5, [0])).toMatch(/^Rises without a ceiling: 5\.51e6 at step 4, along curvature 5\.51e6\.$/);
    expect(climb('2x', 0.1, [1])).toMatch(/of the rise\.$/);
    expect(climb('-(x-2)^2', 1e-3, [5])).toMatch(/^Steps reach only 0\.2\u202f% of the way to the top: /);
    expect(climb('x^2 - y^2', 0.1, [0, 1])).toBe('Stopped where the gradient vanishes but no maximum is: the curvatures run from −2 to 2.');
  });

  it('about a saddle say maximum where it is one', () => {
    const { verdict } = run(trial(expression('cos(x)'), sgd(0.1), [0])).summary;
    expect(verdictText(verdict)).toBe('Stopped at a maximum: the gradient vanishes there too, but no curvature is above −1.');
  });

  it('about a rate that its schedule took away name both rates', () => {
    const { verdict } = run(trial(expression('x^2 + 10y^2'), sgd({ schedule: 'exponential', initial: 0.05, factor: 0.7, unit: 'step' }), [1, 1], { stop: { steps: 100 } })).summary;
    // .05 · .7⁹⁶ at the last mark; 32 marks hold 100 updates four apart.
    expect(verdictText(verdict)).toMatch(/^The schedule lowered the rate too soon: from 0\.05 to \d\.\d+e−17 in the end\.$/);
  });

  it('about zig-zag name the share of steps', () => {
    const { verdict } = run(trial(builtin('quadratic', 2, 100), sgd(2 / 101), [1, 1], { stop: { steps: 200 } })).summary;
    expect(verdictText(verdict)).toBe('Turned back in 100\u202f% of steps, across the valley.');
    expect(remedyText(verdict.remedies[0])).toBe('Add momentum 0.9');
  });

  it('tell of a network that knows its training rows better than others', () => {
    const completed = (validationLoss: number) => verdictText({ kind: 'completed', evidence: { epochs: 9, loss: 1.7, validationLoss }, remedies: [] });
    expect(completed(3.57)).toBe('Used all its epochs: the loss is 1.7, and 3.57 on the validation rows, 2.1 times as much. It knows its training rows better than others.');
    expect(completed(1.8)).toBe('Used all its epochs: the loss is 1.7, and nothing wrong was found.');
  });

  it('exist for every kind and remedy', () => {
    const kinds: VerdictKind[] = ['failed', 'cancelled', 'diverged', 'unbounded', 'plateau', 'saddle', 'degenerate', 'localMinimum', 'converged', 'noiseDominated', 'edgeOfStability', 'zigzag', 'tooSlow', 'stillDescending', 'completed'];
    for (const kind of kinds) {
      expect(verdictTitle(kind)).not.toBe('');
      expect(['good', 'warning', 'error', 'neutral']).toContain(verdictSeverity(kind));
      expect(verdictText({ kind, evidence: {}, remedies: [] })).not.toBe('');
    }
    expect(remedyText({ id: 'steps', path: '/stop/steps', value: 2000 })).toBe('Run 2,000 steps');
    expect(remedyText({ id: 'start', path: '/objective/start', value: [1, -0.5] })).toBe('Start from (1, −0.5)');
    expect(remedyText({ id: 'schedule', path: '/optimizers/0/learningRate', value: {} })).toBe('Add a cosine schedule');
    expect(remedyText({ id: 'noise', path: '/objective/gradientNoise', value: 0.3 })).toBe('Add gradient noise 0.3');
    expect(remedyText({ id: 'constantRate', path: '/optimizers/0/learningRate', value: 0.2 })).toBe('Keep the learning rate at 0.2');
  });
});
