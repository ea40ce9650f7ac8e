// Where OAuth 2 tokens are asked about (`general_settings.enable_oauth2_auth`), by LiteLLM's variables of the environment.
import { maxTokenAsks } from '../../lib/bounds.ts';

/** The settings. */
export interface Oauth2Settings {
  /** `OAUTH_TOKEN_INFO_ENDPOINT`. */
  url: string;
  /** `OAUTH_CLIENT_ID` and `OAUTH_CLIENT_SECRET`: with both, and an address that says so, tokens are introspected (RFC 7662); else the address is asked as the bearer. */
  client: { id: string; secret: string } | null;
  userIdField: string;
  roleField: string;
  teamIdField: string;
  /** Questions under way at a time. */
  mostAtOnce: number;
}

/** The settings, or null when such tokens are not taken. */
export function oauth2Settings(enabled: boolean, environment: (name: string) => string | undefined): Oauth2Settings | null {
  const url = environment('OAUTH_TOKEN_INFO_ENDPOINT');
  if (!enabled || url === undefined || !URL.canParse(url)) return null;
  const [id, secret] = [environment('OAUTH_CLIENT_ID'), environment('OAUTH_CLIENT_SECRET')];
  return {
    url, client: url.toLowerCase().includes('introspect') && id !== undefined && secret !== undefined ? { id, secret } : null,
    userIdField: environment('OAUTH_USER_ID_FIELD_NAME') ?? 'sub', roleField: environment('OAUTH_USER_ROLE_FIELD_NAME') ?? 'role', teamIdField: environment('OAUTH_USER_TEAM_ID_FIELD_NAME') ?? 'team_id',
    mostAtOnce: maxTokenAsks,
  };
}
