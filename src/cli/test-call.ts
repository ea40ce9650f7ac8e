// `weir --test`: sends a running gateway a chat, plain and streaming, as `litellm --test` does.
import { arrayAt, isJsonObject, parseJsonObject, stringAt } from '../lib/json.ts';
import { runningGateway, tellUnreachable, type RunningGateway } from './running-gateway.ts';
import type { StartOptions } from './parse-arguments.ts';

const question = 'This is a test request. Answer with one short sentence.';

/** Prints both answers. Gives the exit code: 0 when both came. */
export async function testCall(options: StartOptions): Promise<number> {
  const gateway = runningGateway(options);
  if (!gateway) return 1;
  try {
    const model = options.alias ?? options.model ?? await firstModel(gateway);
    if (model === null) {
      console.error('weir: the gateway lists no model with this key; name one with --model.');
      return 1;
    }
    for (const stream of [false, true]) {
      console.log(`POST ${gateway.url}/v1/chat/completions, model ${model}${stream ? ', streaming' : ''}`);
      if (!(await call(gateway, model, stream))) return 1;
    }
    return 0;
  } catch (error) {
    return tellUnreachable(gateway, error);
  }
}

async function firstModel({ url, headers }: RunningGateway): Promise<string | null> {
  const list = parseJsonObject(await (await fetch(`${url}/v1/models`, { headers })).text());
  const names = arrayAt(list, 'data').filter(isJsonObject).map((entry) => stringAt(entry, 'id') ?? '');
  return names.find((name) => name !== '' && !name.includes('*')) ?? null;
}

async function call({ url, headers }: RunningGateway, model: string, stream: boolean): Promise<boolean> {
  const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content: question }] });
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
  let end = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    process.stdout.write(chunk);
    end = `${end}${chunk}`.slice(-200);
  }
  process.stdout.write('\n');
  const ok = response.ok && (!stream || end.includes('data: [DONE]'));
  if (!ok) console.error(response.ok ? 'weir: the stream broke off.' : `weir: the gateway answered with status ${response.status}.`);
  return ok;
}
