import { describe, expect, it } from 'vitest';
import { isSeries, parseMessage } from './messages';
import { second, series, tick } from './samples';

const say = (value: unknown) => parseMessage(JSON.stringify(value));
const good = { type: 'tick', topic: 'run:a', seq: 1, at: 5, data: tick([second(0)]) };

describe('parseMessage', () => {
  it('reads what the master says', () => {
    expect(say(good)).toMatchObject({ type: 'tick', topic: 'run:a', seq: 1 });
    expect(say({ type: 'hello', at: 5, version: '1', build: 'b', protocol: 2 })).toEqual({ type: 'hello', at: 5, version: '1', build: 'b' });
    expect(say({ type: 'hello', server_time: 5, version: '1', build: 'b' })?.at).toBe(5);
    expect(say({ type: 'beat', at: 5 })?.type).toBe('beat');
    expect(say({ type: 'gap', topic: 'run:a', from: 1, to: 0, at: 5 })).toMatchObject({ from: 1, to: 0 });
    expect(say({ type: 'state', topic: 'runs', at: 5, data: [] })?.type).toBe('state');
    expect(say({ type: 'invalidate', topic: 'workspace', at: 5, data: { keys: ['plans'] } })).toMatchObject({ keys: ['plans'] });
  });

  it.each([
    ['no JSON', '{'], ['no text', 7], ['a list', '[]'], ['null', 'null'], ['no time', '{"type":"beat"}'], ['an unknown type', '{"type":"song","at":1,"topic":"x"}'],
  ])('refuses %s', (_, text) => expect(parseMessage(text)).toBeUndefined());

  it.each<[string, object]>([
    ['no seq', { ...good, seq: null }], ['no data', { ...good, data: null }], ['rows null', { ...good, data: { ...good.data, rows: null } }],
    ['seconds null', { ...good, data: { ...good.data, seconds: null } }], ['rps text', { ...good, data: { ...good.data, rps: '1' } }],
    ['a second without columns', { ...good, data: tick([{ ...second(0), cols: null as never }]) }], ['a second without heat', { ...good, data: tick([{ ...second(0), heat: null as never }]) }],
    ['lines null', { type: 'log', topic: 'run:a', at: 1, data: null }], ['an event without seq', { type: 'event', topic: 'run:a', at: 1, data: { kind: 'note' } }],
    ['runs null', { type: 'state', topic: 'runs', at: 1, data: null }], ['keys null', { type: 'invalidate', topic: 'workspace', at: 1, data: { keys: null } }],
  ])('refuses a message with %s', (_, message) => expect(say(message)).toBeUndefined());
});

it('isSeries wants lists', () => {
  expect(isSeries(series(0, 3))).toBe(true);
  for (const bad of [null, {}, { ...series(0, 3), heat: null }, { ...series(0, 3), heat: [null] }, { ...series(0, 3), step: 0 }, { ...series(0, 3), cols: { rps: null } }]) expect(isSeries(bad)).toBe(false);
});
