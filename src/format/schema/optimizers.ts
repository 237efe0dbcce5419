import * as z from 'zod';
import { OPTIMIZERS, SCHEDULES, SCHEDULE_UNITS, type FieldKind, type OptimizerInfo, type ScheduleInfo } from '../../core/optimizers/catalog';
import type { Dialect } from '../../core/optimizers/spec';
import { field, integer, nonNegative, text } from './common';

export const DIALECTS = ['torch', 'keras', 'paper'] as const satisfies readonly Dialect[];

/** Made from core's table of schedules, so that no field is named twice. */
function scheduleOf(info: ScheduleInfo, rate: () => z.ZodType): z.ZodObject {
  const shape: Record<string, z.ZodType> = { schedule: field(`schedule.${info.schedule}`, z.literal(info.schedule)) };
  for (const entry of info.fields) {
    const schema = field(`schedule.field.${entry.name}`, kindSchema(entry.type, rate), entry.default === undefined ? {} : { default: entry.default });
    shape[entry.name] = entry.default === undefined ? schema : schema.optional();
  }
  shape.unit = field('schedule.field.unit', z.enum(SCHEDULE_UNITS), { default: 'step' }).optional();
  return z.strictObject(shape);
}

function kindSchema(kind: FieldKind, rate: () => z.ZodType): z.ZodType {
  switch (kind.kind) {
    case 'number': {
      let schema = z.number();
      if (kind.minimum !== undefined) schema = schema.min(kind.minimum);
      if (kind.exclusiveMinimum !== undefined) schema = schema.gt(kind.exclusiveMinimum);
      if (kind.maximum !== undefined) schema = schema.max(kind.maximum);
      if (kind.exclusiveMaximum !== undefined) schema = schema.lt(kind.exclusiveMaximum);
      return schema;
    }
    case 'integer':
      return integer(kind.minimum ?? Number.MIN_SAFE_INTEGER, kind.maximum);
    case 'boolean':
      return z.boolean();
    case 'choice':
      return z.literal(kind.choices as (string | null)[]);
    case 'rate':
      return rate();
    case 'integers':
      return z.array(integer(1)).min(1);
  }
}

function optimizerOf(info: OptimizerInfo, rate: () => z.ZodType): z.ZodObject {
  const shape: Record<string, z.ZodType> = { type: field(`optimizer.${info.type}`, z.literal(info.type)) };
  for (const entry of info.fields) {
    const fallback = info.dialects.map((dialect) => entry.defaults[dialect]).find((value) => value !== undefined);
    shape[entry.name] = field(`optimizers.${entry.name}`, kindSchema(entry.type, rate), fallback === undefined ? {} : { default: fallback }).optional();
  }
  return z.strictObject({ ...shape, ...common() });
}

const common = () => ({
  label: field('optimizers.label', text(), { examples: ['with momentum'] }).optional(),
  dialect: field('optimizers.dialect', z.enum(DIALECTS)).optional(),
});

/** A number is a constant rate; an object a schedule. `warmup` holds another one within. */
function rateSchema(): z.ZodType {
  const rate: z.ZodType = z.union([nonNegative(), z.lazy(() => schedules)]);
  const schedules = z.discriminatedUnion('schedule', [...SCHEDULES.values()].map((info) => scheduleOf(info, () => rate)) as unknown as [z.ZodObject, ...z.ZodObject[]])
    .meta({ id: 'schedule' });
  return rate;
}

export interface OptimizerInput {
  readonly type: string;
  readonly label?: string;
  readonly dialect?: Dialect;
  readonly [field: string]: unknown;
}

/** One strict object a type, made from core's table of optimizers. */
export const optimizersSchema = (): z.ZodType<OptimizerInput[]> => {
  const rate = rateSchema();
  const types = [...OPTIMIZERS.values()].map((info) => optimizerOf(info, () => rate));
  return z.array(z.discriminatedUnion('type', types as unknown as [z.ZodObject, ...z.ZodObject[]])).min(1) as unknown as z.ZodType<OptimizerInput[]>;
};
