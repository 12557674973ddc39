import type { SendOrder, StartOrder } from '@/api/types';
import type { PlanDocument } from '@/plan';
import { transactionsAt } from '@/plan/view';
import { useMemo, useState } from 'react';
import { BEFORE, outcomesOf } from '../send/outcome';
import { remember } from '../send/sent';
import { useSend } from '../send/use-send';
import { keepOutcomes, useVerdictsOf, type Verdict } from '../send/verdicts';
import type { StartForm } from './form';
import { checkSent, keyOf, playedIn, settingsOf, type SentCheck } from './sent-check';

const NOTHING: SentCheck = { failed: [], elsewhere: [], passed: 0, all: 0 };

/** The order that sends what a start would play. Where workers are chosen, the first of them sends. */
function allOnce({ name: _name, note: _note, workers, ...order }: StartOrder): SendOrder {
  const [worker] = workers?.ids ?? [];
  return { ...order, all: true, ...(worker === undefined ? {} : { worker }) };
}

/** How the transactions of the plan came out when they were last sent once, and the sending of all. */
export function useSentCheck(plan: string, doc: PlanDocument | undefined, form: StartForm, order: StartOrder) {
  const verdicts = useVerdictsOf(plan);
  const { environment, baseUrl, variables } = form;
  const check = useMemo(() => (doc ? checkSent(doc, verdicts, settingsOf(form)) : NOTHING), [doc, verdicts, environment, baseUrl, variables]);
  const [ignored, setIgnored] = useState<ReadonlySet<string>>(new Set());
  // Which ones the last send of all did not come to.
  const [left, setLeft] = useState<string[]>([]);
  const { sending, send, cancel } = useSend(
    () => {
      setLeft([]);
      return allOnce(order);
    },
    (result) => {
      if (!doc) return;
      const at = Date.now();
      const outcomes = outcomesOf(result, transactionsAt(doc).map((t) => t.name));
      remember({ plan, transaction: '', environment, at, result });
      keepOutcomes({ plan, doc, settings: settingsOf(form), sent: '', at }, outcomes);
      // Where what comes before all of them failed, that says enough.
      const begun = outcomes.every((one) => one.ok || !BEFORE.includes(one.transaction));
      setLeft(begun ? playedIn(doc).filter((name) => outcomes.every((one) => one.transaction !== name)) : []);
    },
  );
  return {
    ...check, left, sending, send, cancel,
    blocking: check.failed.filter((v) => !ignored.has(keyOf(v))),
    /** What is ignored does not keep this start from going on; ignoring it again takes that back. */
    ignore: (some: readonly Verdict[]) => {
      const next = new Set(ignored);
      for (const key of some.map(keyOf)) if (!next.delete(key)) next.add(key);
      setIgnored(next);
    },
  };
}

export type SentOnce = ReturnType<typeof useSentCheck>;
