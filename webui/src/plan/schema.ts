// The fields that the JSON Schema of plans has at any path, for what has no form of its
// own: nothing that a plan may say is out of the editor's reach.

import type { Path, PlanDocument } from './types';

/** As much of JSON Schema as the schema of plans uses. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  description?: string;
  const?: unknown;
  enum?: string[];
  pattern?: string;
  minimum?: number;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

export type FieldType = 'text' | 'number' | 'integer' | 'boolean' | 'enum' | 'duration' | 'range' | 'size' | 'list' | 'map' | 'group' | 'any';

export interface Field {
  name: string;
  path: Path;
  /** All that a value may be; several where a field has a short and a long form. */
  types: FieldType[];
  /** Words to choose from; others may be allowed too if types holds more than enum. */
  options: string[];
  description: string;
  required: boolean;
  /** Plain value; undefined: not given. */
  value: unknown;
  /** What holds where nothing is given, as the description names it; empty: unknown. */
  standard: string;
}

/** The schema of what is at path; undefined: no plan has such a path. */
export function schemaAt(root: Schema, path: Path): Schema | undefined {
  let found: Schema[] = alternatives(root, root);
  for (const key of path) {
    found = found.flatMap((s) => {
      const next = typeof key === 'number' ? s.items : (s.properties?.[key] ?? (typeof s.additionalProperties === 'object' ? s.additionalProperties : undefined));
      return next ? alternatives(root, next) : [];
    });
    if (found.length === 0) return undefined;
  }
  return found.length === 1 ? found[0] : { anyOf: found };
}

/** The schemas that may hold, without references. */
function alternatives(root: Schema, schema: Schema, depth = 0): Schema[] {
  if (depth > 8) return [];
  if (schema.$ref) {
    const name = schema.$ref.replace('#/$defs/', '');
    const target = root.$defs?.[name];
    return target ? alternatives(root, { ...target, description: schema.description ?? target.description }, depth + 1) : [];
  }
  if (!schema.anyOf) return [schema];
  return schema.anyOf.flatMap((s) => alternatives(root, s, depth + 1)).map((s) => (schema.description ? { ...s, description: schema.description } : s));
}

/** The fields of the map at path, those given and those that could be. */
export function fieldsAt(root: Schema, doc: PlanDocument, path: Path): Field[] {
  const schema = schemaAt(root, path);
  const maps = schema ? alternatives(root, schema).filter((s) => s.properties) : [];
  return maps.flatMap((map) =>
    Object.entries(map.properties ?? {}).map(([name, field]) => fieldOf(root, doc, [...path, name], name, field, map.required?.includes(name) ?? false)),
  );
}

/** What is at path, as a field by itself: an item of a list, a value of a map; undefined: no plan has such a path. */
export function fieldAt(root: Schema, doc: PlanDocument, path: Path): Field | undefined {
  const schema = schemaAt(root, path);
  return schema && fieldOf(root, doc, path, String(path.at(-1) ?? ''), schema, false);
}

function fieldOf(root: Schema, doc: PlanDocument, path: Path, name: string, schema: Schema, required: boolean): Field {
  const all = alternatives(root, schema);
  const description = schema.description ?? '';
  return {
    name,
    path,
    types: [...new Set(all.map(typeOf))],
    options: all.flatMap((s) => s.enum ?? []),
    description,
    required,
    value: doc.get(path),
    standard: standardIn(description),
  };
}

function typeOf(schema: Schema): FieldType {
  if (schema.enum) return 'enum';
  if (schema.properties) return 'group';
  switch (schema.type) {
    case 'object':
      return 'map';
    case 'array':
      return 'list';
    case 'boolean':
      return 'boolean';
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    case 'string':
      return patternType(schema.pattern ?? '');
    default:
      return 'any';
  }
}

function patternType(pattern: string): FieldType {
  if (pattern.includes('\\.\\.')) return 'range';
  if (pattern.includes('|ms|')) return 'duration';
  return pattern.includes('KiB') ? 'size' : 'text';
}

/** "10s by default", "user (default)". */
function standardIn(description: string): string {
  return /(?:^|[;:,] |\s)(\S+) by default/.exec(description)?.[1] ?? /([\w-]+)(?:: [^;|]*)? \(default\)/.exec(description)?.[1] ?? '';
}
