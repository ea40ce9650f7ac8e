// `weir --test`: sends a running gateway a chat, plain and streaming, as `litellm --test` does.
import { arrayAt, isJsonObject, objectAt, parseJsonObject, stringAt } from '../lib/json.ts';
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
    if (error instanceof Refused) return error.tell();
    return tellUnreachable(gateway, error);
  }
}

/** The gateway answered, and not with what was asked for. */
class Refused extends Error {
  constructor(private readonly status: number, private readonly text: string) {
    super(text);
  }

  tell(): 1 {
    const message = stringAt(objectAt(parseJsonObject(this.text), 'error'), 'message') ?? this.text.slice(0, 200);
    console.error(`weir: the gateway answered with status ${this.status}: ${message}`);
    if (this.status === 401) console.error('The key is LITELLM_MASTER_KEY of the environment or of .env, or the master key of --config.');
    return 1;
  }
}

async function firstModel({ url, headers }: RunningGateway): Promise<string | null> {
  const response = await fetch(`${url}/v1/models`, { headers });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, text);
  const list = parseJsonObject(text);
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
