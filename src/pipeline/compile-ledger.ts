// What the configuration says of the ledger, decided when it is loaded.
import type { Config } from '../config/config.ts';
import type { Ledger } from '../accounting/ledger/ledger.ts';
import type { LedgerParts } from './ledger-entry.ts';

/** Which notes of a request are kept: those that `include` names, or all that `exclude` does not. */
function keepsNote(fields: Config['generalSettings']['spendLogsMetadataFields']): ((name: string) => boolean) | null {
  const { include, exclude } = fields ?? {};
  if (include === undefined && exclude === undefined) return null;
  return (name) => (include === undefined ? exclude?.includes(name) !== true : include.includes(name));
}

/** The ledger with its settings. */
export function compileLedger({ generalSettings, litellmSettings }: Config, ledger: Ledger): LedgerParts {
  return {
    ledger,
    rowsOff: generalSettings.disableSpendLogs,
    failedRowsOff: generalSettings.disableErrorLogs ?? false,
    keepsContent: generalSettings.storePromptsInSpendLogs,
    redacted: litellmSettings.turnOffMessageLogging,
    namesOff: litellmSettings.redactUserApiKeyInfo ?? false,
    endUsersOff: litellmSettings.disableEndUserCostTracking ?? false,
    mayAskForNone: !litellmSettings.globalDisableNoLogParam,
    tagHeaders: litellmSettings.extraSpendTagHeaders?.length ? litellmSettings.extraSpendTagHeaders : null,
    keepsNote: keepsNote(generalSettings.spendLogsMetadataFields),
  };
}
