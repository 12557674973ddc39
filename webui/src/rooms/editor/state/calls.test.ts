import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepChoice } from '../../send/choices';
import { masterCalls } from './calls';

const asked: { url: string; environment?: string }[] = [];

beforeEach(() => {
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const { environment } = JSON.parse(String(init.body ?? '{}')) as { environment?: string };
    asked.push({ url, environment });
    return Promise.resolve(new Response('{"problems": []}'));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  asked.length = 0;
});

it('looks at a plan in the environment that is chosen for sending it', async () => {
  keepChoice('shop', { environment: 'a & b', worker: '' });
  await masterCalls.read('shop');
  await masterCalls.save('shop', 'text', 'r1');
  await masterCalls.check('shop', 'text', new AbortController().signal);
  await masterCalls.read('other');
  expect(asked).toEqual([
    { url: '/api/v1/plans/shop?environment=a%20%26%20b', environment: undefined },
    { url: '/api/v1/plans/shop?environment=a%20%26%20b', environment: undefined },
    { url: '/api/v1/check', environment: 'a & b' },
    { url: '/api/v1/plans/other', environment: undefined },
  ]);
});
