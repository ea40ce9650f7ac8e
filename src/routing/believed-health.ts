// Whether checks let a deployment take requests.
import type { Config } from '../config/config.ts';
import type { Deployment } from './deployment.ts';
import type { HealthLog } from './health-log.ts';

/** Whether routing may use a deployment; without `enable_health_check_routing` it may use all. */
export const believedHealth = (config: Config, health: HealthLog): ((deployment: Deployment) => boolean) =>
  (config.routerSettings.enableHealthCheckRouting ? checkedHealth(config, health) : () => true);

/** Asks the last check, which is believed for two rounds of checks, or as long as the configuration says. Who was not checked is healthy. */
export function checkedHealth({ generalSettings }: Config, health: HealthLog): (deployment: Deployment) => boolean {
  const { healthCheckIntervalMs, healthCheckStalenessThresholdMs, healthCheckIgnoreTransientErrors, backgroundHealthCheckModelGroups: groups } = generalSettings;
  const believedMs = healthCheckStalenessThresholdMs ?? healthCheckIntervalMs * 2;
  return ({ id, group }) => {
    if (groups && !groups.includes(group)) return true;
    const known = health.latestOf(id);
    return !known || known.healthy || (healthCheckIgnoreTransientErrors && known.transient) || Date.now() - known.checkedMs > believedMs;
  };
}
