// Reads the tables of a LiteLLM database, whatever version made them: rows as JSON, so that a missing column is a missing member.
import { SQL } from 'bun';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

/** A LiteLLM database, read only. */
export interface LiteLlmSource {
  /** The rows of a table; empty where there is no such table. */
  rows(table: string): Promise<JsonObject[]>;
  /** All of LiteLLM's tables with the number of their rows. */
  tables(): Promise<Map<string, number>>;
  close(): Promise<void>;
}

const tableName = /^LiteLLM_\w+$/;

/** Opens a LiteLLM database. Whether it is there shows with the first query, which rejects. */
export function openLiteLlm(url: string): LiteLlmSource {
  const sql = new SQL({ url, max: 1, connectionTimeout: 10 });
  const names = async (): Promise<string[]> => {
    const found = await sql<{ table_name: string }[]>`select table_name from information_schema.tables where table_schema = current_schema() and table_name like 'LiteLLM\\_%'`;
    return found.map((row) => row.table_name).filter((name) => tableName.test(name)).toSorted();
  };
  let known: Promise<string[]> | null = null;
  return {
    async rows(table) {
      known ??= names();
      if (!(await known).includes(table)) return [];
      // The name is one of the database's own and of letters only.
      const found = await sql.unsafe<{ row: string }[]>(`select row_to_json(t)::text as row from "${table}" t`);
      return found.map(({ row }) => JSON.parse(row) as Json).filter(isJsonObject);
    },
    async tables() {
      known ??= names();
      const counts = new Map<string, number>();
      for (const name of await known) {
        const [counted] = await sql.unsafe<{ count: string }[]>(`select count(*)::text as count from "${name}"`);
        counts.set(name, Number(counted?.count ?? 0));
      }
      return counts;
    },
    close: () => sql.close(),
  };
}
