import { describe, expect, it } from 'vitest';
import { tellOnce } from '../../src/host/runs/tellOnce';

/** Runs that end when told to, looks that come when told to, and how many notifications stand. */
function stage(told: boolean) {
  const at = { told, standing: 0, shown: 0, returned: false };
  let end = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  let look = (): void => undefined;
  const done = new Promise<void>((resolve, reject) => { end = resolve; fail = reject; });
  const settle = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve(); };
  const finished = tellOnce(done, () => at.told, async (over) => {
    at.standing++;
    at.shown++;
    await over;
    at.standing--;
  }, () => new Promise<void>((resolve) => { look = resolve; })).finally(() => { at.returned = true; });
  return {
    at, finished,
    async look() { look(); await settle(); },
    async tell(now: boolean) { at.told = now; look(); await settle(); },
    async end() { end(); await settle(); },
    async fail(error: Error) { fail(error); await settle(); },
  };
}

describe('how far runs are', () => {
  it('is not notified of where the lab or the status bar tells it', async () => {
    const { at, look, end } = stage(true);
    await look();
    await look();
    await end();
    expect(at).toEqual({ told: true, standing: 0, shown: 0, returned: true });
  });

  it('is not notified of where the runs end before the first look', async () => {
    const { at, end } = stage(false);
    await end();
    expect(at).toMatchObject({ shown: 0, returned: true });
  });

  it('is notified of while nothing else tells it, and no longer', async () => {
    const { at, look, tell, end } = stage(true);
    await look();
    await tell(false);
    expect(at).toMatchObject({ standing: 1, returned: false });
    await look();
    expect(at, 'one, however long').toMatchObject({ standing: 1, shown: 1 });
    await tell(true);
    expect(at, 'the experiment is looked at again').toMatchObject({ standing: 0, returned: false });
    await tell(false);
    expect(at).toMatchObject({ standing: 1, shown: 2 });
    await end();
    expect(at).toMatchObject({ standing: 0, returned: true });
  });

  it('fails as the runs do', async () => {
    const { at, finished, look, fail } = stage(false);
    const outcome = expect(finished).rejects.toThrow('no worker');
    await look();
    await fail(new Error('no worker'));
    await outcome;
    expect(at).toMatchObject({ standing: 0, returned: true });
  });
});
