import { setRequest } from '@/plan/request';
import { parsePlan } from '@/plan';
import type { CurlRequest } from '@/plan/curl';
import { CurlDialog } from '@/rooms/editor/add/curl-dialog';
import { freeName, newPlan } from './plan-files';

/** The plan of one request: its host is the target, its path the request. */
export function planOfCurl({ request }: CurlRequest, taken: readonly string[]): { name: string; text: string } {
  const url = /^(https?:\/\/[^/?#]+)(.*)$/.exec(request.url ?? '');
  const host = url?.[1] ?? '';
  const name = freeName(host.replace(/^https?:\/\//, '').replace(/:\d+$/, '') || 'cURL', taken);
  const own = url ? { ...request, url: url[2]?.startsWith('/') ? url[2] : `/${url[2] ?? ''}` } : request;
  const empty = parsePlan(newPlan(name)).set(['transactions', 0], { name: 'request', steps: [{ request: { url: '/' } }] });
  const doc = host === '' ? empty.set(['base_url'], undefined) : empty.set(['base_url'], host);
  return { name, text: setRequest(doc, ['transactions', 0, 'steps', 0, 'request'], own).text };
}

export interface FromCurlProps {
  taken: readonly string[];
  onClose: () => void;
  onPlan: (name: string, text: string) => void;
}

/** Makes a plan out of a cURL command. */
export default function FromCurl({ taken, onClose, onPlan }: FromCurlProps) {
  return (
    <CurlDialog
      opened onClose={onClose}
      onTake={(curl) => {
        const plan = planOfCurl(curl, taken);
        onPlan(plan.name, plan.text);
      }}
    />
  );
}
