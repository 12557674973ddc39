import { useQueries } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { queries, useEnvironments, useFiles } from '@/api/queries';
import type { PlanDocument } from '@/plan';
import type { EnvironmentVariables, Surroundings } from '@/plan/variables';
import { choiceFor, onChoice } from '../send/choices';
import { hasRows } from './plan/data/sources';

/** So many data files are looked into for the names of their columns. */
const MOST_FILES = 20;
/** As many rows as the page shows of a file elsewhere, so that it is asked for once. */
const ROWS = 20;

export interface DataSource {
  name: string;
  file: string;
  delimiter: string;
}

/** The data sources of a plan whose files are there. */
export function sourcesOf(doc: PlanDocument, files: readonly string[]): DataSource[] {
  const at = (name: string, key: string) => doc.scalar(['data', name, key]) ?? '';
  return doc.keys(['data'])
    .map((name) => ({ name, file: at(name, 'file'), delimiter: at(name, 'delimiter') }))
    .filter(({ file }) => hasRows(file) && files.includes(file))
    .slice(0, MOST_FILES);
}

/** The environment that is chosen for sending from a plan; empty: none. */
export function useEnvironmentOf(plan: string): string {
  return useSyncExternalStore(onChoice, () => choiceFor(plan).environment);
}

/** What placeholders may name that no plan says: columns of data files, variables of environments, and secrets. */
export function useSurroundings(doc: PlanDocument, plan: string): Surroundings {
  const { data: files } = useFiles();
  const { data: environments } = useEnvironments();
  const environment = useEnvironmentOf(plan);
  const sources = useMemo(() => sourcesOf(doc, (files ?? []).map((f) => f.path)), [doc, files]);
  const previews = useQueries({ queries: sources.map((s) => queries.filePreview(s.file, ROWS, s.delimiter || undefined)) });
  const columns = JSON.stringify(sources.map((s, i) => [s.name, previews[i]?.data?.columns ?? []]));
  const secrets = JSON.stringify([...new Set((environments ?? []).flatMap((e) => e.secrets))]);
  const variables = JSON.stringify((environments ?? []).map((e): EnvironmentVariables => ({ name: e.name, variables: Object.fromEntries(e.variables.map((v) => [v.name, v.value])) })));
  // The same names are the same object: all fields of the page ask for them.
  return useMemo(() => ({
    columns: Object.fromEntries(JSON.parse(columns) as [string, string[]][]),
    secrets: JSON.parse(secrets) as string[],
    environments: JSON.parse(variables) as EnvironmentVariables[],
    environment,
  }), [columns, secrets, variables, environment]);
}
