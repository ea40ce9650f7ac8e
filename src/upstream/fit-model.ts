// What one model wants otherwise of a body that passes in its own dialect: clients go by the model's name, and the gateway's names tell them
// nothing. Only what the provider is known to answer with 400 is changed; what nobody knows of passes as it came.
import { budgetOf } from '../canonical/reasoning.ts';
import { capabilitiesAt } from '../routing/model-facts.ts';
import { findMember } from '../lib/json-members.ts';
import { chatNameOf, refusedSampling } from '../dialects/model-limits.ts';
import { fitThinking } from '../dialects/anthropic-messages/fit-thinking.ts';
import { arrayAt, isJsonObject, objectAt, stringAt, type Json, type JsonObject } from '../lib/json.ts';
import { passSystemTurns } from '../dialects/anthropic-messages/system-turns.ts';
import type { Call } from './call.ts';
import type { Capabilities } from '../dialects/dialect.ts';
import type { Lane, Target } from '../routing/deployment.ts';

type Edits = Map<string, string | null>;

/** Adds to `edits`, by member, the JSON text to send instead (null: nothing), and to `dropped` what is lost by it. */
export function fitModel(call: Call, { deployment, model }: Target, { outbound }: Lane, edits: Edits, dropped: string[]): void {
  const capabilities = capabilitiesAt(deployment, model);
  if (outbound === 'anthropic-messages') {
    if (capabilities.adaptiveThinking !== undefined) fitThoughts(call, capabilities, edits, dropped);
    if (capabilities.midConversationSystem === false && namesSystem(call)) edits.set('messages', JSON.stringify(passSystemTurns(call.body.get('messages') as Json)));
    return;
  }
  if (capabilities.sampling !== 'not-thinking' && capabilities.sampling !== 'not-asked-to-think') return;
  if (outbound === 'openai-chat' && call.body.has('max_tokens')) {
    edits.set('max_tokens', null);
    if (!call.body.has('max_completion_tokens')) edits.set('max_completion_tokens', JSON.stringify(call.body.get('max_tokens')));
  }
  if (call.wishes?.dropParams ?? deployment.dropParams) leaveOut(call, refusedSampling(capabilities.sampling, effortIn(call)).map(chatNameOf), edits, dropped);
}

// Mentions in texts have their quotes escaped.
const systemWord = Buffer.from('"system"');
function namesSystem({ body }: Call): boolean {
  const member = findMember(body.outline, 'messages');
  return member !== undefined && body.bytes.subarray(member.valueStart, member.valueEnd).indexOf(systemWord) !== -1;
}

const effortIn = ({ body }: Call): string | undefined => {
  const effort = body.get('reasoning_effort') ?? body.get('reasoning');
  return typeof effort === 'string' ? effort : isJsonObject(effort) ? stringAt(effort, 'effort') : undefined;
};

function leaveOut({ body }: Call, names: readonly string[], edits: Edits, dropped: string[]): void {
  for (const name of names) {
    if (!body.has(name) || (name === 'temperature' && body.get(name) === 1)) continue;
    edits.set(name, null);
    dropped.push(name);
  }
}

function fitThoughts({ body }: Call, capabilities: Capabilities, edits: Edits, dropped: string[]): void {
  if (!body.has('thinking') && !body.has('output_config')) return;
  const [thinking, config] = ['thinking', 'output_config'].map((key) => asObject(body.get(key)));
  const effort = stringAt(config, 'effort');
  const limit = body.get('max_tokens');
  const fitting = fitThinking({ ...(thinking && { thinking }), ...(effort !== undefined && { effort }) }, typeof limit === 'number' ? limit : 0, capabilities);
  if (!fitting) return;
  const thinks = fitting.thinking?.['type'] === 'enabled' && hasUnthoughtCall(body.object()) ? undefined : fitting.thinking;
  const { effort: _asked, ...rest } = config ?? {};
  const output: JsonObject = fitting.effort === undefined ? rest : { ...rest, effort: fitting.effort };
  if (body.has('thinking') || thinks) edits.set('thinking', thinks ? JSON.stringify(thinks) : null);
  if (config || fitting.effort !== undefined) edits.set('output_config', Object.keys(output).length > 0 ? JSON.stringify(output) : null);
  if (!thinks && fitting.effort === undefined && (effort !== undefined || budgetOf({ adaptive: thinking?.['type'] === 'adaptive' }) !== undefined)) dropped.push(thinking ? 'thinking' : 'output_config.effort');
  if (!thinks) dropThoughtEdits(body.get('context_management'), edits);
  // Whoever thinks by a budget is sampled at 1.
  if (thinks?.['type'] === 'enabled' && body.has('temperature') && body.get('temperature') !== 1) {
    edits.set('temperature', null);
    dropped.push('temperature');
  }
}

// What clears old thoughts is refused where there are none.
function dropThoughtEdits(management: unknown, edits: Edits): void {
  const given = asObject(management);
  const kept = arrayAt(given, 'edits').filter((edit) => !isJsonObject(edit) || stringAt(edit, 'type')?.startsWith('clear_thinking') !== true);
  if (given && kept.length < arrayAt(given, 'edits').length) edits.set('context_management', kept.length > 0 ? JSON.stringify({ ...given, edits: kept }) : null);
}

const asObject = (value: unknown): JsonObject | undefined => objectAt({ value: value as Json }, 'value');

// A running tool loop whose thoughts are not there cannot go on thinking by a budget.
function hasUnthoughtCall(body: JsonObject | undefined | null): boolean {
  const { messages } = body ?? {};
  const turns = Array.isArray(messages) ? messages.filter(isJsonObject) : [];
  const { content } = turns.findLast((turn) => turn['role'] === 'assistant') ?? {};
  const types = Array.isArray(content) ? content.filter(isJsonObject).map((block) => stringAt(block, 'type')) : [];
  return types.includes('tool_use') && !types[0]?.endsWith('thinking');
}
