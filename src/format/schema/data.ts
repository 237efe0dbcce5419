import * as z from 'zod';
import { field, fraction, integer, nonNegative, number, text } from './common';
import { DEFAULTS } from './defaults';

export const SOURCES = ['csv', 'inline', 'generate', 'idx', 'npz', 'libsvm'] as const;
export const GENERATORS = ['moons', 'blobs', 'circles', 'spirals', 'xor', 'linear', 'sine', 'polynomial', 'multiHot'] as const;

/** Where rows come from; exactly one of SOURCES is checked afterwards, since it depends on several fields. */
const source = () => ({
  csv: field('data.csv', text(), { examples: ['data/iris.csv'] }).optional(),
  inline: field('data.inline', z.strictObject({
    x: field('data.inline.x', z.array(z.union([number(), z.array(z.union([number(), z.string()]))])).min(1), { examples: [[[1], [2], [3]]] }),
    y: field('data.inline.y', z.array(z.union([number(), z.string(), z.array(number())])).min(1), { examples: [[2, 4, 6]] }),
  }), { examples: [{ x: [[1], [2], [3]], y: [2, 4, 6] }] }).optional(),
  generate: field('data.generate', z.enum(GENERATORS)).optional(),
  idx: field('data.idx', z.strictObject({ images: field('data.idx.images', text(), { examples: ['train-images-idx3-ubyte.gz'] }), labels: field('data.idx.labels', text(), { examples: ['train-labels-idx1-ubyte.gz'] }) })).optional(),
  npz: field('data.npz', text(), { examples: ['data.npz'] }).optional(),
  libsvm: field('data.libsvm', text(), { examples: ['data.svm'] }).optional(),
  x: field('data.x', text(), { examples: ['x_train'] }).optional(),
  y: field('data.y', text(), { examples: ['y_train'] }).optional(),
  samples: field('data.samples', integer(1), { examples: [200] }).optional(),
  noise: field('data.noise', nonNegative(), { examples: [0.1] }).optional(),
  classes: field('data.classes', integer(2), { examples: [3] }).optional(),
  columns: field('data.columns', integer(1), { examples: [2] }).optional(),
  nonZeros: field('data.nonZeros', integer(1), { examples: [80] }).optional(),
});

const sourceObject = () => z.strictObject(source());
/** A fraction below 1, a count of rows from 1, or rows of their own. */
const part = () => z.union([nonNegative(), sourceObject()]);
const scaling = () => z.union([z.enum(['none', 'standardize', 'minMax']), number()]);

export const dataSchema = () => z.strictObject({
  ...source(),
  features: field('data.features', z.array(z.union([
    text(),
    z.strictObject({ column: field('data.features.column', text(), { examples: ['x'] }), powers: field('data.features.powers', integer(1, 100), { examples: [3] }).optional() }),
  ])).min(1), { examples: [['petal_length', 'petal_width']] }).optional(),
  target: field('data.target', text(), { examples: ['species'] }).optional(),
  imageShape: field('data.imageShape', z.array(integer(1)).min(2).max(3), { examples: [[8, 8, 1]] }).optional(),
  scale: field('data.scale', scaling(), { default: DEFAULTS.data.scale }).optional(),
  scaleTarget: field('data.scaleTarget', scaling(), { default: DEFAULTS.data.scaleTarget }).optional(),
  validation: field('data.validation', part(), { default: DEFAULTS.data.validation, examples: [0.2] }).optional(),
  test: field('data.test', part(), { default: DEFAULTS.data.test, examples: [0.1] }).optional(),
  stratify: field('data.stratify', z.boolean(), { default: DEFAULTS.data.stratify }).optional(),
  shuffle: field('data.shuffle', z.boolean(), { default: DEFAULTS.data.shuffle }).optional(),
  augment: field('data.augment', z.strictObject({
    noise: field('data.augment.noise', nonNegative(), { default: 0, examples: [0.05] }).optional(),
    shift: field('data.augment.shift', integer(0), { default: 0, examples: [1] }).optional(),
    flip: field('data.augment.flip', z.enum(['horizontal', 'vertical', 'both'])).optional(),
    mixup: field('data.augment.mixup', fraction(), { default: 0, examples: [0.2] }).optional(),
  })).optional(),
});
export type DataInput = z.infer<ReturnType<typeof dataSchema>>;
export type SourceInput = z.infer<ReturnType<typeof sourceObject>>;
