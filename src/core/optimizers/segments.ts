import type { Segment } from '../objectives/objective';

/** Entries of a tensor. */
export const sizeOf = (segment: Segment): number => segment.shape.reduce((product, length) => product * length, 1);

/** Whether a tensor is a layer's weight with an axis of outputs (the last) and axes of inputs, which make a matrix of it. */
export const isMatrix = (segment: Segment): boolean => segment.role === 'weight' && segment.shape.length >= 2;
