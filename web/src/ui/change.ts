// Changes that show at once: the list is changed before the gateway has answered, taken back when it refuses, and undone when the reader wishes.
import { notify } from '../app/announce.ts';
import { queries, wordsOf } from '../api/gateway.ts';
import { shared } from '../i18n/shared-strings.ts';

interface Change {
  /** Lists and objects that it touches, by the first members of their keys. */
  keys: readonly (readonly unknown[])[];
  run: () => Promise<unknown>;
  /** What was done, for the notice. */
  done: string;
  /** Takes it back. */
  undo?: () => Promise<unknown>;
  /** Changes what is shown now. `update` gets each loaded answer under the keys. */
  optimistic?: (answer: unknown) => unknown;
}

/** Carries a change out. Gives false when the gateway refused it. */
export async function change({ keys, run, done, undo, optimistic }: Change): Promise<boolean> {
  const strings = shared.now();
  const before = keys.flatMap((queryKey) => queries.getQueriesData({ queryKey }));
  if (optimistic) {
    for (const [key, answer] of before) if (answer !== undefined) queries.setQueryData(key, optimistic(answer));
  }
  const refresh = (): Promise<unknown> => Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  try {
    await run();
  } catch (error) {
    for (const [key, answer] of before) queries.setQueryData(key, answer);
    notify(strings.states.changeFailed(wordsOf(error)));
    return false;
  }
  const takeBack = undo && { label: strings.actions.undo, run: () => void change({ keys, run: undo, done: strings.actions.undo }) };
  notify(done, takeBack ?? null);
  await refresh();
  return true;
}

/** Changes the items of every loaded page of a list. */
export function inPages<Item>(edit: (items: Item[]) => Item[]): (answer: unknown) => unknown {
  return (answer) => {
    if (typeof answer !== 'object' || answer === null || !('pages' in answer) || !Array.isArray(answer.pages)) return answer;
    return { ...answer, pages: answer.pages.map((page: { items: Item[] }) => ({ ...page, items: edit(page.items) })) };
  };
}
