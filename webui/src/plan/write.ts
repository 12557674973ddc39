// What the forms write of a plan outside of requests, rows and loads.

import type { Path, PlanDocument } from './types';
import { parseJson } from './json';
import { textFor } from './pairs';
import { wordOf } from './value';

/** Sets a text; empty removes it. */
export function setText(doc: PlanDocument, path: Path, text: string): PlanDocument {
  return doc.set(path, text === '' ? undefined : text);
}

/** Sets what reads as it looks: numbers without quotes; empty removes it. */
export function setWord(doc: PlanDocument, path: Path, text: string): PlanDocument {
  return doc.set(path, text === '' ? undefined : textFor(doc, path, text));
}

/** Sets a flag; its default is not written where it was not written before. */
export function setFlag(doc: PlanDocument, path: Path, on: boolean, standard: boolean): PlanDocument {
  if (on === standard && doc.get(path) === undefined) return doc;
  return doc.set(path, on === standard ? undefined : on);
}

/** All variables of the map at path, in this order. */
export function setVariables(doc: PlanDocument, path: Path, rows: readonly { name: string; value: string }[]): PlanDocument {
  const named = rows.filter((row) => row.name !== '');
  return doc.set(path, named.length === 0 ? undefined : new Map(named.map((row) => [row.name, variableFor(doc, [...path, row.name], row.value)])));
}

/** The value of a variable: JSON if it is a map or list, else what it reads as. */
function variableFor(doc: PlanDocument, path: Path, text: string): unknown {
  const json = /^\s*[[{](?!\{)/.test(text) ? parseJson(text) : undefined;
  return json && !json.problem ? json.value : textFor(doc, path, text);
}

/** A list of texts; none removes it, or with keep leaves []. */
export function setTexts(doc: PlanDocument, path: Path, texts: readonly string[], keep = false): PlanDocument {
  return doc.set(path, texts.length === 0 && !keep ? undefined : [...texts]);
}

/** Names with values, such as labels and tags. */
export function setNamed(doc: PlanDocument, path: Path, rows: readonly { name: string; value: string }[]): PlanDocument {
  const named = rows.filter((row) => row.name !== '');
  return doc.set(path, named.length === 0 ? undefined : new Map(named.map((row) => [row.name, textFor(doc, [...path, row.name], row.value)])));
}

/** connections: one word, or with idle the map. */
export function setConnections(doc: PlanDocument, mode: string, idle: string): PlanDocument {
  const long = idle !== '' || doc.keys(['connections']).length > 1;
  return doc.set(['connections'], long ? { mode: mode || undefined, idle: idle || undefined } : mode || undefined);
}

/** user_life: run, iteration, a duration or range; or with iterations the map. */
export function setUserLife(doc: PlanDocument, life: { word: string; iterations: string; after: string }): PlanDocument {
  if (life.iterations === '') return doc.set(['user_life'], life.word || life.after || undefined);
  return doc.set(['user_life'], { iterations: wordOf(life.iterations), after: life.after || undefined });
}
