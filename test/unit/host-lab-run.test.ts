import { describe, expect, it } from 'vitest';
import type { HostMessage, LabRun } from '../../src/protocol/lab';
import { packed, portions } from '../../src/host/runs/labRun';

describe('runs on their way to a page', () => {
  it('carry all numbers of a record in one buffer that holds nothing else', () => {
    const store = new Float64Array(100).map((_, i) => i);
    const record = packed({ rows: 3, columns: { step: store.subarray(10, 13), loss: Float64Array.of(4, NaN, 2) }, kept: 'all', snapshots: { steps: Float64Array.of(0, 2), points: store.subarray(50, 54) } });
    const arrays = [...Object.values(record.columns), record.snapshots!.steps, record.snapshots!.points];
    expect(new Set(arrays.map((array) => array.buffer)).size).toBe(1);
    expect(arrays[0].buffer.byteLength).toBe(8 * (3 + 3 + 2 + 4));
    expect([...record.columns['step']]).toEqual([10, 11, 12]);
    expect([...record.columns['loss']]).toEqual([4, NaN, 2]);
    expect([...record.snapshots!.points]).toEqual([50, 51, 52, 53]);
  });

  it('are split into messages that VS Code can carry', () => {
    const runs = Array.from({ length: 450 }, (_, i) => ({ id: String(i) }) as LabRun);
    const out = portions({ type: 'runs', runs });
    expect(out.map((message) => message.type)).toEqual(['runs', 'run', 'run']);
    expect(out.flatMap((message) => (message as Extract<HostMessage, { type: 'run' }>).runs.map((run) => run.id))).toEqual(runs.map((run) => run.id));
    // One byte counts the arguments of a call: the buffers, the handle and the text.
    for (const message of out) expect((message as Extract<HostMessage, { type: 'run' }>).runs.length + 2).toBeLessThan(256);
    const few: HostMessage = { type: 'run', runs: runs.slice(0, 3) };
    expect(portions(few)).toEqual([few]);
  });
});
