// Which tool servers, vector stores, agents and skills somebody may use (`object_permission`). They are kept and given back, so that nothing is lost on
// the way from or to LiteLLM. Weir has none of these things: whoever names one reaches nothing.
import { boolean, map, texts } from './body/field.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import { randomUUID } from 'node:crypto';
import { readFields } from './body/read-fields.ts';
import type { Database } from './database.ts';

const members = {
  mcp_servers: texts, mcp_access_groups: texts, mcp_tool_permissions: map, mcp_toolsets: texts, blocked_tools: texts, vector_stores: texts, agents: texts, agent_access_groups: texts, models: texts,
  search_tools: texts, mcp_tool_search_enabled: boolean, skills: texts,
} as const;

/**
 * Writes what a request says, as part of a change: members that it does not name stay. Gives the id to refer to; undefined when the request says nothing, null when it takes
 * the permission away.
 */
export async function putObjectPermission(db: Database, asked: JsonObject | null | undefined, before: string | null): Promise<Result<string | null | undefined>> {
  if (asked === undefined) return ok(undefined);
  if (asked === null) {
    if (before !== null) await db.deleteFrom('object_permissions').where('object_permission_id', '=', before).execute();
    return ok(null);
  }
  const read = readFields(members, asked);
  const [wrong] = read.ok ? [] : read.errors;
  if (!read.ok) return fail(fault('managed_invalid', `object_permission.${wrong?.loc.slice(1).join('.')}: ${wrong?.msg}`));
  const given = Object.fromEntries(Object.entries(read.values as Record<string, Json>).filter(([name]) => read.given.has(name)));
  const present = before === null ? undefined : await db.selectFrom('object_permissions').selectAll().where('object_permission_id', '=', before).executeTakeFirst();
  const fields = JSON.stringify({ ...(present ? JSON.parse(present.fields) as JsonObject : {}), ...given });
  if (present) {
    await db.updateTable('object_permissions').set({ fields }).where('object_permission_id', '=', present.object_permission_id).execute();
    return ok(present.object_permission_id);
  }
  const id = randomUUID();
  await db.insertInto('object_permissions').values({ object_permission_id: id, fields }).execute();
  return ok(id);
}

const empty: JsonObject = {
  mcp_servers: [], mcp_access_groups: [], mcp_tool_permissions: null, vector_stores: [], agents: [], agent_access_groups: [], models: [], mcp_toolsets: null, blocked_tools: [], search_tools: [],
  mcp_tool_search_enabled: null, skills: null,
};

/** Permissions by their ids, as LiteLLM's rows are shown. */
export async function findObjectPermissions(db: Database, ids: readonly (string | null)[]): Promise<Map<string, JsonObject>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await db.selectFrom('object_permissions').selectAll().where('object_permission_id', 'in', wanted).execute();
  return new Map(rows.map(({ object_permission_id: id, fields }) => {
    const kept = JSON.parse(fields) as Json;
    return [id, { object_permission_id: id, ...empty, ...(isJsonObject(kept) ? kept : {}) }];
  }));
}

/** One of them; null where there is none. */
export const objectPermissionOf = async (db: Database, id: string | null): Promise<JsonObject | null> => (id === null ? null : (await findObjectPermissions(db, [id])).get(id) ?? null);
