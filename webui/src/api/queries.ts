// What rooms ask the master for, and under which keys it is kept. The master's
// `invalidate` names the same keys, with "/" between their parts.
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { call, raw, segment } from './client';
import { alsoKnownAs } from './early';
import type { DataFile, DataPreview, Download, ErrorTrend, Join, LuaApi, PlanInfo, Problem, RowSummary, RunConfig, RunInfo, RunResult, ScriptInfo, Session, State, StoredScript, StoredText, RegistryState, Worker, WorkerProcess, WorkerTrend } from './types';

export interface EnvironmentInfo {
  name: string;
  revision: string;
  modified: string;
  size: number;
  base_url: string;
  /** Names that it asks for. */
  secrets: string[];
  /** With the beginnings of their values. */
  variables: { name: string; value: string }[];
  problems: Problem[];
}

export interface SecretInfo {
  name: string;
  changed: string;
}

/** Which runs a list shows. */
export interface RunsQuery {
  plan?: string;
  q?: string;
  state?: readonly State[];
  /** Runs with lower numbers than this. */
  before?: number;
  limit?: number;
}

export interface RunsPage {
  runs: RunInfo[];
  /** How many match, on all pages. */
  total: number;
}

/** A path below a call: each part is escaped, the slashes stay. */
function path(name: string): string {
  return name.split('/').map(segment).join('/');
}

function params(all: Record<string, string | number | undefined>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== undefined && value !== '') given.set(name, String(value));
  const text = given.toString();
  return text && `?${text}`;
}

async function runOf(run: string, signal: AbortSignal): Promise<RunResult> {
  const result = await call<RunResult>(`/runs/${segment(run)}`, { signal });
  alsoKnownAs(run, result.id);
  return result;
}

async function runsPage(query: RunsQuery, signal: AbortSignal): Promise<RunsPage> {
  const { value, headers } = await raw(`/runs${params({ ...query, state: query.state?.join(',') })}`, { signal });
  const runs = value as RunInfo[];
  return { runs, total: Number(headers.get('X-Total-Count') ?? runs.length) };
}

/** Queries that have a key of their own; for useQuery, prefetching, and to write into the cache. */
export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: ({ signal }) => call<Session>('/session', { signal }) }),
  plans: () => queryOptions({ queryKey: ['plans'], queryFn: ({ signal }) => call<PlanInfo[]>('/plans', { signal }) }),
  plan: (name: string) => queryOptions({ queryKey: ['plans', name], queryFn: ({ signal }) => call<StoredText>(`/plans/${segment(name)}`, { signal }), enabled: name !== '' }),
  environments: () => queryOptions({ queryKey: ['environments'], queryFn: ({ signal }) => call<EnvironmentInfo[]>('/environments', { signal }) }),
  environment: (name: string) => queryOptions({ queryKey: ['environments', name], queryFn: ({ signal }) => call<StoredText>(`/environments/${segment(name)}`, { signal }) }),
  secrets: () => queryOptions({ queryKey: ['secrets'], queryFn: ({ signal }) => call<SecretInfo[]>('/secrets', { signal }) }),
  scripts: () => queryOptions({ queryKey: ['scripts'], queryFn: ({ signal }) => call<ScriptInfo[]>('/scripts', { signal }) }),
  script: (name: string) => queryOptions({ queryKey: ['scripts', name], queryFn: ({ signal }) => call<StoredScript>(`/scripts/${path(name)}`, { signal }) }),
  files: (under = 'data') => queryOptions({ queryKey: ['files', under], queryFn: ({ signal }) => call<DataFile[]>(`/files${params({ under })}`, { signal }) }),
  filePreview: (name: string, rows = 20, delimiter?: string) =>
    queryOptions({
      queryKey: ['files', 'preview', name, rows, delimiter ?? ''],
      queryFn: ({ signal }) => call<DataPreview>(`/files/preview/${path(name)}${params({ rows, delimiter })}`, { signal }),
    }),
  runs: (query: RunsQuery = {}) => queryOptions({ queryKey: ['runs', query], queryFn: ({ signal }) => runsPage(query, signal), placeholderData: keepPreviousData }),
  run: (id: string) => queryOptions({ queryKey: ['runs', id], queryFn: ({ signal }) => runOf(id, signal), enabled: id !== '' }),
  runConfig: (id: string) => queryOptions({ queryKey: ['runs', id, 'config'], queryFn: ({ signal }) => call<RunConfig>(`/runs/${segment(id)}/config`, { signal }), staleTime: Infinity }),
  /** Times in seconds of the run. */
  runRows: (id: string, from: number, to: number) =>
    queryOptions({ queryKey: ['runs', id, 'rows', from, to], queryFn: ({ signal }) => call<RowSummary[]>(`/runs/${segment(id)}/rows${params({ from, to })}`, { signal }), placeholderData: keepPreviousData }),
  runErrors: (id: string) => queryOptions({ queryKey: ['runs', id, 'errors'], queryFn: ({ signal }) => call<ErrorTrend[]>(`/runs/${segment(id)}/errors`, { signal }) }),
  workers: () => queryOptions({ queryKey: ['workers'], queryFn: ({ signal }) => call<Worker[]>('/workers', { signal }) }),
  workerTrend: (id: string) => queryOptions({ queryKey: ['workers', id, 'trend'], queryFn: ({ signal }) => call<WorkerTrend>(`/workers/${segment(id)}/trend`, { signal }), refetchInterval: 5_000 }),
  workerProcess: (id: string) => queryOptions({ queryKey: ['workers', id, 'process'], queryFn: ({ signal }) => call<WorkerProcess>(`/workers/${segment(id)}/process`, { signal }), refetchInterval: 5_000 }),
  registry: () => queryOptions({ queryKey: ['registry'], queryFn: ({ signal }) => call<RegistryState>('/registry', { signal }), refetchInterval: 5_000 }),
  downloads: () => queryOptions({ queryKey: ['downloads'], queryFn: ({ signal }) => call<Download[]>('/downloads', { signal }) }),
  join: () => queryOptions({ queryKey: ['join'], queryFn: ({ signal }) => call<Join>('/join', { signal }) }),
  luaApi: () => queryOptions({ queryKey: ['lua-api'], queryFn: ({ signal }) => call<LuaApi>('/lua-api', { signal }), staleTime: Infinity }),
};

/** The key of a query that the master calls by this name: "plans/shop" is ["plans", "shop"]. */
export function keyOf(name: string): string[] {
  const slash = name.indexOf('/');
  return slash < 0 ? [name] : [name.slice(0, slash), name.slice(slash + 1)];
}

export const useSession = () => useQuery(queries.session());
export const usePlans = () => useQuery(queries.plans());
export const usePlan = (name: string) => useQuery(queries.plan(name));
export const useEnvironments = () => useQuery(queries.environments());
export const useSecrets = () => useQuery(queries.secrets());
export const useScript = (name: string) => useQuery(queries.script(name));
export const useFiles = (under?: string) => useQuery(queries.files(under));
export const useFilePreview = (name: string, rows?: number, delimiter?: string) => useQuery(queries.filePreview(name, rows, delimiter));
export const useRunList = (query?: RunsQuery) => useQuery(queries.runs(query));
export const useRunResult = (id: string) => useQuery(queries.run(id));
export const useRunConfig = (id: string) => useQuery(queries.runConfig(id));
export const useDownloads = () => useQuery(queries.downloads());
export const useJoin = () => useQuery(queries.join());
export const useLuaApi = () => useQuery(queries.luaApi());
