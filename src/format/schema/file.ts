import * as z from 'zod';
import { field, integer, localizedText } from './common';
import { diagnosticsSchema, expectSchema, stopSchema, sweepSchema, variantsSchema } from './comparison';
import { dataSchema } from './data';
import { DEFAULTS } from './defaults';
import { modelFields, modelSchema } from './model';
import { objectiveSchema } from './objective';
import { DIALECTS, optimizersSchema } from './optimizers';

function build() {
  return z.strictObject({
    $schema: field('$schema', z.string()).optional(),
    gdexp: field('gdexp', z.literal(1)),
    title: field('title', localizedText()).optional(),
    description: field('description', localizedText()).optional(),
    seed: field('seed', integer(0, 2 ** 32 - 1), { default: DEFAULTS.seed, examples: [42] }).optional(),
    seeds: field('seeds', integer(1, 100_000), { default: DEFAULTS.seeds, examples: [5] }).optional(),
    precision: field('precision', z.enum(['float64', 'float32'])).optional(),
    objective: field('objective', objectiveSchema()).optional(),
    data: field('data', dataSchema()).optional(),
    model: field('model', modelSchema()).optional(),
    ...modelFields(),
    dialect: field('dialect', z.enum(DIALECTS), { default: DEFAULTS.dialect }).optional(),
    optimizers: field('optimizers', optimizersSchema()),
    variants: field('variants', variantsSchema()).optional(),
    sweep: field('sweep', sweepSchema()).optional(),
    stop: field('stop', stopSchema()).optional(),
    diagnostics: field('diagnostics', diagnosticsSchema()).optional(),
    expect: field('expect', expectSchema()).optional(),
  });
}

export type FileSchema = ReturnType<typeof build>;
export type FileInput = z.infer<FileSchema>;

let made: FileSchema | undefined;

/** The schema of a `.gdexp` file, built on first use so that loading this module costs nothing. */
export function fileSchema(): FileSchema {
  made ??= build();
  return made;
}
