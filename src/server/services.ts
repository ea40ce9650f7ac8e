// What handlers work with: the compiled configuration and what runs as long as the process.
import type { AddressPolicy } from '../access/addresses.ts';
import type { AdminServices } from '../admin/services.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { RouteRules } from '../access/route-rules.ts';
import type { Authenticator } from '../access/authenticator.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Store } from '../store/store.ts';
import type { PipelineParts } from '../pipeline/pipeline.ts';
import type { Accounts } from '../access/accounts.ts';
import type { SsoRules } from '../access/dashboard-access.ts';
import type { Sessions } from '../access/sessions.ts';
import type { SignIn, SignInParts } from '../access/sign-in.ts';
import type { UploadStore } from '../http/stored/upload-store.ts';
import type { SingleSignOn } from '../access/sso/single-sign-on.ts';

/** The parts of a running gateway. */
export interface Services {
  config: Config;
  pipeline: PipelineParts;
  authenticator: Authenticator;
  addresses: AddressPolicy;
  /** Routes that the configuration closes, and those that it opens to callers without a key (`public_routes`); null: none. */
  routes: { allowed: RouteRules | null; adminOnly: RouteRules | null; open: RouteRules | null };
  logger: Logger;
  /** Null without a database. */
  store: Store | null;
  /** What the management API works with; null without a database. */
  admin: AdminServices | null;
  metrics: Metrics;
  alerts: Alerts;
  maxRequestBytes: number;
  /** Where large uploads lie until they are answered. */
  uploads: UploadStore;
  metricsNeedKey: boolean;
  /** Who is signed in to the dashboard. */
  sessions: Sessions;
  signIn: SignIn;
  signInParts: SignInParts;
  singleSignOn: SingleSignOn;
  /** Accounts of people; null without a database. */
  accounts: Accounts | null;
  ssoRules: SsoRules;
  /** `PROXY_BASE_URL`, without a slash at its end: where browsers find this gateway. */
  publicUrl: string | null;
  /** Model calls under way. */
  inFlight: () => number;
}
