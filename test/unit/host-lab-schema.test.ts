import { describe, expect, it } from 'vitest';
import { readPageMessage } from '../../src/host/editor/labSchema';

describe('messages of the page', () => {
  it('lets through what the protocol names', () => {
    const grid = { type: 'grid', request: 1, variant: null, origin: [0, 0], first: [1, 0], second: [0, 1], a: [-1, 1], b: [-2, 2], width: 64, height: 64 };
    expect(readPageMessage({ type: 'ready' })).toEqual({ type: 'ready' });
    expect(readPageMessage(grid)).toEqual(grid);
    expect(readPageMessage({ type: 'edit', edits: [{ path: '/optimizers/0/learningRate', value: 0.1 }, { path: '/seed' }] })).not.toBeNull();
    expect(readPageMessage({ type: 'edit', edits: [{ path: '/optimizers/-', value: { type: 'adam', learningRate: { schedule: 'cosine', initial: 1, steps: 3 } } }] })).not.toBeNull();
    expect(readPageMessage({ type: 'preview', edits: null })).not.toBeNull();
    expect(readPageMessage({ type: 'image', name: 'valley', png: new Uint8Array(8) })).not.toBeNull();
  });

  it.each([
    ['no message', 'run'],
    ['an unknown type', { type: 'exec', command: 'rm' }],
    ['a pointer that is none', { type: 'edit', edits: [{ path: 'optimizers', value: 1 }] }],
    ['a function for a value', { type: 'edit', edits: [{ path: '/seed', value: () => 1 }] }],
    ['a grid without bounds', { type: 'grid', request: 1, variant: null, origin: [0], first: [1], second: null, a: [0, 1], b: [0, 0], width: 1e9, height: 1 }],
    ['numbers that are none', { type: 'probe', request: 1, variant: null, point: [NaN] }],
    ['a picture that is no bytes', { type: 'image', name: 'x', png: 'data:' }],
    ['a term with a path', { type: 'openTerm', term: '../../etc/passwd' }],
    ['a request that is no number', { type: 'probe', request: '1', variant: null, point: [1] }],
  ])('refuses %s', (_, message) => {
    expect(readPageMessage(message)).toBeNull();
  });
});
