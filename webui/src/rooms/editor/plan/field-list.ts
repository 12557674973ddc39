// What "All fields" shows of the schema, and what it writes.

import type { Path, PlanDocument } from '@/plan';
import { parseJson, type JsonProblem } from '@/plan/json';
import { fieldAt, fieldsAt, type Field, type Schema } from '@/plan/schema';

/** The fields of the map at path, each once: alternatives of a value may share some. */
export function fieldsOf(schema: Schema, doc: PlanDocument, path: Path): Field[] {
  const all = fieldsAt(schema, doc, path);
  return all.filter((field, i) => all.findIndex((other) => other.name === field.name) === i);
}

/** Whether a field can hold others. */
export function isComposite(field: Field): boolean {
  return field.types.some((type) => type === 'group' || type === 'map' || type === 'list');
}

export interface Items {
  fields: Field[];
  /** Whether a new one has a name: it is an entry of a map. may: without one a list is begun. */
  named: 'no' | 'may' | 'must';
}

export function itemsOf(schema: Schema, doc: PlanDocument, field: Field): Items {
  const list = isList(doc, field);
  const keys: (string | number)[] = list ? Array.from({ length: doc.size(field.path) }, (_, i) => i) : doc.keys(field.path);
  const known = field.types.includes('group') ? new Set(fieldsAt(schema, doc, field.path).map((f) => f.name)) : new Set<string>();
  const fields = keys
    .filter((key) => !known.has(String(key)))
    .flatMap((key) => {
      const item = fieldAt(schema, doc, [...field.path, key]);
      return item ? [{ ...item, name: list ? String(Number(key) + 1) : String(key) }] : [];
    });
  if (list) return { fields, named: 'no' };
  return { fields, named: doc.size(field.path) === 0 && field.types.includes('list') ? 'may' : 'must' };
}

/** What is written as a list, or would be: where both can be, a map. */
function isList(doc: PlanDocument, field: Field): boolean {
  return Array.isArray(doc.get(field.path)) || (doc.size(field.path) === 0 && !field.types.includes('map'));
}

/** One more item, or the entry of this name. It is as empty as its kind allows. Where neither is written yet, a name makes it a map. */
export function addTo(schema: Schema, doc: PlanDocument, field: Field, name: string): PlanDocument {
  const list = isList(doc, field) || (name === '' && doc.size(field.path) === 0 && field.types.includes('list'));
  const at = [...field.path, list ? doc.size(field.path) : name];
  const value = emptyOf(fieldAt(schema, doc, at));
  return list ? doc.insert(field.path, doc.size(field.path), value) : doc.set(at, value);
}

function emptyOf(item: Field | undefined): unknown {
  const [type] = item?.types ?? [];
  switch (type) {
    case 'group':
    case 'map':
      return {};
    case 'list':
      return [];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return 0;
    case 'enum':
      return item?.options[0] ?? '';
    default:
      return '';
  }
}

/** Writes JSON; with a problem the document is as it was. */
export function setJson(doc: PlanDocument, path: Path, text: string): { doc: PlanDocument; problem?: JsonProblem } {
  const read = parseJson(text);
  return read.problem ? { doc, problem: read.problem } : { doc: doc.set(path, read.value) };
}
