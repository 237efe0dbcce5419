import * as z from 'zod';

// Content security policies of web hosts forbid compiling validators from text.
z.config({ jitless: true });

export interface FieldMeta {
  /** What an absent field means. */
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** JSON Schema snippets of VS Code. */
  readonly defaultSnippets?: readonly unknown[];
}

/**
 * Names a schema so that its description is found when it is shown.
 * @param help key of help.ts: "stop.steps".
 */
export function field<T extends z.ZodType>(help: string, schema: T, meta: FieldMeta = {}): T {
  return schema.meta({ help, ...meta }) as T;
}

export const number = (): z.ZodNumber => z.number();
export const nonNegative = (): z.ZodNumber => z.number().min(0);
export const positive = (): z.ZodNumber => z.number().gt(0);
export const integer = (minimum: number, maximum = Number.MAX_SAFE_INTEGER): z.ZodInt => z.int().min(minimum).max(maximum);
export const fraction = (): z.ZodNumber => z.number().min(0).max(1);
export const text = (): z.ZodString => z.string().min(1);

/** Text in one language, or one a language. */
export const localizedText = () => z.union([z.string(), z.record(z.string(), z.string())]);

/** What a regular expression is for is said in its error: sentences are made of these words in problems.ts. */
export const PATTERN = { condition: 'condition', sweepMetric: 'sweepMetric' } as const;

export const CONDITION = /^\s*(<=|>=|==|!=|<|>|=)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;
