import * as l10n from '@vscode/l10n';
import * as z from 'zod';
import { OPTIMIZERS } from '../core/optimizers/catalog';
import { fieldHelp } from './help';
import { fileSchema } from './schema/file';

/** Words for optimizers and schedules, which wording/ has. */
export interface SchemaWording {
  optimizerSummary(type: string): string;
  fieldHelp(type: string, field: string): string;
  scheduleTitle(schedule: string): string;
  scheduleFieldHelp(schedule: string, field: string): string;
}

export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema (2020-12) of a `.gdexp` file, for completion and hovers: descriptions in the language of the moment, defaults,
 * examples, snippets. Validation is parseExperiment's, which knows more.
 * @param wording where optimizers and schedules shall have descriptions too.
 */
export function jsonSchema(wording?: SchemaWording): object {
  const schema = z.toJSONSchema(fileSchema(), { io: 'input' }) as JsonSchema;
  describe(schema, wording, null);
  const properties = schema.properties as Record<string, JsonSchema>;
  properties.optimizers.defaultSnippets = [{ label: '[…]', body: [{ type: 'sgd', learningRate: '^${1:0.01}' }] }];
  (properties.optimizers.items as JsonSchema).defaultSnippets = optimizerSnippets(wording);
  properties.objective.defaultSnippets = objectiveSnippets();
  properties.stop.defaultSnippets = [{ label: '{ steps, gradientNorm }', body: { steps: '^${1:1000}', gradientNorm: '^${2:1e-6}' } }];
  properties.variants.defaultSnippets = [{ label: '[…]', body: [{ label: '${1:name}', set: { '${2:/optimizers/0/learningRate}': '^${3:0.1}' } }] }];
  properties.expect.defaultSnippets = [{ label: '[…]', body: [{ optimizer: '$1', verdict: '${2:converged}' }] }];
  return { ...schema, title: l10n.t('GDExp experiment'), allowTrailingCommas: true, allowComments: true };
}

/** Turns the names of fields into descriptions, in place. `owner`: the optimizer or schedule that a field belongs to. */
function describe(schema: JsonSchema, wording: SchemaWording | undefined, owner: string | null): void {
  const { help } = schema;
  delete schema.help;
  delete schema.$comment;
  if (typeof help === 'string') {
    const text = helpText(help, wording, owner);
    if (text !== '') {
      const fallback = schema.default === undefined ? '' : `\n\n${l10n.t('Default: {0}', `\`${JSON.stringify(schema.default)}\``)}`;
      schema.description = text;
      schema.markdownDescription = text + fallback;
    }
  }
  // Safe-integer bounds say nothing to a person.
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  const inner = ownerOf(schema) ?? (help === undefined || String(help).startsWith('optimizers.') || String(help).startsWith('schedule.field.') ? owner : null);
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'default' || key === 'examples' || key === 'const' || key === 'enum' || key === 'defaultSnippets' || typeof value !== 'object' || value === null) continue;
    if (key === 'properties' || key === '$defs') for (const child of Object.values(value)) describe(child as JsonSchema, wording, inner);
    else if (Array.isArray(value)) for (const child of value) typeof child === 'object' && child !== null && describe(child as JsonSchema, wording, inner);
    else describe(value as JsonSchema, wording, inner);
  }
}

function ownerOf(schema: JsonSchema): string | null {
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  const name = properties?.type?.const ?? properties?.schedule?.const;
  return typeof name === 'string' ? name : null;
}

/** What a name in the schema's meta means: the file's own words, else those of the optimizer or schedule that it belongs to. Empty where nothing is known. */
export function helpText(help: string, wording: SchemaWording | undefined, owner: string | null): string {
  const known = fieldHelp(help);
  if (known !== '' || !wording) return known;
  const [kind, ...rest] = help.split('.');
  const name = rest[rest.length - 1];
  if (kind === 'optimizer') return wording.optimizerSummary(name);
  if (kind === 'optimizers') return wording.fieldHelp(owner ?? '', name);
  if (kind === 'schedule' && rest[0] === 'field') return wording.scheduleFieldHelp(owner ?? '', name);
  return kind === 'schedule' ? wording.scheduleTitle(name) : '';
}

function optimizerSnippets(wording: SchemaWording | undefined): JsonSchema[] {
  return [...OPTIMIZERS.values()].map((info) => {
    const rate = info.fields.find((field) => field.name === 'learningRate');
    const value = rate && Object.values(rate.defaults)[0];
    return {
      label: info.type,
      description: wording?.optimizerSummary(info.type) ?? '',
      body: { type: info.type, ...(typeof value === 'number' && info.hasLearningRate ? { learningRate: `^\${1:${value}}` } : {}) },
    };
  });
}

function objectiveSnippets(): JsonSchema[] {
  return [
    { label: l10n.t('A formula'), body: { expression: '${1:x^2 + 10y^2}', start: { '${2:x}': '^${3:-4}', '${4:y}': '^${5:2}' } } },
    { label: l10n.t('A built-in function'), body: { function: '${1:rosenbrock}' } },
  ];
}

