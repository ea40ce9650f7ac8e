// What the configuration says of the ledger, decided when it is loaded.
import type { Config } from '../config/config.ts';
import type { Ledger } from '../accounting/ledger/ledger.ts';
import type { LedgerParts } from './ledger-entry.ts';

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
  };
}
