import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { firstLanguage, known, LANGUAGES, PSEUDO, STORED, textsOf } from './languages';

export { LANGUAGES, type Language } from './languages';

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

/** Has the texts of a language there before it is chosen. */
async function load(language: string): Promise<void> {
  if (i18next.hasResourceBundle(language, 'shell')) return;
  for (const [room, own] of Object.entries(await textsOf(language))) i18next.addResourceBundle(language, room, language === PSEUDO ? accented(own) : own);
}

export async function startI18n(): Promise<void> {
  const language = firstLanguage();
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: language,
    fallbackLng: false,
    supportedLngs: [...LANGUAGES, PSEUDO],
    defaultNS: 'shell',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(language);
  setDocumentLanguage();
  i18next.on('languageChanged', setDocumentLanguage);
}

function setDocumentLanguage(): void {
  document.documentElement.lang = i18next.language === 'zh' ? 'zh-CN' : i18next.language;
}

export async function chooseLanguage(language: string): Promise<void> {
  localStorage.setItem(STORED, language);
  await load(known(language));
  await i18next.changeLanguage(known(language));
}
