// Finds the address of the database: LiteLLM's settings and variables, and Weir's own folder for SQLite.
import { join } from 'node:path';
import type { Config } from './config.ts';

/** Where state is kept; `none`: nowhere, keys come from the file. */
export type DatabaseAddress =
  | { readonly kind: 'url'; readonly url: string; readonly source: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly message: string };

const known = /^(sqlite:|postgres(ql)?:\/\/)/;
const parts = ['DATABASE_HOST', 'DATABASE_USERNAME', 'DATABASE_NAME'] as const;

/**
 * `general_settings.database_url`, else `DATABASE_URL`, else LiteLLM's `DATABASE_HOST`, `_USERNAME`, `_PASSWORD`, `_NAME` and `_SCHEMA`, else a SQLite
 * file in the data folder. `database_url: null` counts as not given, as in LiteLLM. An address of an unknown kind is refused: state that silently goes
 * nowhere is worse than no start.
 */
export function databaseAddress(config: Pick<Config, 'generalSettings' | 'environmentValue'>, dataFolder: string | undefined): DatabaseAddress {
  const { databaseUrl } = config.generalSettings;
  if (databaseUrl.kind === 'unset') {
    return { kind: 'refused', message: `general_settings.database_url refers to the environment variable ${databaseUrl.variable}, which is not set. Set it, or set database_url: null.` };
  }
  if (databaseUrl.kind === 'value') return checked(databaseUrl.value, 'general_settings.database_url');
  const variable = config.environmentValue('DATABASE_URL');
  if (variable) return checked(variable, 'the environment variable DATABASE_URL');
  const assembled = urlOfParts(config.environmentValue);
  if (assembled) return { kind: 'url', url: assembled, source: 'the environment variables DATABASE_HOST …' };
  if (dataFolder !== undefined) return { kind: 'url', url: `sqlite:${join(dataFolder, 'weir.db')}`, source: '--data' };
  return { kind: 'none' };
}

function checked(url: string, source: string): DatabaseAddress {
  if (known.test(url)) return { kind: 'url', url, source };
  return { kind: 'refused', message: `${source} is of no database that Weir knows: it begins with postgresql:// or sqlite:` };
}

function urlOfParts(value: (name: string) => string | undefined): string | null {
  const [host, user, name] = parts.map(value);
  if (!host || !user || !name) return null;
  const password = value('DATABASE_PASSWORD');
  return `postgresql://${encodeURIComponent(user)}${password ? `:${encodeURIComponent(password)}` : ''}@${host}/${encodeURIComponent(name)}`;
}
