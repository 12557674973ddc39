// What an edit of a plan is in terms of values, apart from the text: what the text must
// read as afterwards.

import type { Path } from './types';
import type { Kid, Value } from './value';

/** The value at path, undefined when there is none. */
export function valueAt<V extends Value>(root: V, path: Path): V | undefined {
  let value: V | undefined = root;
  for (const key of path) {
    if (!value || value.kind === 'scalar') return undefined;
    const kids: readonly Kid[] = value.kids;
    const found: Kid | undefined = value.kind === 'list' ? kids[Number(key)] : kids.find((kid) => kid.key === String(key));
    value = found?.value as V | undefined;
  }
  return value;
}

/** The position of key among the kids of a map or list; -1: not there. */
export function indexIn(value: Value, key: string | number): number {
  if (value.kind === 'scalar') return -1;
  if (value.kind === 'map') return value.kids.findIndex((kid) => kid.key === String(key));
  const i = Number(key);
  return Number.isInteger(i) && i >= 0 && i < value.kids.length ? i : -1;
}

/** A value within maps (or lists, for the number 0) of its own. */
export function nested(path: Path, value: Value): Value | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = nested(rest, value);
  if (!inner || (typeof key === 'number' && key !== 0)) return undefined;
  return typeof key === 'number' ? { kind: 'list', kids: [{ key: '', value: inner }] } : { kind: 'map', kids: [{ key, value: inner }] };
}

export function withKids(value: Value, kids: readonly Kid[]): Value {
  return value.kind === 'map' ? { kind: 'map', kids } : { kind: 'list', kids };
}

/** root with the value at path changed; undefined when path leads nowhere. */
export function changed(root: Value, path: Path, change: (value: Value) => Value | undefined): Value | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return change(root);
  const i = indexIn(root, key);
  if (root.kind === 'scalar' || i < 0) return undefined;
  const kid = root.kids[i] as Kid;
  const value = changed(kid.value, rest, change);
  return value && withKids(root, root.kids.with(i, { key: kid.key, value }));
}

/** root with a new entry in front of position at of the map or list at path. */
export function inserted(root: Value, path: Path, at: number, kid: Kid): Value | undefined {
  return changed(root, path, (group) => (group.kind === 'scalar' ? undefined : withKids(group, group.kids.toSpliced(at, 0, kid))));
}

export function removed(root: Value, path: Path, at: number): Value | undefined {
  return changed(root, path, (group) => (group.kind === 'scalar' ? undefined : withKids(group, group.kids.toSpliced(at, 1))));
}

export function moved(root: Value, path: Path, from: number, to: number): Value | undefined {
  return changed(root, path, (group) => {
    if (group.kind === 'scalar') return undefined;
    const kid = group.kids[from];
    return kid && withKids(group, group.kids.toSpliced(from, 1).toSpliced(to, 0, kid));
  });
}
