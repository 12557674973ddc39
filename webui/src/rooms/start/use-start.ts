import { call } from '@/api/client';
import { queries } from '@/api/queries';
import type { Preflight, RunResult } from '@/api/types';
import { parsePlan } from '@/plan';
import { goTo } from '@/shell/location';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { EMPTY, faults, formOf, orderOf, type StartForm } from './form';

/** How long nobody may type before the master is asked, in ms. */
const PAUSE = 400;

const remembered = (plan: string) => `lh-start-${plan}`;

function lastForm(plan: string): StartForm {
  try {
    const stored = localStorage.getItem(remembered(plan));
    return stored ? { ...EMPTY, ...(JSON.parse(stored) as StartForm) } : EMPTY;
  } catch {
    return EMPTY; // it was another version's
  }
}

/** The start of a plan: what was typed, what the master says to it, and the start itself. */
export function useStart(plan: string, again: string | undefined) {
  const cache = useQueryClient();
  const stored = useQuery({ ...queries.plan(plan), enabled: plan !== '' });
  const earlier = useQuery({ ...queries.runConfig(again ?? ''), enabled: Boolean(again) });
  const [form, setForm] = useState<StartForm>(() => lastForm(plan));
  const [env, setEnv] = useState<Record<string, string>>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  useEffect(() => setForm(lastForm(plan)), [plan]);
  useEffect(() => {
    if (earlier.data?.order) setForm(formOf(earlier.data.order));
  }, [earlier.data]);
  const doc = useMemo(() => (stored.data ? parsePlan(stored.data.text) : undefined), [stored.data]);
  const wrong = faults(form);
  const order = useMemo(() => orderOf(plan, form, doc, { env, secrets }), [plan, form, doc, env, secrets]);
  const [asked] = useDebouncedValue(order, PAUSE);
  const preflight = useQuery({
    queryKey: ['preflight', asked],
    queryFn: ({ signal }) => call<Preflight>('/preflight', { body: asked, signal }),
    enabled: plan !== '' && wrong.length === 0,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0, // it may hold secrets
    retry: 0,
  });
  const start = useMutation({
    mutationFn: () => call<RunResult>('/runs', { body: order }),
    onSuccess: (run) => {
      localStorage.setItem(remembered(plan), JSON.stringify({ ...form, note: '' }));
      void cache.invalidateQueries({ queryKey: ['runs'] });
      goTo(`/runs/${run.number || run.id}`);
    },
  });
  const checked = asked === order && !preflight.isFetching;
  const ready = plan !== '' && wrong.length === 0 && checked && preflight.data?.ok === true && !start.isPending;
  return {
    stored, doc, form, wrong, preflight, start, ready, checked, env, secrets, setEnv, setSecrets,
    change: (part: Partial<StartForm>) => setForm((old) => ({ ...old, ...part })),
    reset: () => setForm(EMPTY),
  };
}

export type Start = ReturnType<typeof useStart>;
