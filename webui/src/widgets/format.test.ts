import i18next from 'i18next';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as f from './format';
import { DEFAULTS, parsePreferences, setPreferences } from './preferences';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

beforeAll(() => i18next.init({ lng: 'en', resources: {} }));
beforeEach(() => setPreferences({ times: 'utc' }));
afterEach(async () => {
  setPreferences(DEFAULTS);
  await i18next.changeLanguage('en');
});

describe('numbers', () => {
  it('says nothing of what is not known', () => {
    for (const format of [f.formatNumber, f.formatRate, f.formatCompact, f.formatMs, f.formatBytes, f.formatShare, f.formatDuration, f.formatAge]) {
      expect([format(null), format(undefined), format(NaN)]).toEqual(['–', '–', '–']);
    }
  });

  it.each([[0, '0'], [4.25, '4.3'], [9.96, '10'], [4512.4, '4,512']])('rate %d', (value, text) => expect(f.formatRate(value)).toBe(text));

  it.each([[9999, '9,999'], [8_123_456, '8.1M'], [12_345, '12.3K']])('compact %d', (value, text) => expect(f.formatCompact(value)).toBe(text));

  it.each([[0.04, '0.04 ms'], [0.42, '0.4 ms'], [9.97, '10 ms'], [84.4, '84 ms'], [999.6, '1 s'], [1234, '1.2 s'], [120_000, '120 s'], [3_600_000, '1:00:00']])(
    '%d ms', (value, text) => expect(plain(f.formatMs(value))).toBe(text));

  it.each([[999, '999 B'], [2100, '2.1 kB'], [999_600, '1 MB'], [210e6, '210 MB'], [5e15, '5 PB']])('%d bytes', (value, text) => expect(plain(f.formatBytes(value))).toBe(text));

  it.each([[0, '0%'], [0.00001, '<0.01%'], [0.0012, '0.12%'], [0.0312, '3.1%'], [0.5, '50%'], [0.9912, '99.1%'], [0.9999, '>99.9%'], [1, '100%']])(
    'share %d', (value, text) => expect(f.formatShare(value)).toBe(text));

  it('keeps the digits that a figure always has', () => expect(f.formatNumber(2, 1, true)).toBe('2.0'));

  it('groups as somebody chose', () => {
    setPreferences({ numbers: 'space' });
    expect(plain(f.formatNumber(1_234_567.25, 1))).toBe('1 234 567.3');
    setPreferences({ numbers: 'plain' });
    expect(f.formatNumber(1_234_567.25, 1)).toBe('1234567.3');
  });

  it('follows the language', async () => {
    await i18next.changeLanguage('zh');
    expect(f.formatCompact(8_123_456)).toBe('812.3万');
    expect(plain(f.formatAge(11_000))).toBe('3 小时');
  });
});

describe('times', () => {
  const at = Date.UTC(2026, 10, 20, 0, 2, 31, 250);

  it.each([[0, '0:00:00'], [751, '0:12:31'], [3600.9, '1:00:00'], [360_000, '100:00:00'], [-61, '−0:01:01'], [Infinity, '–']])(
    'duration %d', (value, text) => expect(f.formatDuration(value)).toBe(text));

  it('has 24 hours, and midnight is 00', async () => {
    expect(f.formatTime(at)).toBe('00:02:31');
    expect(f.formatTime(at, true)).toBe('00:02:31.250');
    await i18next.changeLanguage('zh');
    expect(f.formatTime(at)).toBe('00:02:31');
  });

  it('reads what the master writes, and nothing else', () => {
    expect(f.formatTime('2026-11-20T14:02:31Z')).toBe('14:02:31');
    expect([f.formatTime(''), f.formatTime('soon'), f.formatTime(null)]).toEqual(['–', '–', '–']);
  });

  it('says the day as near as it is', () => {
    expect(f.formatMoment(at, at + 3_600_000)).toBe('today 00:02');
    expect(f.formatMoment(at, at + 86_400_000)).toBe('yesterday 00:02');
    expect(f.formatMoment(at, at + 3 * 86_400_000)).toBe('Nov 20, 00:02');
    expect(f.formatMoment(at, at + 366 * 86_400_000)).toBe('Nov 20, 2026');
  });

  it('says how long ago', async () => {
    expect(f.formatRelative(at, at + 125_000)).toBe('2 minutes ago');
    expect(f.formatRelative(at, at + 400)).toBe('now');
    await i18next.changeLanguage('zh');
    expect(plain(f.formatRelative(at, at + 125_000))).toBe('2 分钟前');
  });
});

it('keeps a name that is written from right to left from moving what stands around it', () => {
  expect(f.isolated('shop')).toBe('shop');
  expect(f.isolated('odd שלום')).toBe('\u2068odd שלום\u2069');
});

describe('preferences', () => {
  it('are as usual where what is stored makes no sense', () => {
    for (const text of [null, '', 'null', '7', '{', '{"numbers":"roman","percentiles":["p42"],"shortcuts":1}']) expect(parsePreferences(text)).toEqual(DEFAULTS);
  });

  it('keep what does', () => {
    expect(parsePreferences('{"numbers":"plain","percentiles":["p99","p50"],"shortcuts":false}')).toEqual({ numbers: 'plain', times: 'local', shortcuts: false, percentiles: ['p50', 'p99'] });
  });
});
