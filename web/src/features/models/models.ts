// The models that can be chosen.
import { chatApi } from '../../api/chat-api.ts';
import { preferences } from '../../app/preferences.ts';
import { Observable } from '../../lib/observable.ts';

/** The list and how it came. */
export interface ModelsState {
  ids: string[];
  state: 'loading' | 'ready' | 'failed';
}

/** All models that the gateway offers this key. Wildcards (`openrouter/*`) are patterns, not models: left out. */
export const models = new Observable<ModelsState>({ ids: [], state: 'loading' });

/** Loads the list anew; what was loaded before stays when that fails. */
export async function loadModels(): Promise<void> {
  models.update((present) => ({ ...present, state: present.ids.length > 0 ? 'ready' : 'loading' }));
  try {
    const found = await chatApi.models();
    const ids = [...new Set(found.map(({ id }) => id).filter((id) => !id.includes('*')))];
    models.update(() => ({ ids, state: 'ready' }));
  } catch {
    models.update((present) => ({ ...present, state: present.ids.length > 0 ? 'ready' : 'failed' }));
  }
}

/** The model for a new conversation: the last one used while it exists, else the first. */
export function defaultModel(ids: string[]): string {
  const { model } = preferences.get();
  return ids.includes(model) || ids.length === 0 ? model : (ids[0] ?? '');
}
