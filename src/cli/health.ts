// `weir --health`: has a running gateway call all its models, as `litellm --health` does.
import { isJsonObject, numberAt, parseJsonObject } from '../lib/json.ts';
import { runningGateway, tellUnreachable } from './running-gateway.ts';
import type { StartOptions } from './parse-arguments.ts';

/** Prints the answer of `/health`. Gives the exit code: 0 when every model answers. */
export async function health(options: StartOptions): Promise<number> {
  const gateway = runningGateway(options);
  if (!gateway) return 1;
  try {
    const response = await fetch(`${gateway.url}/health`, { headers: gateway.headers });
    const text = await response.text();
    const body = parseJsonObject(text);
    console.log(isJsonObject(body) ? JSON.stringify(body, null, 2) : text);
    return response.ok && numberAt(body, 'unhealthy_count') === 0 ? 0 : 1;
  } catch (error) {
    return tellUnreachable(gateway, error);
  }
}
