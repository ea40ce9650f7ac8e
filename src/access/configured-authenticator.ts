// Who recognizes callers, as the configuration wants it: by the master key, keys of the database, tokens of an identity provider.
import { createAuthenticator, type Authenticator } from './authenticator.ts';
import { createKeyDirectory, type DirectoryOptions } from './key-directory.ts';
import { jwtSettings } from './jwt/settings.ts';
import { oauth2Recognizer, oauth2Settings } from './oauth2.ts';
import { tokenRecognizer } from './jwt/recognizer.ts';
import type { Changes } from './changes.ts';
import type { Config } from '../config/config.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Store } from '../store/store.ts';

/** What of the configuration a caller's limits and duties come from. */
export const accessOptions = ({ generalSettings, litellmSettings }: Config): DirectoryOptions => ({
  throttledShare: litellmSettings.budgetExceededThrottlePercentage || null,
  userBudgetsForTeamKeys: generalSettings.applyUserBudgetToTeamKeys, refreshMs: generalSettings.userApiKeyCacheTtlMs, capacity: generalSettings.userApiKeyCacheMaxSize, serviceAccountParams: generalSettings.serviceAccountSettings?.enforcedParams ?? [],
});

/** Makes it. Without a `store` there are no keys beside the master key. */
export function configuredAuthenticator(config: Config, masterKey: string | null, store: Store | null, changes: Changes): Authenticator {
  const { litellmKeyHeaderName: keyHeaderName, enableJwtAuth, litellmJwtauth, rolePermissions } = config.generalSettings;
  const settings = jwtSettings({ enabled: enableJwtAuth === true, given: (litellmJwtauth ?? {}) as JsonObject, rolePermissions: (rolePermissions ?? []) as JsonObject[], environment: config.environmentValue });
  const oauth2 = oauth2Settings(config);
  return createAuthenticator(masterKey, {
    keyHeaderName, keys: store ? createKeyDirectory(store, changes, accessOptions(config)) : null,
    recognizers: [
      ...(settings ? [tokenRecognizer({ settings, store, changes, scopes: accessOptions(config) })] : []),
      ...(oauth2 ? [oauth2Recognizer({ settings: oauth2, store, changes, scopes: accessOptions(config) }, settings !== null)] : []),
    ],
  });
}
