import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseLanguage, LANGUAGES, startI18n } from '.';
import en from './en';
import zh from './zh';

/** All texts by their key, "a.b.c". */
function flat(value: object, before = ''): Map<string, unknown> {
  const all = new Map<string, unknown>();
  for (const [key, text] of Object.entries(value) as [string, unknown][]) {
    if (typeof text === 'object' && text !== null) for (const [k, v] of flat(text, `${before}${key}.`)) all.set(k, v);
    else all.set(before + key, text);
  }
  return all;
}

/** A key without the form of its plural: languages have different ones. */
const singular = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
const placeholders = (text: unknown) => [...new Set(String(text).match(/\{\{.*?\}\}|\$t\(.*?\)|<\/?\d+>/g) ?? [])].sort();

const texts: Record<string, Record<string, object>> = { en, zh };
const rooms = Object.keys(texts.en ?? {});

it('both languages have the same rooms', () => {
  expect(rooms.length).toBeGreaterThan(5);
  for (const language of LANGUAGES) expect(Object.keys(texts[language] ?? {}).sort()).toEqual([...rooms].sort());
});

describe.each(rooms)('%s', (room) => {
  const en = flat(texts.en?.[room] ?? {});
  const zh = flat(texts.zh?.[room] ?? {});

  it('has the same keys', () => {
    const keys = (all: Map<string, unknown>) => [...new Set([...all.keys()].map(singular))].sort();
    expect(keys(zh)).toEqual(keys(en));
  });

  it('has a text for each key', () => {
    for (const all of [en, zh]) expect([...all].filter(([, text]) => typeof text !== 'string' || text.trim() === '')).toEqual([]);
  });

  it('has the same placeholders', () => {
    const english = new Map([...en].map(([key, text]) => [singular(key), text]));
    const different = [...zh].filter(([key, text]) => JSON.stringify(placeholders(text)) !== JSON.stringify(placeholders(en.get(key) ?? english.get(singular(key)))));
    expect(different).toEqual([]);
  });

  it('has no half-width punctuation between Chinese characters', () => {
    expect([...zh].filter(([, text]) => /\p{Script=Han}[,;:!?]\p{Script=Han}/u.test(String(text)))).toEqual([]);
  });
});

describe('the pseudo language', () => {
  beforeAll(async () => {
    await startI18n();
    await chooseLanguage('en-XA');
  });

  it('marks every text, and leaves placeholders alone', () => {
    expect(i18next.t('settings:title')).toBe('[!!Šéttïñgs!!]');
    expect(i18next.t('runs:planAt', { plan: 'demo', revision: 'ace' })).toBe('[!!demo @ ace!!]');
  });

  it('is the language of the document', () => expect(document.documentElement.lang).toBe('en-XA'));
});
