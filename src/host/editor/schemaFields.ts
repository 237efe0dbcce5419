import { jsonSchema, type JsonSchema } from '../../format/jsonSchema';
import type { ParsedExperiment } from '../../format/experiment';
import { valueAt } from '../../format/pointer';
import type { LabField } from '../../protocol/lab';
import { fieldLabel } from './fieldLabels';
import type { Place } from './labFields';

let made: JsonSchema | undefined;

/** The properties of an object of the file, as the schema has them: "data", "training", or a layer by its type. */
export function propertiesOf(path: readonly string[], type?: string): ReadonlyMap<string, JsonSchema> {
  made ??= jsonSchema() as JsonSchema;
  let schema: JsonSchema = made;
  for (const name of path) schema = follow(name === '-' ? (schema.items as JsonSchema) : (schema.properties as Record<string, JsonSchema>)[name]);
  if (type !== undefined) schema = alternatives(schema).find((each) => (each.properties as Record<string, JsonSchema>).type.const === type) ?? {};
  return new Map(Object.entries((schema.properties as Record<string, JsonSchema> | undefined) ?? {}));
}

/** The layers, generators … that a discriminated union offers. */
export function typesOf(path: readonly string[]): string[] {
  made ??= jsonSchema() as JsonSchema;
  let schema: JsonSchema = made;
  for (const name of path) schema = follow(name === '-' ? (schema.items as JsonSchema) : (schema.properties as Record<string, JsonSchema>)[name]);
  return alternatives(schema).map((each) => String((each.properties as Record<string, JsonSchema>).type.const));
}

function follow(schema: JsonSchema): JsonSchema {
  const reference = schema.$ref;
  if (typeof reference !== 'string' || !made) return schema;
  return { ...(made.$defs as Record<string, JsonSchema>)[reference.slice('#/$defs/'.length)], ...schema };
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return ((schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[]).map(follow);
}

/** Fields of one object of the file with the controls that their schemas ask for. Values that are lists or objects of their own stand as JSON. */
export function fieldsFrom(properties: ReadonlyMap<string, JsonSchema>, names: readonly string[], at: string, parsed: ParsedExperiment, place: Place, resolved: Readonly<Record<string, unknown>> = {}): LabField[] {
  return names.flatMap((name): LabField[] => {
    const schema = properties.get(name);
    if (!schema) return [];
    const path = place(`${at}/${name}`);
    const written = valueAt(parsed.value, path);
    const isDefault = written === undefined;
    return [{ path, name, label: fieldLabel(name), help: typeof schema.description === 'string' ? schema.description : '', ...control(follow(schema)), value: isDefault ? resolved[name] ?? schema.default ?? null : written, isDefault }];
  });
}

function control(schema: JsonSchema): Pick<LabField, 'control' | 'choices' | 'whole' | 'minimum' | 'maximum'> {
  const bounds = { minimum: bound(schema.minimum ?? schema.exclusiveMinimum), maximum: bound(schema.maximum ?? schema.exclusiveMaximum) };
  if (Array.isArray(schema.enum)) return { control: 'choice', choices: schema.enum.map(String) };
  switch (schema.type) {
    case 'boolean': return { control: 'boolean' };
    case 'integer': return { control: 'integer', ...bounds };
    case 'number': return { control: 'number', ...bounds };
    case 'string': return { control: 'text' };
  }
  const kinds = alternatives(schema).filter((each) => each.type !== 'null');
  // A number or nothing is a number's control; a number or one of a few names has a list and a box; a list or an object is JSON.
  if (kinds.length === 1) return control(kinds[0]);
  const numbers = kinds.filter(({ type }) => type === 'number' || type === 'integer');
  const names = kinds.flatMap((each) => namesOf(each));
  if (kinds.length !== 2 || numbers.length !== 1 || names.length === 0) return { control: 'json' };
  const { control: kind, ...limits } = control(numbers[0]);
  return { control: 'choiceOrNumber', choices: names, whole: kind === 'integer', ...limits };
}

/** The texts that a schema allows, where it names them. */
function namesOf(schema: JsonSchema): string[] {
  const names = Array.isArray(schema.enum) ? (schema.enum as readonly unknown[]) : [schema.const];
  return names.filter((name): name is string => typeof name === 'string');
}

function bound(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
