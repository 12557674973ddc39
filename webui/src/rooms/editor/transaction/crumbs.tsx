import { Anchor, Breadcrumbs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path, PlanDocument } from '@/plan';
import { isItem } from '../actions';
import { useEditor } from '../context';
import { LIFECYCLE, nameOf } from '../outline';

/** What a path goes through, from the plan down. */
function ancestors(path: Path): Path[] {
  const all: Path[] = [];
  for (let end = 1; end < path.length; end++) {
    const part = path.slice(0, end);
    const last = part.at(-1);
    const hidden = (last === 'transactions' && end === 1) || last === 'steps';
    if (!hidden) all.push(part);
  }
  return all;
}

/** Where in the plan this is. */
export function Crumbs({ path }: { path: Path }) {
  const { doc, go } = useEditor();
  const { t } = useTranslation('editor');
  return (
    <Breadcrumbs separator="/" separatorMargin={6}>
      {ancestors(path).map((part) => (
        <Anchor key={part.join('/')} component="button" type="button" size="sm" onClick={() => go({ path: part })}>
          {crumb(doc, part, t)}
        </Anchor>
      ))}
      <Text size="sm" fw={600}>{crumb(doc, path, t)}</Text>
    </Breadcrumbs>
  );
}

function crumb(doc: PlanDocument, path: Path, t: (key: string) => string): string {
  const last = path.at(-1);
  if (path.length === 1 && LIFECYCLE.some((l) => l === last)) return t(`lifecycle.${last}`);
  if (last === 'blocks' || last === 'else') return t(`kind.${last}`);
  if (!isItem(path)) return String(last);
  return nameOf(doc, path) || t(`kind.${doc.keys(path).find((k) => ['repeat', 'if', 'use', 'request'].includes(k)) ?? 'step'}`);
}
