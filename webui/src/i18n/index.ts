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

/** All texts of an object, accented; names and numbers that are put into them stay as they are. */
function accented(texts: object): object {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, typeof text === 'string' ? accent(text) : accented(text as object)]));
}

/** A language that finds texts that are not translated, and those that are cut. */
const PSEUDO = 'en-XA';

function addPseudo(): void {
  if (i18next.hasResourceBundle(PSEUDO, 'shell')) return;
  for (const [room, texts] of Object.entries(resources().en ?? {})) i18next.addResourceBundle(PSEUDO, room, accented(texts));
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: resources(),
    lng: firstLanguage(),
    fallbackLng: 'en',
    supportedLngs: [...LANGUAGES, PSEUDO],
    defaultNS: 'shell',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  if (i18next.language === PSEUDO) addPseudo();
  setDocumentLanguage();
  i18next.on('languageChanged', setDocumentLanguage);
}

function setDocumentLanguage(): void {
  document.documentElement.lang = i18next.language === 'zh' ? 'zh-CN' : i18next.language;
}

export async function chooseLanguage(language: string): Promise<void> {
  localStorage.setItem(STORED, language);
  if (language === PSEUDO) addPseudo();
  await i18next.changeLanguage(language);
}
