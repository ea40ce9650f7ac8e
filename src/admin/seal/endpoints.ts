// `POST /credentials/migrate-encryption` and its check: seals everything anew after the salt key was changed (`LITELLM_SALT_KEY_PREVIOUS`).
import { answer, endpointsOf, refuse, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { commit, type Note } from '../commit.ts';
import { credentialContext, modelContext, openValues, sealValues } from '../models/stored.ts';
import { isTrue } from '../paging.ts';
import { usual } from '../forms.ts';
import { waitingKeys } from '../keys/rotation.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Sealer } from './sealer.ts';

/** What is sealed by which key. */
interface State {
  /** Sealed by the key of now. */
  current: number;
  /** Sealed by an earlier key that is known. */
  earlier: number;
  /** Sealed by a key that is not known: it cannot be used. */
  closed: number;
}

async function walk(db: Database, sealer: Sealer, write: boolean, note: (note: Note) => void): Promise<State> {
  const state: State = { current: 0, earlier: 0, closed: 0 };
  // A text of the sealer names its key right behind the mark.
  const isCurrent = (text: string): boolean => text.split('weir1:').slice(1).every((sealed) => sealed.startsWith(`${sealer.keyId}:`));
  const visit = async (text: string, context: string, save: (sealed: string) => Promise<void>): Promise<void> => {
    const values = openValues(JSON.parse(text) as JsonObject, context, sealer);
    if (!values) state.closed++;
    else if (isCurrent(text)) state.current++;
    else {
      state.earlier++;
      if (write) await save(JSON.stringify(sealValues(values, context, sealer)));
    }
  };
  for (const row of await db.selectFrom('stored_models').select(['model_id', 'litellm_params']).execute()) {
    await visit(row.litellm_params, modelContext(row.model_id), async (sealed) => {
      await db.updateTable('stored_models').set({ litellm_params: sealed }).where('model_id', '=', row.model_id).execute();
      note({ kind: 'model', id: row.model_id, action: 'updated', after: { sealed_anew: true } });
    });
  }
  for (const row of await db.selectFrom('credentials').select(['credential_name', 'credential_values']).execute()) {
    await visit(row.credential_values, credentialContext(row.credential_name), async (sealed) => {
      await db.updateTable('credentials').set({ credential_values: sealed }).where('credential_name', '=', row.credential_name).execute();
      note({ kind: 'credential', id: row.credential_name, action: 'updated', after: { sealed_anew: true } });
    });
  }
  for (const { place, sealed, kept } of await waitingKeys(db)) {
    const plain = sealer.open(sealed, place);
    if (plain === null) state.closed++;
    else if (isCurrent(sealed)) state.current++;
    else {
      state.earlier++;
      if (!write) continue;
      await db.updateTable('config_overrides').set({ param_value: kept(sealer.seal(plain, place)) }).where('param_name', '=', place).execute();
      note({ kind: 'key', id: place.slice(place.indexOf(':') + 1), action: 'updated', after: { sealed_anew: true } });
    }
  }
  return state;
}

const withoutKey = (): AdminAnswer => refuse('managed_invalid', 'There is neither LITELLM_SALT_KEY nor a master key.', { status: 500 });

async function check({ services }: AdminCall): Promise<AdminAnswer> {
  if (!services.sealer) return withoutKey();
  const state = await walk(services.store.db, services.sealer, false, () => undefined);
  return answer({ key_id: services.sealer.keyId, sealed_by_this_key: state.current, sealed_by_an_earlier_key: state.earlier, not_to_be_opened: state.closed });
}

async function reseal(call: AdminCall): Promise<AdminAnswer> {
  const { sealer } = call.services;
  if (!sealer) return withoutKey();
  if (isTrue(call.query, 'dry_run')) return check(call);
  const state = await commit(call, (db, note) => walk(db, sealer, true, note));
  return answer({ key_id: sealer.keyId, sealed_anew: state.earlier, sealed_by_this_key: state.current + state.earlier, not_to_be_opened: state.closed });
}

export const sealEndpoints: Endpoints = endpointsOf(usual, { 'POST /credentials/migrate-encryption': reseal, 'GET /credentials/migrate-encryption/check': check });
