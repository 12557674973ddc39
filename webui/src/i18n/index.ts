import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED = 'lh-lang';

/** Texts of each room, by language: ./locales/<language>/<room>.ts. */
const files = import.meta.glob<{ default: object }>('./locales/*/*.ts', { eager: true });

export function resources(): Record<string, Record<string, object>> {
  const all: Record<string, Record<string, object>> = {};
  for (const [path, file] of Object.entries(files)) {
    const [, language, room] = /\.\/locales\/(\w+)\/([\w-]+)\.ts$/.exec(path) ?? [];
    if (language && room) (all[language] ??= {})[room] = file.default;
  }
  return all;
}

/** The language that was chosen here, or else the browser's. */
export function firstLanguage(): string {
  const stored = localStorage.getItem(STORED);
  if (stored) return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function accent(text: string): string {
  const placeholders = /(\{\{[^}]*\}\}|<[^>]*>|\$t\([^)]*\))/;
  const letters: Record<string, string> = { a: 'à', e: 'é', i: 'ï', o: 'ö', u: 'ü', A: 'Å', E: 'Ë', I: 'Ï', O: 'Ö', U: 'Ü', c: 'ç', n: 'ñ', S: 'Š', y: 'ý' };
  const body = text.split(placeholders).map((part, i) => (i % 2 ? part : [...part].map((c) => letters[c] ?? c).join(''))).join('');
  return `[!!${body}!!]`;
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).use({
    type: 'postProcessor',
    name: 'pseudo',
    // The language en-XA finds texts that are not translated, and those that are cut.
    process: (value: string, _key: unknown, _options: unknown, t: { language: string }) => (t.language === 'en-XA' ? accent(value) : value),
  }).init({
    resources: resources(),
    lng: firstLanguage(),
    fallbackLng: 'en',
    supportedLngs: [...LANGUAGES, 'en-XA'],
    defaultNS: 'shell',
    postProcess: ['pseudo'],
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  setDocumentLanguage();
  i18next.on('languageChanged', setDocumentLanguage);
}

function setDocumentLanguage(): void {
  document.documentElement.lang = i18next.language === 'zh' ? 'zh-CN' : i18next.language;
}

export async function chooseLanguage(language: string): Promise<void> {
  localStorage.setItem(STORED, language);
  await i18next.changeLanguage(language);
}
