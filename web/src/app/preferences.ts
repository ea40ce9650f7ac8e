// What the reader prefers, kept in this browser. `public/first-paint.js` reads the same names before the first paint.
import { type Language, languages } from '../i18n/languages.ts';
import type { Strings } from '../i18n/en.ts';
import { Observable, useObservable } from '../lib/observable.ts';

/** `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark';

/** All preferences. */
export interface Preferences {
  theme: Theme;
  language: Language;
  /** The model of the last question; empty before the first one. */
  model: string;
}

/** Reads and keeps a value; a browser that forbids storage forgets at the end of the visit. */
export const storage = {
  read(name: string): string | null {
    try {
      return localStorage.getItem(`weir.${name}`);
    } catch {
      return null;
    }
  },
  write(name: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(`weir.${name}`);
      else localStorage.setItem(`weir.${name}`, value);
    } catch {
      // Forbidden or full: the value lives on in memory.
    }
  },
};

function readPreferences(): Preferences {
  const theme = storage.read('theme');
  const language = storage.read('language');
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    language: language === 'zh' || language === 'en' ? language : /^zh/i.test(navigator.language) ? 'zh' : 'en',
    model: storage.read('model') ?? '',
  };
}

/** The preferences in force. */
export const preferences = new Observable<Preferences>(readPreferences());

/** Changes and keeps preferences, and applies them to the document. */
export function setPreferences(changes: Partial<Preferences>): void {
  preferences.update((present) => ({ ...present, ...changes }));
  for (const [name, value] of Object.entries(changes)) storage.write(name, value);
  applyPreferences();
}

/** Puts theme and language on the document. */
export function applyPreferences(): void {
  const { theme, language } = preferences.get();
  document.documentElement.dataset.theme = theme;
  document.documentElement.lang = languages[language].tag;
}

/** All sentences in the reader's language. */
export function useStrings(): Strings {
  return languages[useObservable(preferences, (value) => value.language)].strings;
}

/** The reader's language as `Intl` wants it. */
export function useLanguageTag(): string {
  return languages[useObservable(preferences, (value) => value.language)].tag;
}

/** All sentences, outside of components. */
export function currentStrings(): Strings {
  return languages[preferences.get().language].strings;
}
