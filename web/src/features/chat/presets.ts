// The system prompts that are kept under a name.
import { chatApi } from '../../api/chat-api.ts';
import { currentStrings } from '../../app/preferences.ts';
import { newId } from '../../lib/new-id.ts';
import { notify } from '../../app/announce.ts';
import { Observable } from '../../lib/observable.ts';
import type { Preset } from '../../../shared/api.ts';

/** All that are known in this page. */
export const presets = new Observable<readonly Preset[]>([]);

/** Loads them. */
export async function loadPresets(): Promise<void> {
  const loaded = await chatApi.presets().catch(() => null);
  if (loaded) presets.update(() => loaded);
}

/** Keeps a text under a name; the one with this name is replaced. */
export async function savePreset(name: string, text: string): Promise<void> {
  const present = presets.get().find((preset) => preset.name === name);
  await carryOut(chatApi.savePreset({ id: present?.id ?? newId(), name, text }));
}

/** Forgets one. */
export async function deletePreset({ id }: Preset): Promise<void> {
  await carryOut(chatApi.deletePreset(id));
}

async function carryOut(change: Promise<unknown>): Promise<void> {
  await change.catch(() => notify(currentStrings().conversations.changeFailed));
  await loadPresets();
}
