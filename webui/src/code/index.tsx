import { Skeleton } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import type { CodeProps, DiffProps, LuaProps } from './props';

export type { CodeLanguage, CodeProps, DiffProps, LuaProps } from './props';

// CodeMirror is one chunk, loaded with the first editor.
const CodeView = lazy(() => import('./chunk').then((chunk) => ({ default: chunk.CodeView })));
const LuaView = lazy(() => import('./chunk').then((chunk) => ({ default: chunk.LuaView })));
const DiffView = lazy(() => import('./chunk').then((chunk) => ({ default: chunk.DiffView })));

function Loading({ height, children }: { height?: string; children: ReactNode }) {
  return <Suspense fallback={<Skeleton h={height ?? '8rem'} />}>{children}</Suspense>;
}

export function Code(props: CodeProps) {
  return (
    <Loading height={props.height}>
      <CodeView {...props} />
    </Loading>
  );
}

/** The Lua editor with completion, problems list and status bar. */
export function LuaEditor(props: LuaProps) {
  return (
    <Loading height={props.height}>
      <LuaView {...props} />
    </Loading>
  );
}

/** Two texts side by side; the left one can be edited. */
export function Diff(props: DiffProps) {
  return (
    <Loading height="20rem">
      <DiffView {...props} />
    </Loading>
  );
}
