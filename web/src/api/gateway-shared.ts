// A shared conversation, read from the gateway without signing in.
import { ChatApiError } from './chat-contract.ts';
import { gateway } from './gateway.ts';
import { GatewayError } from '../../../client/index.ts';
import type { SharedConversation } from '../../shared/api.ts';

/** Throws `ChatApiError`. */
export async function gatewayShared(token: string): Promise<SharedConversation> {
  try {
    return await gateway.api.json('GET', `/chat/shared/${encodeURIComponent(token)}`);
  } catch (error) {
    throw new ChatApiError(error instanceof GatewayError && error.status === 404 ? 'notFound' : 'offline', String(error));
  }
}
