import { parsePlan } from '@/plan';
import { parseCurl } from '@/plan/curl';
import { describe, expect, it } from 'vitest';
import { planOfCurl } from './from-curl';

function plan(command: string, taken: string[] = []) {
  const curl = parseCurl(command);
  if (!curl) throw new Error('no cURL');
  const made = planOfCurl(curl, taken);
  return { name: made.name, doc: parsePlan(made.text) };
}

describe('a plan out of a cURL command', () => {
  it('has the host as its target, and the request', () => {
    const { name, doc } = plan(`curl -X POST 'https://shop.example:8443/cart?x=1' -H 'X-A: b' -d '{"item": 7}' -H 'Content-Type: application/json'`, ['shop.example']);
    expect(name).toBe('shop.example 2');
    expect(doc.problems).toEqual([]);
    expect(doc.get(['name'])).toBe('shop.example 2');
    expect(doc.get(['base_url'])).toBe('https://shop.example:8443');
    const request = doc.get(['transactions', 0, 'steps', 0, 'request']) as Record<string, unknown>;
    expect(request.method).toBe('POST');
    expect(JSON.stringify(request)).toContain('"item":7');
    expect(JSON.stringify(request)).toContain('X-A');
    expect(String(request.url)).toMatch(/^\/cart/);
  });

  it('of a bare host asks for its root', () => {
    expect(plan('curl http://127.0.0.1:8099').doc.get(['transactions', 0, 'steps', 0, 'request', 'url'])).toBe('/');
  });
});
