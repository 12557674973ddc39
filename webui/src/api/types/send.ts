// Sending once: POST /send.
import type { SampleRequest, SampleResponse } from './exchanges';
import type { StartOrder } from './start';

export interface SendOrder extends StartOrder {
  transaction?: string;
  all?: boolean;
  worker?: string;
}

export interface Attempt {
  request: SampleRequest;
  response: SampleResponse | null;
  bytes_in: number;
  bytes_out: number;
  timing: { dns: number; connect: number; tls: number; first_byte: number; total: number };
  sent: boolean;
  unsent?: string;
  class?: string;
  message?: string;
}

export interface SentStep {
  transaction: string;
  step: string;
  ok: boolean;
  class?: string;
  message?: string;
  latency: number;
  place?: string;
  /** A line per call, the innermost first. */
  stack?: string;
  by?: string;
  skipped?: string;
  attempts: Attempt[];
  extracts: { name: string; found: boolean; value?: string }[];
  checks: { rule: string; ok: boolean; warn?: boolean; actual?: string; place?: string }[];
  changed: Record<string, string>;
}

/** The answer of POST /send. */
export interface Exchange {
  ok: boolean;
  duration: number;
  worker?: string;
  steps: SentStep[];
  before: Record<string, string>;
  vars: Record<string, string>;
  log: { at: string; level: string; message: string; place?: string }[];
}
