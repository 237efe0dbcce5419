import { describe, expect, it, vi } from 'vitest';

const window = vi.hoisted(() => ({ isTrusted: false }));
vi.mock('vscode', () => ({ workspace: { get isTrusted() { return window.isTrusted; }, getConfiguration: () => ({ get: (_name: string, fallback: unknown) => fallback }) }, env: { language: 'en' } }));

const { ExperimentRunner } = await import('../../src/host/api/experimentRunner');
const { parseExperiment } = await import('../../src/format/parse');

const TEXT = '{ "gdexp": 1, "objective": { "expression": "x^2", "start": [1] }, "optimizers": [{ "type": "sgd", "label": "half", "learningRate": 0.25 }] }';

describe('in restricted mode', () => {
  const pool = vi.fn(() => ({ run: vi.fn(() => Promise.reject(new Error('reached'))) }));
  const runner = new ExperimentRunner({
    documents: { parse: (text: string) => parseExperiment(text) }, runs: {}, log: { debug: () => {} }, finishedText: () => {}, pool,
  } as unknown as ConstructorParameters<typeof ExperimentRunner>[0]);
  const run = (only: readonly string[] | null = null) => runner.run(TEXT, only, new AbortController().signal);

  it('neither an extension nor a model runs anything', async () => {
    await expect(run()).rejects.toThrow(/restricted mode/);
    expect(pool).not.toHaveBeenCalled();
  });

  it('and in a trusted workspace the same call comes to the workers', async () => {
    window.isTrusted = true;
    await expect(run(['no such'])).rejects.toThrow(/There are: "half"/);
    await expect(run()).rejects.toThrow('reached');
  });
});
