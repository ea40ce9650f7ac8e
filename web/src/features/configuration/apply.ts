// Takes a changed configuration over, and offers to take that back.
import { configurationStrings } from './configuration-strings.ts';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { notify } from '../../app/announce.ts';
import { shared } from '../../i18n/shared-strings.ts';
import type { Configuration } from '../../../../client/index.ts';

// The gateway reads its file anew within a second.
const inForceMs = 1_200;

/** Writes `text` in place of the configuration that was looked at. Throws `GatewayError`; one with status 409 means that somebody was quicker. */
export async function applyConfiguration(before: Pick<Configuration, 'text' | 'etag'>, text: string, done: string): Promise<void> {
  await gateway.configuration.change(text, before.etag);
  notify(done, { label: shared.now().actions.undo, run: () => void takeBack(before.text, text) });
  refresh();
}

async function takeBack(before: string, applied: string): Promise<void> {
  const strings = configurationStrings.now();
  try {
    const present = await gateway.configuration.show();
    if (present.text !== applied && present.text.trim() !== applied.trim()) return notify(strings.changedSince);
    await gateway.configuration.change(before, present.etag);
    notify(strings.takenBack);
    refresh();
  } catch (error) {
    notify(shared.now().states.changeFailed(wordsOf(error)));
  }
}

function refresh(): void {
  void queries.invalidateQueries({ queryKey: ['configuration'] });
  setTimeout(() => void queries.invalidateQueries(), inForceMs);
}
