// The sentences of one part of the page in all languages, beside the part that says them, so that they are loaded with it.
import { useObservable } from '../lib/observable.ts';
import { preferences } from '../app/preferences.ts';

/** A text, or a function where names and numbers go in, by name. */
export interface StringTree {
  readonly [name: string]: string | readonly string[] | ((...values: never[]) => string) | StringTree;
}

/** The same sentences in all languages. */
export interface PartStrings<Tree> {
  readonly en: Tree;
  readonly zh: Tree;
  /** In the reader's language, inside of components. */
  use(): Tree;
  /** In the reader's language, elsewhere. */
  now(): Tree;
}

/** Chinese has the shape of English: a missing sentence does not compile, and test/i18n finds empty ones. */
export function defineStrings<Tree extends StringTree>(en: Tree, zh: NoInfer<Tree>): PartStrings<Tree> {
  const all = { en, zh };
  return { ...all, use: () => all[useObservable(preferences, ({ language }) => language)], now: () => all[preferences.get().language] };
}
