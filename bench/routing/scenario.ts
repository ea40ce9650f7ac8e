// What is simulated: the file scenarios.json, which litellm_router.py reads too.
import file from './scenarios.json' with { type: 'json' };

/** How a deployment differs from the usual provider; `from` and `until` are minutes. */
export interface SimulatedDeployment {
  failShare?: number;
  slower?: number;
  perMinute?: number;
  from?: number;
  until?: number;
  /** How much slower its first call is, also after `coldAfterSeconds` without any; `warmUpCalls` calls make it as fast as the others. */
  coldFactor?: number;
  warmUpCalls?: number;
  coldAfterSeconds?: number;
}

/** One scenario. */
export interface Scenario {
  name: string;
  about: string;
  /** In place of the usual ones. */
  meanTurns?: number;
  sessionsPerSecond?: number;
  deployments: SimulatedDeployment[];
}

/** All of the file. */
export type Simulation = Omit<typeof file, 'scenarios'> & { scenarios: Scenario[] };

export const simulation: Simulation = file;

/** One request of a session. */
export interface Turn {
  session: number;
  turn: number;
  promptTokens: number;
}
