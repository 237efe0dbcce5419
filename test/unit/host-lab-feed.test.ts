import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LabFeed } from '../../src/host/runs/labFeed';
import type { ExperimentSession, SessionChange } from '../../src/host/runs/session';
import type { HostMessage } from '../../src/protocol/lab';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

/** A session that only tells of changes, and a page that says when a message was delivered. */
function feedOf() {
  let tell: (change: SessionChange) => void = () => {};
  const session = { runs: [], preview: [], running: true, batch: null, experiment: null, onDidChange: (listener: typeof tell) => { tell = listener; return () => {}; } } as unknown as ExperimentSession;
  const sent: HostMessage[] = [];
  const deliveries: (() => void)[] = [];
  const feed = new LabFeed(session, (message) => {
    sent.push(message);
    return new Promise<void>((resolve) => deliveries.push(resolve));
  });
  feed.start();
  return { feed, sent, deliver: () => deliveries.splice(0).forEach((resolve) => resolve()), tell: (kind: 'replaced' | 'settled') => tell({ kind }) };
}

const pictures = (sent: readonly HostMessage[]) => sent.filter((message) => message.type === 'runs').length;

it('sends no picture while the last is on its way, and waits longer for a page that is slow', async () => {
  const { sent, deliver, tell } = feedOf();
  tell('replaced');
  await vi.advanceTimersByTimeAsync(100);
  expect(pictures(sent)).toBe(1);
  tell('replaced');
  await vi.advanceTimersByTimeAsync(300);
  expect(pictures(sent)).toBe(1);
  deliver();
  await vi.advanceTimersByTimeAsync(300);
  expect(pictures(sent)).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(pictures(sent)).toBe(2);
});

it('tells of the end at once, delivered or not', async () => {
  const { sent, tell } = feedOf();
  tell('replaced');
  await vi.advanceTimersByTimeAsync(100);
  tell('replaced');
  tell('settled');
  expect(pictures(sent)).toBe(2);
});

it('goes on after a page that never answered', async () => {
  const { sent, tell } = feedOf();
  tell('replaced');
  await vi.advanceTimersByTimeAsync(100);
  tell('replaced');
  await vi.advanceTimersByTimeAsync(5000);
  expect(pictures(sent)).toBe(2);
});
