import { call, segment } from '@/api/client';
import { queries } from '@/api/queries';
import type { Preflight, RunResult, StoredText } from '@/api/types';
import { useWorkers } from '@/live';
import { parsePlan, type PlanDocument } from '@/plan';
import { goTo } from '@/shell/location';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { differences, isOf } from './differences';
import { EMPTY, faults, type StartForm } from './form';
import { formOf, orderOf } from './order';
import { fleetKey } from './holders';
import { useSentCheck } from './use-sent-check';

/** How long nobody may type before the master is asked, in ms. */
const PAUSE = 400;
/** After how long an error is asked about again, in ms. */
const RETRY = 3_000;

const remembered = (plan: string) => `lh-start-${plan}`;

function lastForm(plan: string): StartForm {
  try {
    const stored = localStorage.getItem(remembered(plan));
    return stored ? { ...EMPTY, ...(JSON.parse(stored) as StartForm) } : EMPTY;
  } catch {
    return EMPTY; // it was another version's
  }
}

/** The form, and what it began with: the last start of the plan, or the run that is to be run again. A plan has a dialog of its own. */
function useStartForm(plan: string, again: string | undefined) {
  const earlier = useQuery({ ...queries.runConfig(again ?? ''), enabled: Boolean(again) });
  const [form, setForm] = useState<StartForm>(() => lastForm(plan));
  const [first, setFirst] = useState(form);
  const [env, setEnv] = useState<Record<string, string>>({});
  const { order, plan_text: text } = earlier.data ?? {};
  useEffect(() => {
    if (!order) return;
    const begin = formOf(order, text);
    setForm(begin);
    setFirst(begin);
    setEnv(order.env ?? {});
  }, [order, text]);
  return { form, setForm, first, env, setEnv };
}

/** What the master says to an order; asked again when something else than the order changes it. */
function usePreflight(order: ReturnType<typeof orderOf>, enabled: boolean, revision: string | undefined) {
  const [asked] = useDebouncedValue(order, PAUSE);
  const preflight = useQuery({
    queryKey: ['preflight', asked],
    queryFn: ({ signal }) => call<Preflight>('/preflight', { body: asked, signal }),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0, // it may hold secrets
    retry: 0,
    refetchInterval: (query) => (query.state.status === 'error' ? RETRY : false),
  });
  const around = `${fleetKey(useWorkers()?.workers)}\n${revision ?? ''}`;
  const seen = useRef(around);
  const { refetch } = preflight;
  useEffect(() => {
    if (seen.current === around) return;
    seen.current = around;
    if (enabled) void refetch();
  }, [around, enabled, refetch]);
  return { preflight, checked: asked === order && preflight.data !== undefined && !preflight.isPlaceholderData };
}

/** The start of a plan: what was typed, what the master says to it, and the start itself. */
export function useStart(plan: string, again: string | undefined) {
  const cache = useQueryClient();
  const stored = useQuery({ ...queries.plan(plan), enabled: plan !== '' });
  const { form, setForm, first, env, setEnv } = useStartForm(plan, again);
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const doc = useMemo(() => (stored.data ? parsePlan(stored.data.text) : undefined), [stored.data]);
  const wrong = faults(form);
  const order = useMemo(() => orderOf(plan, form, doc, { env, secrets }), [plan, form, doc, env, secrets]);
  const { preflight, checked } = usePreflight(order, plan !== '' && doc !== undefined && wrong.length === 0, stored.data?.revision);
  const sent = useSentCheck(plan, doc, form, order);
  const differs = useMemo(() => {
    if (!doc || faults(form).length > 0) return [];
    const before = differences(doc, first);
    return differences(doc, form).map((difference) => ({ ...difference, remembered: isOf(difference, before) }));
  }, [doc, form, first]);
  const start = useMutation({
    mutationFn: () => call<RunResult>('/runs', { body: order }),
    onSuccess: (run) => {
      localStorage.setItem(remembered(plan), JSON.stringify({ ...form, note: '' }));
      void cache.invalidateQueries({ queryKey: ['runs'] });
      goTo(`/runs/${run.number || run.id}`);
    },
  });
  const savePlan = useMutation({
    mutationFn: (change: (doc: PlanDocument) => PlanDocument) => {
      if (!stored.data || !doc) throw new Error('the plan is not there yet');
      return call<StoredText>(`/plans/${segment(plan)}`, { method: 'PUT', body: { text: change(doc).text }, headers: { 'If-Match': `"${stored.data.revision}"` } });
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['plans'] }),
  });
  const ready = plan !== '' && wrong.length === 0 && checked && !preflight.error && preflight.data?.ok === true && sent.blocking.length === 0 && !start.isPending;
  return {
    stored, doc, form, wrong, preflight, sent, start, savePlan, differs, ready, checked, env, secrets, setEnv, setSecrets,
    change: (part: Partial<StartForm>) => setForm((old) => ({ ...old, ...part })),
    reset: () => setForm(EMPTY),
  };
}

export type Start = ReturnType<typeof useStart>;
