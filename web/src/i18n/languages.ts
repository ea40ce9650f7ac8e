// The languages that the page speaks.
import { en, type Strings } from './en.ts';
import { zh } from './zh.ts';

/** A language's code, as kept in the preferences. */
export type Language = 'en' | 'zh';

/** All languages, in the order of the switch. `tag` is what `lang` and `Intl` take; `name` is in the language itself. */
export const languages: Record<Language, { tag: string; name: string; strings: Strings }> = {
  en: { tag: 'en', name: 'English', strings: en },
  zh: { tag: 'zh-CN', name: '中文', strings: zh },
};
