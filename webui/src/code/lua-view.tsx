import { Box } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useState } from 'react';
import type { EditorView } from '@codemirror/view';
import classes from './code.module.css';
import { DocsPanel } from './docs-panel';
import type { Finding } from './findings';
import { luaTools } from './lua/extension';
import { insertPiece } from './lua/insert';
import { LuaTools } from './lua-tools';
import { ProblemsList } from './problems-list';
import type { LuaProps } from './props';
import { StatusBar } from './status-bar';
import { useEditor } from './use-editor';
import { useLuaApi } from './use-lua-api';

function show(view: EditorView | null, finding: Finding): void {
  if (!view) return;
  const at = Math.min(finding.from, view.state.doc.length);
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  view.focus();
}

/** Lua with its problems and where the cursor is. */
export function LuaView({ place, check, checkedAt, height, ...props }: LuaProps) {
  const api = useLuaApi();
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const [docs, setDocs] = useLocalStorage({ key: 'lh-lua-docs', defaultValue: false, getInitialValueInEffect: false });
  const [cursor, setCursor] = useState({ line: 1, column: 1 });
  const { parent, view } = useEditor(
    { ...props, language: 'lua', testId: props.testId ?? 'lua-editor' },
    { api, place, onFindings: setFindings, onCursor: (line, column) => setCursor({ line, column }) },
    luaTools,
  );
  return (
    <Box className={classes.lua} h={height}>
      <LuaTools api={api} place={place} docs={docs} onDocs={setDocs} onInsert={props.readOnly ? undefined : (piece) => view.current && insertPiece(view.current, piece)} />
      <Box className={classes.beside}>
        <Box ref={parent} className={classes.editor} />
        {docs && <DocsPanel api={api} place={place} />}
      </Box>
      <StatusBar cursor={cursor} findings={findings} check={check} checkedAt={checkedAt} />
      <ProblemsList findings={findings} onChoose={(finding) => show(view.current, finding)} />
    </Box>
  );
}
