import { useMemo } from 'react';
import type { Path, PlanDocument } from '@/plan';
import { requestAt, setRequest, type RequestParts, type RequestView } from '@/plan/request';
import { useEditor } from '../context';

/** The request of a step, and how it is changed. */
export function useRequest(step: Path): { request: RequestView; put: (parts: RequestParts, group: string) => void; edit: (change: (d: PlanDocument, path: Path) => PlanDocument, group: string) => void } {
  const { doc, editor } = useEditor();
  const key = step.join('/');
  return useMemo(() => {
    const path = [...step, 'request'];
    return {
      request: requestAt(doc, path),
      put: (parts, group) => editor.edit((d) => setRequest(d, path, parts), `${key}/${group}`),
      edit: (change, group) => editor.edit((d) => change(d, path), `${key}/${group}`),
    };
  }, [doc, editor, key]);
}
