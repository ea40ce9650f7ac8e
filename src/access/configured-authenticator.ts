// Who recognizes callers, as the configuration wants it: by the master key, keys of the database, tokens of an identity provider.
import { createAuthenticator, type Authenticator } from './authenticator.ts';
import { createKeyDirectory, type DirectoryOptions } from './key-directory.ts';
import { jwtSettings } from './jwt/settings.ts';
import { oauth2Recognizer } from './oauth2/recognizer.ts';
import { oauth2Settings } from './oauth2/settings.ts';
import { tokenRecognizer } from './jwt/recognizer.ts';
import type { Changes } from './changes.ts';
import type { Config } from '../config/config.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Store } from '../store/store.ts';

/** What of the configuration a caller's limits and duties come from. */
export const accessOptions = ({ generalSettings }: Config): DirectoryOptions => ({
  userBudgetsForTeamKeys: generalSettings.applyUserBudgetToTeamKeys, refreshMs: generalSettings.userApiKeyCacheTtlMs, capacity: generalSettings.userApiKeyCacheMaxSize, serviceAccountParams: generalSettings.serviceAccountSettings?.enforcedParams ?? [],
});

/** Makes it. Without a `store` there are no keys beside the master key. */
export function configuredAuthenticator(config: Config, masterKey: string | null, store: Store | null, changes: Changes): Authenticator {
  const { litellmKeyHeaderName: keyHeaderName, enableJwtAuth, litellmJwtauth, rolePermissions } = config.generalSettings;
  const settings = jwtSettings({ enabled: enableJwtAuth === true, given: (litellmJwtauth ?? {}) as JsonObject, rolePermissions: (rolePermissions ?? []) as JsonObject[], environment: config.environmentValue });
  const oauth2 = oauth2Settings(config.generalSettings.enableOauth2Auth === true, config.environmentValue);
  const scopes = accessOptions(config);
  return createAuthenticator(masterKey, {
    keyHeaderName, keys: store ? createKeyDirectory(store, changes, scopes) : null,
    // JSON web tokens first: what looks like one is not asked about.
    recognizers: [...(settings ? [tokenRecognizer({ settings, store, changes, scopes })] : []), ...(oauth2 ? [oauth2Recognizer({ settings: oauth2, store, changes, scopes })] : [])],
  });
}
