// Deployments as the tables show them.
import type { Deployment } from '../../../../client/index.ts';
import type { DeploymentFigures } from '../../api/use-metrics.ts';
import type { Formats } from '../../lib/numbers.ts';
import type { Tone } from '../../ui/Badge.tsx';

/** A deployment with its figures, where there are any. */
export interface DeploymentRow extends Deployment {
  figures: DeploymentFigures | undefined;
}

/** Tones of a deployment's states. */
export const healthTones: Record<DeploymentFigures['state'], Tone> = { healthy: 'good', failing: 'warning', cooling: 'bad', unknown: 'quiet' };

/** Price of a million tokens from the price of one. */
export function perMillion(perToken: unknown, formats: Formats): string {
  return typeof perToken === 'number' ? formats.usd(perToken * 1e6) : '–';
}

/** The provider of a deployment. */
export function providerOf({ model_info: info, litellm_params: params }: Deployment): string {
  const told = info['litellm_provider'] ?? params['custom_llm_provider'];
  return typeof told === 'string' ? told : params.model.split('/', 1)[0] ?? '';
}

/** The state to show: a deployment that was never called is not yet known to be healthy. */
export function stateOf(figures: DeploymentFigures | undefined): DeploymentFigures['state'] {
  if (!figures) return 'unknown';
  return figures.attempts > 0 || figures.state === 'cooling' ? figures.state : 'unknown';
}
