// `POST` and `GET /team/{team_id}/callback`, `DELETE /team/{team_id}/callback/{callback_name}`, `POST /team/{team_id}/disable_logging`: where a team's requests are reported to.
import { answer, withBody, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { callbackFields } from './fields.ts';
import { changeTeam } from './change.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { teamFor } from './find.ts';

const entriesOf = (metadata: Json | undefined): JsonObject[] => (isJsonObject(metadata) && Array.isArray(metadata['logging']) ? metadata['logging'].filter(isJsonObject) : []);

// What a callback is called with may be a secret, whatever its name.
const hidden = (entry: JsonObject): JsonObject => Object.fromEntries(Object.keys(isJsonObject(entry['callback_vars']) ? entry['callback_vars'] : {}).map((name) => [name, '***REDACTED***']));

/** `POST /team/{team_id}/callback`. */
export const addCallback = withBody(callbackFields, async (call, { callback_name: name, callback_type: type, callback_vars: vars }) => {
  const changed = await changeTeam(call, 'team.change', call.params['team_id'] ?? '', (team) => ({
    metadata: { ...team.metadata, logging: [...entriesOf(team.metadata).filter((entry) => entry['callback_name'] !== name), { callback_name: name, callback_type: type ?? 'success_and_failure', callback_vars: vars }] },
  }));
  if (!changed.ok) return changed;
  const metadata = isJsonObject(changed.value['metadata']) ? changed.value['metadata'] : {};
  return answer({ status: 'success', data: { ...changed.value, metadata: { ...metadata, logging: entriesOf(metadata).map((entry) => ({ ...entry, callback_vars: hidden(entry) })) }, callback_name: name } });
});

function namesOf(teamId: string, entries: readonly JsonObject[]): JsonObject {
  const named = (...types: string[]): Json[] => entries.filter((entry) => types.includes(String(entry['callback_type']))).map((entry) => entry['callback_name'] ?? null);
  return { team_id: teamId, success_callbacks: named('success', 'success_and_failure'), failure_callbacks: named('failure', 'success_and_failure') };
}

/** `GET /team/{team_id}/callback`. Secrets are told to nobody. */
export async function listCallbacks(call: AdminCall): Promise<AdminAnswer> {
  const found = await teamFor(call, 'team.read', call.params['team_id'] ?? '');
  if (!found.ok) return found;
  const entries = entriesOf(found.value.team.metadata);
  return answer({ status: 'success', data: { ...namesOf(found.value.team.team_id, entries), callback_vars: Object.assign({}, ...entries.map(hidden)) } });
}

/** `DELETE /team/{team_id}/callback/{callback_name}`, and `POST /team/{team_id}/disable_logging`, which removes all. */
export async function removeCallbacks(call: AdminCall): Promise<AdminAnswer> {
  const { team_id: id = '', callback_name: name } = call.params;
  const changed = await changeTeam(call, 'team.change', id, (team) => ({ metadata: { ...team.metadata, logging: name === undefined ? [] : entriesOf(team.metadata).filter((entry) => entry['callback_name'] !== name) } }));
  return changed.ok ? answer({ status: 'success', message: name === undefined ? `Logging disabled for team ${id}` : `Callback ${name} removed`, data: namesOf(id, entriesOf(changed.value['metadata'])) }) : changed;
}
