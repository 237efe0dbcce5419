import * as z from 'zod';
import { type JsonSchema, helpText } from '../format/jsonSchema';
import { fileSchema } from '../format/schema/file';
import * as wording from '../wording/optimizers';

/** A field of the format, as the schema has it. */
export interface Field {
  /** Its name in the schema, which is its heading too: "stop.steps", "layers.units". */
  readonly key: string;
  /** The optimizer, schedule or layer that it belongs to; null for a field of the file. */
  readonly owner: string | null;
  /** Every place of a file where it stands: "stop.steps", "model.layers[].units". */
  readonly paths: readonly string[];
  readonly schema: JsonSchema;
  readonly required: boolean;
  /** What it means, in the language of the moment; empty where nobody has said. */
  readonly help: string;
}

/**
 * Every field of a file in the order of the schema, each once, and after it those within it.
 * @param fields as zod wrote them: the schema before its descriptions.
 */
export function formatFields(): readonly Field[] {
  const found = new Map<string, Field & { readonly paths: string[] }>();
  const root = z.toJSONSchema(fileSchema(), { io: 'input' }) as JsonSchema;
  const definitions = root.$defs as Readonly<Record<string, JsonSchema>>;

  const visit = (schema: JsonSchema, path: string, owner: string | null, required: boolean, open: readonly JsonSchema[]): void => {
    if (open.includes(schema)) return;
    const within = [...open, schema];
    const { help } = schema;
    if (typeof help === 'string') {
      const name = `${owner ?? ''} ${help}`;
      const known = found.get(name);
      if (known) {
        if (!known.paths.includes(path)) known.paths.push(path);
      } else {
        found.set(name, { key: help, owner, paths: [path], schema, required, help: helpText(help, wording, owner) });
      }
    }
    if (typeof schema.$ref === 'string') visit(definitions[schema.$ref.split('/').pop()!], path, owner, required, within);
    for (const list of [schema.anyOf, schema.oneOf, schema.prefixItems]) {
      for (const each of (list ?? []) as JsonSchema[]) visit(each, path, owner, required, within);
    }
    if (isSchema(schema.items)) visit(schema.items, `${path}[]`, owner, required, within);
    const properties = schema.properties as Readonly<Record<string, JsonSchema>> | undefined;
    const inner = ownerOf(schema) ?? owner;
    for (const [name, child] of Object.entries(properties ?? {})) {
      visit(child, path === '' ? name : `${path}.${name}`, inner, ((schema.required ?? []) as string[]).includes(name), within);
    }
    if (isSchema(schema.additionalProperties)) visit(schema.additionalProperties, `${path}.*`, owner, false, within);
  };
  visit(root, '', null, false, []);
  return [...found.values()];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object that a constant tells apart from others: an optimizer or layer by its type, a schedule by its name. */
function ownerOf(schema: JsonSchema): string | null {
  const { type, schedule } = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema | undefined>>;
  const name = type?.const ?? schedule?.const;
  return typeof name === 'string' ? name : null;
}

/**
 * A value that the field may have: one of the schema's examples, else one made from its type.
 * @param absent what the field is where it is not written: no example, where there is another.
 * @returns undefined where none can be made.
 */
export function exampleOf(schema: JsonSchema, absent: unknown = schema.default): unknown {
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0] as unknown;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return (schema.enum.find((choice) => choice !== absent) ?? schema.enum[0]) as unknown;
  if (schema.type === 'boolean') return absent !== true;
  for (const each of (schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[]) {
    const example = exampleOf(each, absent);
    if (example !== undefined && example !== null) return example;
  }
  if (isSchema(schema.items)) {
    const item = exampleOf(schema.items);
    return item === undefined ? undefined : [item];
  }
  if (schema.properties !== undefined) return objectExample(schema);
  return schema.default === null ? undefined : schema.default;
}

/** The required fields; where there are none, the first. */
function objectExample(schema: JsonSchema): unknown {
  const properties = schema.properties as Readonly<Record<string, JsonSchema>>;
  const required = (schema.required ?? []) as string[];
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
  const entries = names.map((name) => [name, exampleOf(properties[name])] as const);
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
}
