// What parsing and editing a plan costs; npm run speed measures it.
// The numbers are CPU time of this process, so that other load on the machine says little.

import { expect, it } from 'vitest';
import { parsePlan, type PlanDocument } from './index';
import { textFor } from './pairs';

function transaction(n: number): string {
  return `  # people of kind ${n}
  - name: visit ${n}
    weight: ${n % 7 + 1}
    think: 1s..3s
    steps:
      - name: list ${n}   # the first page
        request:
          url: /items/${n}?page=1
          headers: {Accept: application/json, X-Kind: "${n}"}
          query: {page: "{{page}}", size: 20}
        extract:
          - {name: item_${n}, json: '$.items[0].id'}
        check: [{status: 200}, {json: $.total, gt: 0}, {latency: {lt: 800ms}}]
      - name: one
        request:
          url: /items/{{item_${n}}}
          timeout: 5s
        check:
          - status: [200, 304]
          - header: content-type
            contains: json
        script: |
          function after(res)
            local item = res:json()
            var.price = item.price
          end
      - group: pay
        steps:
          - name: order
            request:
              method: POST
              url: /orders
              json: {item: "{{item_${n}}}", count: 1, note: 'it is {{$uuid}}'}
            check: [{status: 201}]
`;
}

export function planOf(transactions: number): string {
  const all = Array.from({ length: transactions }, (_, n) => transaction(n));
  return `version: 1\nname: shop   # its name\nbase_url: https://shop.test\nvariables:\n  page: 1\n\ntransactions:\n${all.join('\n')}\nload: {users: 50, duration: 2m}\nthresholds:\n  - p95 < 1s\n`;
}

function median(times: number, work: (i: number) => void): number {
  const costs = Array.from({ length: times }, (_, i) => {
    const before = process.cpuUsage();
    work(i);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  return costs[times >> 1] ?? 0;
}

it.each([50, 500])('%i transactions', (count) => {
  const text = planOf(count);
  expect(parsePlan(text).problems).toEqual([]);
  const step = ['transactions', count >> 1, 'steps', 0] as const;
  const many = { status: 200, warn: true };
  const edits: Record<string, (doc: PlanDocument, i: number) => PlanDocument> = {
    'a scalar': (doc, i) => doc.set([...step, 'request', 'url'], `/items/${i}`),
    'a number': (doc, i) => doc.set(['transactions', 1, 'weight'], textFor(doc, ['transactions', 1, 'weight'], `${i + 100}`)),
    'a nested map': (doc, i) => doc.set([...step, 'request'], { method: 'PUT', url: `/x/${i}`, headers: { A: '1', B: '2' }, json: { a: [1, 2, { b: `${i}` }] } }),
    'a list of maps': (doc, i) => doc.set([...step, 'check'], [many, { json: '$.a', equals: i }, { css: 'h1', exists: true }]),
    'an insertion': (doc, i) => doc.insert(['transactions'], count >> 1, { name: `new ${i}`, steps: [{ request: { url: '/' } }] }),
    'a move': (doc, i) => doc.move(['transactions'], i % count, count - 1),
    'a removal': (doc, i) => doc.set(['transactions', i % count], undefined),
    'a rename': (doc) => doc.rename(['variables', 'page'], 'side'),
  };
  const rows: [string, number][] = [['parse', median(count > 100 ? 5 : 15, () => parsePlan(text))]];
  for (const [name, edit] of Object.entries(edits)) {
    const doc = parsePlan(text);
    rows.push([name, median(count > 100 ? 5 : 15, (i) => expect(edit(doc, i).text, name).not.toBe(text))]);
  }
  let doc = parsePlan(text);
  rows.push(['a key typed', median(count > 100 ? 10 : 40, (i) => (doc = doc.set([...step, 'request', 'url'], `/items/${'x'.repeat(i)}`)))]);
  console.log(`${count} transactions, ${text.length} characters\n${rows.map(([name, ms]) => `${name.padEnd(16)}${ms.toFixed(1).padStart(9)} ms`).join('\n')}`);
}, 300_000);
