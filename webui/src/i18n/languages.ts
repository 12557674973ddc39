export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A language that finds texts that are not translated, and those that are cut. */
export const PSEUDO = 'en-XA';
/** Where the chosen language is stored. */
export const STORED = 'lh-lang';

/** Each language is a chunk of its own, since most people see one of them. */
const texts: Record<Language, () => Promise<{ default: Record<string, object> }>> = {
  en: () => import('./en'),
  zh: () => import('./zh'),
};

/** The texts of a language by room. */
export async function textsOf(language: string): Promise<Record<string, object>> {
  return (await texts[language === 'zh' ? 'zh' : 'en']()).default;
}

export function known(language: string): string {
  return language === PSEUDO || LANGUAGES.some((l) => l === language) ? language : 'en';
}

/** The language that was chosen here, or else the browser's. */
export function firstLanguage(): string {
  const stored = localStorage.getItem(STORED);
  if (stored) return known(stored);
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
