import { Splitter } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, type CSSProperties, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { namesAt } from '@/plan/variables';
import { isItem } from './actions';
import { Banners } from './banners';
import { ConflictDialog } from './conflict-dialog';
import { EditorProvider, type EditorContext } from './context';
import { useSentOf } from '../send/use-last';
import { useSendShown } from '../send/use-shown';
import { EditorHeader } from './header';
import { followed, hrefOf, parseWhere, type Where } from './location';
import { SendPane } from './send-pane';
import type { PlanDocument } from '@/plan';
import type { EditorSnapshot, PlanEditor } from './state/plan-editor';
import { PlanTree } from './tree/plan-tree';
import { useSurroundings } from './surroundings';
import { useEditorKeys } from './use-editor-keys';
import { useTop } from './use-top';
import { FORM } from './use-save';
import { Main } from './main-pane';
import classes from './page.module.css';

/** In percent of the width: outline, editor, Send once. */
const SIZES = [20, 52, 28];
const NARROW = '(max-width: 68em)';

export interface EditorPanesProps {
  plan: string;
  editor: PlanEditor;
  state: EditorSnapshot;
  rest: string[];
  query: URLSearchParams;
}

export function EditorPanes({ plan, editor, state, rest, query }: EditorPanesProps) {
  const [, navigate] = useLocation();
  const { t } = useTranslation('editor');
  const { doc } = state;
  const where = useWhere(plan, doc, rest, query);
  const go = useCallback<EditorContext['go']>(
    (to, how) => navigate(hrefOf(how?.doc ?? editor.snapshot().doc, plan, to), { replace: how?.replace }),
    [navigate, editor, plan],
  );
  const [sending, setSending] = useSendShown();
  const sent = useSentOf(plan)[0]?.result ?? null;
  const around = useSurroundings(doc, plan);
  const names = useMemo(() => namesAt(doc, isItem(where.path) ? [...where.path, 'request'] : where.path, around), [doc, where.path, around]);
  const context = useMemo<EditorContext>(
    () => ({ plan, editor, state, doc, readOnly: doc.problems.length > 0, where, names, sent, go }),
    [plan, editor, state, doc, where, names, sent, go],
  );
  return (
    <EditorProvider value={context}>
      <Keys />
      <div className={classes.page}>
        <EditorHeader sending={sending} onSending={setSending} />
        <Banners />
        <Layout tree={<Beside context={context} />} main={<Main />} send={sending ? <SendPane /> : null} />
      </div>
      <ConflictDialog title={t('conflict.title')} />
    </EditorProvider>
  );
}

/** What of the plan is shown. Where a name in the address changes, the address does too. */
function useWhere(plan: string, doc: PlanDocument, rest: string[], query: URLSearchParams): Where {
  const [, navigate] = useLocation();
  const address = `${rest.join('/')}?${query.toString()}`;
  const last = useRef<{ address: string; doc: PlanDocument; where: Where }>(undefined);
  // rest and query are new objects with each render; address is what is in them
  const [where, found] = useMemo(() => {
    const found = parseWhere(doc, rest, query);
    const before = last.current;
    return [before?.address === address ? followed(before, doc, found) : found, found];
  }, [doc, address]);
  useEffect(() => {
    last.current = { address, doc, where };
    if (where !== found && doc.problems.length === 0) navigate(hrefOf(doc, plan, where), { replace: true });
  }, [address, doc, where, found, plan, navigate]);
  return where;
}

/** What stands beside the form follows it when there is time: typing does not wait for it. */
function Beside({ context }: { context: EditorContext }) {
  return (
    <EditorProvider value={useDeferredValue(context)}>
      <Outline />
    </EditorProvider>
  );
}

const Outline = memo(PlanTree);

function Keys() {
  useEditorKeys();
  return null;
}

function Layout({ tree, main, send }: { tree: ReactNode; main: ReactNode; send: ReactNode }) {
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const [sizes, setSizes] = useLocalStorage({ key: 'lh-editor-panes', defaultValue: SIZES, getInitialValueInEffect: false });
  const [top, measure] = useTop();
  if (narrow) {
    return (
      <div className={classes.stacked}>
        <div className={classes.treeStacked}>{tree}</div>
        <div className={classes.center} {...{ [FORM]: '' }}>{main}</div>
        {send && <div className={classes.send}>{send}</div>}
      </div>
    );
  }
  const [left = 20, middle = 52, right = 28] = sizes;
  return (
    <div ref={measure} className={classes.panes} style={{ '--panes-top': `${top}px` } as CSSProperties}>
      <Splitter
        key={send ? 'three' : 'two'}
        h="100%"
        onResizeEnd={(_, now) => {
          const numbers = now.map(Number);
          if (numbers.length === 3 && numbers.every(Number.isFinite)) setSizes(numbers);
        }}
      >
        <Splitter.Pane defaultSize={left} min={12}>
          <div className={classes.pane}>{tree}</div>
        </Splitter.Pane>
        <Splitter.Pane defaultSize={send ? middle : middle + right} min={25}>
          <div className={`${classes.pane} ${classes.center}`} {...{ [FORM]: '' }}>{main}</div>
        </Splitter.Pane>
        {send && (
          <Splitter.Pane defaultSize={right} min={15}>
            <div className={`${classes.pane} ${classes.send}`}>{send}</div>
          </Splitter.Pane>
        )}
      </Splitter>
    </div>
  );
}
