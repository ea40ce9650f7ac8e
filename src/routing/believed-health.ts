// Whether checks let a deployment take requests.
import type { Config } from '../config/config.ts';
import type { Deployment } from './deployment.ts';
import type { HealthLog } from './health-log.ts';

/** Asks the last check; without `enable_health_check_routing` all are healthy. A result is believed for two rounds of checks, or as long as the configuration says. */
export function believedHealth(config: Config, health: HealthLog): (deployment: Deployment) => boolean {
  if (!config.routerSettings.enableHealthCheckRouting) return () => true;
  const { healthCheckIntervalMs, healthCheckStalenessThresholdMs, healthCheckIgnoreTransientErrors, backgroundHealthCheckModelGroups: groups } = config.generalSettings;
  const believedMs = healthCheckStalenessThresholdMs ?? healthCheckIntervalMs * 2;
  return ({ id, group }) => {
    if (groups && !groups.includes(group)) return true;
    const known = health.latestOf(id);
    return !known || known.healthy || (healthCheckIgnoreTransientErrors && known.transient) || Date.now() - known.checkedMs > believedMs;
  };
}
