// The real program in processes of its own, on loopback, for the browser tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The binary under test; `make browser` builds it and says where it is. */
const BINARY = process.env.LOCUST_HTTP ?? join(import.meta.dirname, '../../bin/locust-http');

/** How long anything may take that is waited for, in ms: it is there against hanging, however slow the machine. */
export const PATIENCE = 60_000;

export class Program {
  output = '';
  private readonly ended: Promise<number | null>;
  private watchers: (() => void)[] = [];

  private constructor(private readonly child: ChildProcess) {
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString();
      for (const look of [...this.watchers]) look();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.once('error', (err) => {
        this.output += err.message;
        resolve(null);
      });
    });
  }

  static start(args: string[], env: Record<string, string> = {}): Program {
    // Standard input stays open: some parts of the program end with it.
    return new Program(spawn(BINARY, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } }));
  }

  /** Waits for a line of the output and gives what the pattern's group caught. */
  async says(pattern: RegExp): Promise<string> {
    const deadline = AbortSignal.timeout(PATIENCE);
    return await new Promise((resolve, reject) => {
      const fail = (why: string) => {
        this.watchers = this.watchers.filter((w) => w !== look);
        reject(new Error(`${why}: ${pattern}\n${this.output}`));
      };
      const look = () => {
        const found = pattern.exec(this.output);
        if (!found) return;
        this.watchers = this.watchers.filter((w) => w !== look);
        resolve(found[1] ?? found[0]);
      };
      this.watchers.push(look);
      deadline.addEventListener('abort', () => fail('the program did not say'));
      void this.ended.then(() => {
        look();
        fail('the program ended without saying');
      });
      look();
    });
  }

  /** Ends the process as Ctrl-C does, and waits for that. The shop takes no Ctrl-C: it ends with its input. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    this.child.stdin?.end();
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE);
    await this.ended;
    clearTimeout(late);
  }
}

/** A folder that is taken away at the end. */
export function folder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'locust-http-page-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Master {
  url: string;
  etcd: string;
  program: Program;
}

/** A master on a port (0: a free one) with its workspace. */
export async function startMaster(workspace: string, listen = '127.0.0.1:0', ...more: string[]): Promise<Master> {
  const program = Program.start(['master', '--workspace', workspace, '--listen', listen, '--etcd-listen', '127.0.0.1:0', ...more]);
  const url = await program.says(/(http:\/\/[\d.]+:\d+)\/\S*/);
  const etcd = await program.says(/etcd (\S+)/);
  return { url, etcd, program };
}

export async function startWorker(master: Master, id: string): Promise<Program> {
  return Program.start(['worker', '--id', id, '--etcd', master.etcd, '--listen', '127.0.0.1:0']);
}

/** The sample shop on a free port. */
export async function startShop(): Promise<{ url: string; program: Program }> {
  const program = Program.start(['shop', '--listen', '127.0.0.1:0']);
  return { url: await program.says(/(http:\/\/[\d.]+:\d+)/), program };
}

/** The scripted demonstration: a run that is the same every time. */
export async function startScripted(...more: string[]): Promise<Master> {
  const program = Program.start(['demo', '--scripted', '--listen', '127.0.0.1:0', ...more]);
  const url = await program.says(/page\s+(http:\/\/[\d.]+:\d+)/);
  return { url, etcd: '', program };
}

/** Asks the API from outside the page. */
export async function api<T>(master: Master, path: string, init: { method?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<T> {
  const response = await fetch(`${master.url}/api/v1${path}`, {
    method: init.method ?? (init.body === undefined ? 'GET' : 'POST'),
    headers: { 'Content-Type': 'application/json', ...init.headers },
    body: init.body === undefined ? undefined : JSON.stringify(init.body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Waits until a condition of the API holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > deadline) throw new Error(`it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends at once every run that has not ended: what a test that failed has left would keep the workers from the next. */
export async function stopRuns(master: Master): Promise<void> {
  const runs = await api<{ id: string; state: string }[]>(master, '/runs');
  const left = runs.filter((run) => !['completed', 'stopped', 'aborted', 'failed'].includes(run.state));
  for (const run of left) await api(master, `/runs/${run.id}/stop`, { body: { now: true } }).catch(() => undefined); // it has ended meanwhile
}
