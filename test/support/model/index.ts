// A provider in four dialects whose model follows a script, and which refuses what the real ones refuse.
import { judge } from './strict.ts';
import { json, stream, type Line, type Play, type ScriptedProvider, type SeenCall } from '../provider.ts';
import { say } from './say.ts';
import type { ProviderDialectName, Script } from './turn.ts';

export { inTurns, scriptedUsage, type Asked, type Script, type Turn } from './turn.ts';

/** How a model of each dialect is configured; the same script can be asked in all four. */
export const upstreams: readonly { name: ProviderDialectName; model(name: string): string; base(url: string): string }[] = [
  { name: 'openai-chat', model: (name) => `deepseek/${name}`, base: (url) => `${url}/v1` },
  { name: 'anthropic-messages', model: (name) => `anthropic/${name}`, base: (url) => url },
  { name: 'openai-responses', model: (name) => `openai/responses/${name}`, base: (url) => `${url}/v1` },
  { name: 'gemini', model: (name) => `gemini/${name}`, base: (url) => `${url}/v1beta` },
];

/** Entries of `model_list` for one script on all upstreams, named `name-on-dialect`. */
export const entriesOf = (name: string, url: string): { name: string; model: string; base: string }[] =>
  upstreams.map((upstream) => ({ name: `${name}-on-${upstream.name}`, model: upstream.model(`${name}-on-${upstream.name}`), base: upstream.base(url) }));

/** Gives a model its script on all upstreams. `pauseMs` between the pieces of a stream. */
export function playScript(provider: ScriptedProvider, name: string, script: Script, pauseMs = 0): void {
  for (const { model } of entriesOf(name, '')) provider.on(model.slice(model.lastIndexOf('/') + 1), playOf(script, pauseMs));
}

/** What the provider refused so far, in its words. */
export const refusals: string[] = [];

function playOf(script: Script, pauseMs: number): Play {
  return (line, call) => {
    const dialect = dialectOf(call);
    const isStream = call.json['stream'] === true || call.path.includes('streamGenerateContent');
    const asked = { dialect, call, stream: isStream, tools: [] as readonly string[], rounds: 0 };
    const turnAt = (rounds: number, tools: readonly string[]) => script({ ...asked, rounds, tools });
    const { rounds, tools, mistake } = judge(dialect, call.json, (round) => dialect !== 'openai-chat' && turnAt(round, ['any']).reasoning !== undefined);
    if (mistake !== null) {
      refusals.push(`${dialect}: ${mistake}`);
      return refuse(dialect, mistake, line, call);
    }
    const { frames, answer } = say(dialect, call.model, turnAt(rounds, tools), rounds);
    return isStream ? stream(frames, pauseMs)(line, call) : json(answer)(line, call);
  };
}

function dialectOf({ path }: SeenCall): ProviderDialectName {
  if (path.includes('generateContent') || path.includes('GenerateContent')) return 'gemini';
  if (path.includes('/messages')) return 'anthropic-messages';
  return path.includes('/responses') ? 'openai-responses' : 'openai-chat';
}

function refuse(dialect: ProviderDialectName, message: string, line: Line, call: SeenCall): void | Promise<void> {
  const bodies: Record<ProviderDialectName, unknown> = {
    'openai-chat': { error: { message, type: 'invalid_request_error', param: 'messages', code: null } },
    'openai-responses': { error: { message, type: 'invalid_request_error', param: 'input', code: null } },
    'anthropic-messages': { type: 'error', error: { type: 'invalid_request_error', message } },
    gemini: { error: { code: 400, message, status: 'INVALID_ARGUMENT' } },
  };
  return json(bodies[dialect], 400)(line, call);
}
