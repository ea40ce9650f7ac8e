// What the vendors refuse in a conversation with tools: the mistakes that gateways make. Each gives the provider's words, or null.
import { callId, listOf, signatureOf, type ProviderDialectName, type Wire } from './turn.ts';

/** What is wrong with a request, and how many turns of the model called tools. */
export interface Judgement {
  rounds: number;
  tools: string[];
  mistake: string | null;
}

/** Judges a request. `thinks` tells the turns that reasoned: what belongs to them must have come back. */
export function judge(dialect: ProviderDialectName, body: Wire, thinks: (round: number) => boolean): Judgement {
  const mistakes: string[] = [];
  const rounds = judges[dialect](body, thinks, (text) => void mistakes.push(text));
  return { rounds, tools: toolsOf[dialect](body), mistake: mistakes[0] ?? null };
}

type Refuse = (text: string) => void;
type Judge = (body: Wire, thinks: (round: number) => boolean, refuse: Refuse) => number;

const toolsOf: Record<ProviderDialectName, (body: Wire) => string[]> = {
  'openai-chat': (body) => listOf(body, 'tools').map((tool) => String((tool['function'] as Wire | undefined)?.['name'] ?? (tool['custom'] as Wire | undefined)?.['name'])),
  'anthropic-messages': (body) => listOf(body, 'tools').map((tool) => String(tool['name'])),
  'openai-responses': (body) => listOf(body, 'tools').flatMap((tool) => (tool['type'] === 'namespace' ? listOf(tool, 'tools').map((inner) => String(inner['name'])) : [String(tool['name'] ?? tool['type'])])),
  gemini: (body) => listOf(body, 'tools').flatMap((tool) => listOf(tool, 'functionDeclarations').map((declared) => String(declared['name']))),
};

const judges: Record<ProviderDialectName, Judge> = {
  'openai-chat'(body, _thinks, refuse) {
    let open = new Set<string>();
    let rounds = 0;
    for (const message of listOf(body, 'messages')) {
      if (message['role'] === 'tool') {
        if (!open.delete(String(message['tool_call_id']))) refuse(`messages with role 'tool' must be a response to a preceding message with 'tool_calls' (${String(message['tool_call_id'])})`);
        continue;
      }
      if (open.size > 0) refuse(`An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id': ${[...open].join()}`);
      const calls = listOf(message, 'tool_calls');
      for (const call of calls) isJson(String((call['function'] as Wire | undefined)?.['arguments'] ?? '{}'), refuse);
      open = new Set(calls.map((call) => String(call['id'])));
      if (calls.length > 0) rounds++;
    }
    if (open.size > 0) refuse('tool calls without results');
    return rounds;
  },
  'anthropic-messages'(body, thinks, refuse) {
    let rounds = 0;
    let open: string[] = [];
    const isThinking = ['enabled', 'adaptive'].includes(String((body['thinking'] as Wire | undefined)?.['type']));
    if (typeof body['max_tokens'] !== 'number') refuse('max_tokens: Field required');
    for (const [index, message] of listOf(body, 'messages').entries()) {
      const blocks = listOf(message, 'content');
      const results = blocks.filter((block) => block['type'] === 'tool_result').map((block) => String(block['tool_use_id']));
      if (open.length > 0 && open.toSorted().join() !== results.toSorted().join()) refuse(`messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join()}`);
      if (results.length > 0 && blocks.findIndex((block) => block['type'] !== 'tool_result') < results.length && blocks.length > results.length) refuse(`messages.${index}: tool_result blocks must come first`);
      if (blocks.some((block) => block['type'] === 'text' && block['text'] === '')) refuse(`messages.${index}: text content blocks must be non-empty`);
      const calls = blocks.filter((block) => block['type'] === 'tool_use');
      open = calls.map((call) => String(call['id']));
      for (const id of open) if (!/^[a-zA-Z0-9_-]+$/.test(id)) refuse(`messages.${index}: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
      for (const call of calls) if (typeof call['input'] !== 'object') refuse(`messages.${index}: tool_use.input: Input should be a valid dictionary`);
      if (calls.length === 0) continue;
      const thought = blocks.find((block) => block['type'] === 'thinking');
      if (isThinking && thinks(rounds) && blocks[0]?.['type'] !== 'thinking') refuse(`messages.${index}: Expected \`thinking\` or \`redacted_thinking\`, but found \`tool_use\``);
      if (thought && thought['signature'] !== signatureOf(rounds)) refuse(`messages.${index}: Invalid \`signature\` in \`thinking\` block`);
      rounds++;
    }
    if (open.length > 0) refuse('tool_use without tool_result');
    return rounds;
  },
  'openai-responses'(body, thinks, refuse) {
    let rounds = 0;
    let before = '';
    let reasoning: Wire | null = null;
    const open = new Set<string>();
    for (const item of listOf(body, 'input')) {
      const type = String(item['type'] ?? 'message');
      if (type === 'reasoning') reasoning = item;
      if (type === 'function_call' || type === 'custom_tool_call') {
        open.add(String(item['call_id']));
        if (!before.endsWith('_call')) {
          if (thinks(rounds) && reasoning?.['encrypted_content'] !== signatureOf(rounds)) refuse(`Item '${String(item['call_id'])}' of type 'function_call' was provided without its required 'reasoning' item`);
          rounds++;
          reasoning = null;
        }
      }
      if (type.endsWith('_output') && !open.delete(String(item['call_id']))) refuse(`No tool call found for function call output with call_id ${String(item['call_id'])}.`);
      before = type;
    }
    if (open.size > 0) refuse(`No tool output found for function call ${[...open].join()}.`);
    return rounds;
  },
  gemini(body, thinks, refuse) {
    let rounds = 0;
    let open = 0;
    for (const content of listOf(body, 'contents')) {
      const parts = listOf(content, 'parts');
      const calls = parts.filter((part) => part['functionCall'] !== undefined);
      const results = parts.filter((part) => part['functionResponse'] !== undefined);
      if (results.length !== open) refuse('Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.');
      open = calls.length;
      if (calls.length === 0) continue;
      if (thinks(rounds) && calls[0]?.['thoughtSignature'] !== signatureOf(rounds)) refuse(`Function call is missing a thought_signature in functionCall parts (${callId(rounds, 0)}).`);
      rounds++;
    }
    if (open > 0) refuse('function calls without responses');
    return rounds;
  },
};

function isJson(text: string, refuse: Refuse): void {
  try {
    JSON.parse(text);
  } catch {
    refuse(`arguments are not JSON: ${text.slice(0, 80)}`);
  }
}
