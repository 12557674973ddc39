import { useComputedColorScheme } from '@mantine/core';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useMemo, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { serverProblems } from './diagnostics';
import { onAim, takeGoal } from './goal';
import { NOTHING_KNOWN, type Host } from './host';
import { keepState, stateFor } from './kept-states';
import { minimalChange } from './minimal-change';
import { phrasesIn } from './phrases';
import type { CodeProps } from './props';
import { attributesSlot, extensionsOf, phrasesSlot, readOnlySlot, themeSlot, type Tools } from './setup';
import { namesChanged } from './templates';
import { editorTheme } from './theme';

type Asked = Partial<Pick<Host, 'api' | 'place' | 'onFindings' | 'onCursor'>>;

function goTo(view: EditorView, place: { line: number; column: number }): void {
  const line = view.state.doc.line(Math.min(Math.max(1, place.line), view.state.doc.lines));
  const at = Math.min(line.to, line.from + Math.max(0, place.column - 1));
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
  view.focus();
}

function readOnlyExtension(readOnly: boolean): Extension {
  return EditorState.readOnly.of(readOnly);
}

function attributesExtension(label: string, testId: string | undefined): Extension {
  const attributes: Record<string, string> = { 'aria-label': label, tabindex: '0' };
  if (testId) attributes['data-testid'] = testId;
  return EditorView.contentAttributes.of(attributes);
}

/** Puts an editor into the element of the reference, and holds it to the props. */
export function useEditor(props: CodeProps, asked: Asked, tools: Tools): { parent: RefObject<HTMLDivElement | null>; view: RefObject<EditorView | null> } {
  const { t, i18n } = useTranslation('code');
  const scheme = useComputedColorScheme('light');
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const phrases = useMemo(() => EditorState.phrases.of(phrasesIn((key) => t(key))), [t, i18n.language]);
  const slots = {
    theme: editorTheme(scheme),
    readOnly: readOnlyExtension(props.readOnly ?? false),
    attributes: attributesExtension(props.label, props.testId),
    phrases,
  };

  // The extensions keep this one object, so that a new callback needs no new editor.
  const host = useRef<Host>({ api: NOTHING_KNOWN, place: 'library', text: { source: String, json: String, snippet: String } });
  Object.assign(host.current, {
    onChange: props.onChange, onSend: props.onSend, onSave: props.onSave, variables: props.variables,
    api: asked.api ?? NOTHING_KNOWN, place: asked.place ?? 'library', onFindings: asked.onFindings, onCursor: asked.onCursor,
    text: {
      source: (source: string) => t(`source.${source}`),
      json: (fault: string) => t(`json.${fault}`),
      snippet: (key: string) => t(`snippets.${key}`),
    },
  } satisfies Host);

  const { language, stateKey } = props;
  useEffect(() => {
    if (!parent.current) return;
    const { state, scroll } = stateFor(stateKey, props.value, extensionsOf(language, host.current, slots, tools));
    const made = new EditorView({ state, parent: parent.current });
    view.current = made;
    made.scrollDOM.scrollTop = scroll;
    const at = state.selection.main.head;
    const line = state.doc.lineAt(at);
    host.current.onCursor?.(line.number, at - line.from + 1);
    return () => {
      if (stateKey !== undefined) keepState(stateKey, made);
      made.destroy();
      view.current = null;
    };
    // Whatever else changes reaches the editor below.
  }, [language, stateKey]);

  useEffect(() => {
    const change = view.current && minimalChange(view.current.state.doc.toString(), props.value);
    if (change) view.current?.dispatch({ changes: change, userEvent: 'outside' });
  }, [props.value, language, stateKey]);

  useEffect(() => {
    view.current?.dispatch({
      effects: [
        themeSlot.reconfigure(slots.theme), readOnlySlot.reconfigure(slots.readOnly),
        attributesSlot.reconfigure(slots.attributes), phrasesSlot.reconfigure(slots.phrases),
      ],
    });
  }, [scheme, props.readOnly, props.label, props.testId, phrases, language, stateKey]);

  const problems = props.problems;
  useEffect(() => {
    view.current?.dispatch({ effects: serverProblems.of(problems ?? []) });
  }, [problems, language, stateKey, i18n.language]);

  const names = props.variables?.join('\n');
  useEffect(() => {
    view.current?.dispatch({ effects: namesChanged.of(null) });
  }, [names]);

  useEffect(() => {
    if (props.goTo && view.current) goTo(view.current, props.goTo);
  }, [props.goTo, stateKey]);

  useEffect(() => {
    const go = () => {
      const goal = view.current && takeGoal(stateKey);
      if (view.current && goal) goTo(view.current, goal);
    };
    go();
    return onAim(go);
  }, [language, stateKey]);

  return { parent, view };
}
