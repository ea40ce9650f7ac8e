// Knows whether the gateway is there, without asking it more often than needed.
import { GatewayError, type LLMBackend } from '../../client/index.ts';
import type { GatewayState, HealthAnswer } from '../shared/api.ts';
import { healthFreshMs, healthTimeoutMs } from './bounds.ts';

/** Asks the gateway for its models; that shows that it is up and that the key is right. */
export class GatewayProbe {
  private readonly backend: LLMBackend;
  private last: HealthAnswer | null = null;
  private running: Promise<HealthAnswer> | null = null;

  constructor(backend: LLMBackend) {
    this.backend = backend;
  }

  /** The gateway's state, at most a second old. Callers at the same time share one question. */
  check(): Promise<HealthAnswer> {
    if (this.last && Date.now() - this.last.checkedAtMs < healthFreshMs) return Promise.resolve(this.last);
    this.running ??= this.ask().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Makes the next check ask: something hints at a change. */
  forget(): void {
    this.last = null;
  }

  private async ask(): Promise<HealthAnswer> {
    const gateway = await this.backend.models({ timeoutMs: healthTimeoutMs }).then(() => 'up' as const, stateOf);
    this.last = { gateway, checkedAtMs: Date.now() };
    return this.last;
  }
}

function stateOf(error: unknown): GatewayState {
  if (!(error instanceof GatewayError)) return 'failing';
  if (error.kind === 'authentication' || error.kind === 'permission') return 'keyRefused';
  return error.kind === 'connection' || error.kind === 'timeout' ? 'down' : 'failing';
}
