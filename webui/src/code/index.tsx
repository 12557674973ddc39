import { Skeleton } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import type { CodeProps, DiffProps, LuaProps } from './props';

export type { CodeLanguage, CodeProps, DiffProps, LuaProps } from './props';

// CodeMirror is one chunk, loaded with the first editor; what only Lua and comparing need
// are small ones beside it.
const CodeView = lazy(() => import('./code-view').then((code) => ({ default: code.CodeView })));
const LuaView = lazy(() => import('./lua-view').then((lua) => ({ default: lua.LuaView })));
const DiffView = lazy(() => import('./diff-view').then((diff) => ({ default: diff.DiffView })));

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

/** Two texts side by side; the left one can be edited where that is wanted. */
export function Diff(props: DiffProps) {
  return (
    <Loading height="20rem">
      <DiffView {...props} />
    </Loading>
  );
}
