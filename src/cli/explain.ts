// `weir explain FILE`: what would become of the request in a file. Asks the running gateway, which has measured its deployments; without
// one, the configuration alone.
import { createGateway } from '../gateway.ts';
import { createLogger } from '../observe/logger.ts';
import { loadForCommand } from './load.ts';
import { runningGateway } from './running-gateway.ts';
import { tellProblems } from './tell.ts';
import type { StartOptions } from './parse-arguments.ts';

const askTimeoutMs = 3_000;
const localKey = 'sk-explain-without-a-running-gateway';

/** Prints the plan as JSON. Gives the exit code: 0 when a deployment would answer, 1 when none would or the request is wrong. */
export async function explain(file: string, options: StartOptions): Promise<number> {
  const body = await Bun.file(file).text().catch(() => null);
  if (body === null) {
    console.error(`weir: cannot read ${file}.`);
    return 1;
  }
  const response = await askRunning(body, options) ?? await askConfiguration(body, options);
  if (!response) return 1;
  const plan: unknown = await response.json();
  console.log(JSON.stringify(plan, null, 2));
  return response.ok && typeof plan === 'object' && plan !== null && 'answer' in plan && plan.answer !== null ? 0 : 1;
}

async function askRunning(body: string, options: StartOptions): Promise<Response | null> {
  const gateway = runningGateway(options);
  if (!gateway) return null;
  const response = await fetch(`${gateway.url}/router/explain`, { method: 'POST', headers: gateway.headers, body, signal: AbortSignal.timeout(askTimeoutMs) }).catch(() => null);
  // Something else may listen there, or it has another key: the file still tells most of it.
  return response && response.headers.get('content-type')?.includes('json') === true && response.status !== 401 && response.status !== 404 ? response : null;
}

async function askConfiguration(body: string, options: StartOptions): Promise<Response | null> {
  console.error('note: no running gateway answers; this is from the configuration alone, without measurements.');
  const config = loadForCommand(options);
  if (!config) return null;
  const made = createGateway({ config, masterKey: localKey, logger: createLogger({ file: null }) });
  if (made.kind === 'error') {
    tellProblems(made.problems);
    return null;
  }
  const headers = { 'authorization': `Bearer ${localKey}`, 'content-type': 'application/json' };
  return made.gateway.handle(new Request('http://localhost/router/explain', { method: 'POST', headers, body }), '127.0.0.1');
}
