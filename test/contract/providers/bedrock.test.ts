// Amazon Bedrock over real sockets: signatures, binary events, Claude's own dialect by invoke, every client dialect by Converse.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { clientDialects } from '../../support/dialects.ts';
import { converseEvents, eventStream, exceptionEvent, invokeEvents, signatureProblem } from '../../support/aws.ts';
import { json, ScriptedProvider, type SeenCall } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const fixtures = new URL('../../fixtures/', import.meta.url);
const lines = (name: string): string[] => readFileSync(new URL(name, fixtures), 'utf8').split('\n').filter((line) => line !== '');
const reasoning = lines('amazon-bedrock/composed-reasoning-tools.chunks.txt');
const anthropicText = lines('anthropic/anthropic-text.chunks.txt');
const answer = JSON.parse(readFileSync(new URL('amazon-bedrock/amazon-bedrock-json-other-tool.1.json', fixtures), 'utf8')) as unknown;
const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

let provider: ScriptedProvider;
let gateway: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const model = (name: string, at: string, more = ''): string => `
  - model_name: ${name}
    litellm_params: { model: "${at}", aws_bedrock_runtime_endpoint: "${provider.url}", aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: "${secret}"${more} }`;
  gateway = localGateway(`
model_list:${model('converse', `bedrock/converse/${claude}`)}${model('invoke', `bedrock/${claude}`, ', aws_session_token: session-token-1, aws_region_name: eu-west-1')}${
  model('nova', 'bedrock/us-east-1/amazon.nova-pro-v1:0', ', guardrailConfig: { guardrailIdentifier: g1, guardrailVersion: "1" }')}${
  model('arn', 'bedrock/nova/arn:aws:bedrock:ap-south-1:123456789012:application-inference-profile/abc123')}${model('profile', 'bedrock/arn:aws:bedrock:ap-south-1:123456789012:application-inference-profile/xyz')}
  - model_name: key
    litellm_params: { model: bedrock/amazon.nova-lite-v1:0, api_key: bedrock-api-key-1, aws_bedrock_runtime_endpoint: "${provider.url}" }
  - model_name: role
    litellm_params: { model: bedrock/amazon.nova-lite-v1:0, aws_role_name: "arn:aws:iam::123456789012:role/weir", aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: "${secret}", aws_sts_endpoint: "${provider.url}/sts", aws_external_id: ext-1, aws_bedrock_runtime_endpoint: "${provider.url}" }
  - model_name: unset
    litellm_params: { model: bedrock/amazon.nova-lite-v1:0, aws_access_key_id: os.environ/NO_SUCH_ID, aws_secret_access_key: x, aws_bedrock_runtime_endpoint: "${provider.url}" }
router_settings: { num_retries: 0 }
`);
});
afterAll(() => provider.stop());
afterEach(() => provider.clear());

const chat = (model: string, more: Record<string, unknown> = {}): Promise<Response> =>
  gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }], ...more });
const only = (): SeenCall => {
  const [call] = provider.calls;
  if (!call) throw new Error('no call');
  return call;
};

test('requests are signed for the region, and the model stands in the path', async () => {
  provider.fallback = json(answer);
  expect((await chat('converse')).status).toBe(200);
  const call = only();
  expect(call.path).toBe(`/model/${claude}/converse`);
  expect(call.headers['authorization']).toContain('/us-west-2/bedrock/aws4_request');
  expect(signatureProblem(call, secret)).toBeNull();
  expect(call.json).toEqual({ messages: [{ role: 'user', content: [{ text: 'hi' }] }] });
});

test('region and model are read from the name; what only Converse knows stays, the rest goes to the model', async () => {
  provider.fallback = json(answer);
  await chat('nova', { max_tokens: 5, top_k: 7, stop: ['END'] });
  const call = only();
  expect(call.headers['authorization']).toContain('/us-east-1/bedrock/');
  expect(call.path).toBe('/model/amazon.nova-pro-v1:0/converse');
  expect(call.json).toEqual({
    messages: [{ role: 'user', content: [{ text: 'hi' }] }], inferenceConfig: { maxTokens: 5, stopSequences: ['END'] },
    additionalModelRequestFields: { inferenceConfig: { topK: 7 } }, guardrailConfig: { guardrailIdentifier: 'g1', guardrailVersion: '1' },
  });
});

test('an ARN is one segment of the path, and its region signs', async () => {
  provider.fallback = json(answer);
  expect((await chat('arn')).status).toBe(200);
  expect(only().path).toBe('/model/arn:aws:bedrock:ap-south-1:123456789012:application-inference-profile%2Fabc123/converse');
  expect(only().headers['authorization']).toContain('/ap-south-1/bedrock/');
  expect(signatureProblem(only(), secret)).toBeNull();
});

test('a profile whose name tells no model is sent all, and the model decides', async () => {
  provider.fallback = json(answer);
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
  await chat('profile', { tools, tool_choice: 'required', top_k: 7 });
  expect(only().json).toMatchObject({ toolConfig: { toolChoice: { any: {} } }, additionalModelRequestFields: { top_k: 7 } });
  provider.clear();
  await gateway.post('/v1/messages', { model: 'profile', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], output_config: { effort: 'low' } }, { 'anthropic-beta': 'effort-2025-11-24' });
  expect(only().json).toMatchObject({ additionalModelRequestFields: { anthropic_beta: ['effort-2025-11-24'], output_config: { effort: 'low' } } });
});

test('a Bedrock API key travels as bearer', async () => {
  provider.fallback = json(answer);
  expect((await chat('key')).status).toBe(200);
  expect(only().headers['authorization']).toBe('Bearer bedrock-api-key-1');
});

test('a role is assumed once, and its session signs', async () => {
  provider.fallback = async (line, call) => {
    if (!call.path.startsWith('/sts')) return json(answer)(line, call);
    expect(signatureProblem(call, secret)).toBeNull();
    expect(Object.fromEntries(new URLSearchParams(call.body.toString()))).toMatchObject({ Action: 'AssumeRole', RoleArn: 'arn:aws:iam::123456789012:role/weir', ExternalId: 'ext-1' });
    return line.reply(200, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>session-secret</SecretAccessKey><SessionToken>session-token</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  };
  const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await chat('role')).status));
  expect(statuses).toEqual([200, 200, 200, 200]);
  expect(provider.calls.filter((call) => call.path.startsWith('/sts')).length).toBe(1);
  const asked = provider.calls.filter((call) => !call.path.startsWith('/sts'));
  for (const call of asked) {
    expect(call.headers['x-amz-security-token']).toBe('session-token');
    expect(signatureProblem(call, 'session-secret')).toBeNull();
  }
});

test('a variable that is not set is named, and nothing is sent', async () => {
  const response = await chat('unset');
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('NO_SUCH_ID');
  expect(provider.calls).toEqual([]);
});

describe('Claude by invoke', () => {
  const body = { model: 'invoke', max_tokens: 64, messages: [{ role: 'user', content: 'hi' }], stream: true, context_management: { edits: [] }, mcp_servers: [] };

  test('the client\'s body passes without what stands in the path; betas are sorted', async () => {
    provider.fallback = eventStream(invokeEvents(anthropicText));
    const response = await gateway.post('/v1/messages', body, { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-management-2025-06-27,skills-2025-10-02,advanced-tool-use-2025-11-20' });
    const text = await response.text();
    const call = only();
    expect(call.path).toBe(`/model/${claude}/invoke-with-response-stream`);
    expect(call.json).toEqual({
      max_tokens: 64, messages: [{ role: 'user', content: 'hi' }], context_management: { edits: [] }, anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: ['context-management-2025-06-27', 'tool-search-tool-2025-10-19'],
    });
    expect(call.headers['anthropic-beta']).toBeUndefined();
    expect(call.headers['x-amz-security-token']).toBe('session-token-1');
    expect(signatureProblem(call, secret)).toBeNull();
    expect(response.headers.get('x-weir-dropped')).toBe('mcp_servers, anthropic-beta:skills-2025-10-02');
    expect(text).toContain('event: message_stop');
    expect(text).toContain('"model":"invoke"');
    for (const line of anthropicText.slice(1)) expect(text).toContain(line);
  });

  test('a member that the cloud does not know yet is left out, and remembered', async () => {
    provider.fallback = (line, call) => {
      const text = call.body.toString();
      if (text.includes('"defer_loading":true')) return json({ message: 'tools.0.custom.defer_loading: Extra inputs are not permitted' }, 400)(line, call);
      return json(JSON.parse(readFileSync(new URL('anthropic/anthropic-text.json', fixtures), 'utf8')))(line, call);
    };
    const tools = [{ name: 'f', defer_loading: true, input_schema: { type: 'object', properties: { defer_loading: { type: 'boolean' } } } }];
    const plain = { model: 'invoke', max_tokens: 9, messages: [{ role: 'user', content: 'defer_loading' }], tools };
    const first = await gateway.post('/v1/messages', plain);
    expect(first.status).toBe(200);
    expect(first.headers.get('x-weir-dropped')).toBe('tools[*].defer_loading');
    expect(provider.calls.length).toBe(2);
    expect(provider.calls[1]?.json['tools']).toEqual([{ name: 'f', input_schema: tools[0]?.input_schema }]);
    await gateway.post('/v1/messages', plain);
    expect(provider.calls.length).toBe(3);
    // Another refusal is the client's to see, when nothing can be left out.
    provider.fallback = json({ message: 'max_tokens: Extra inputs are not permitted' }, 400);
    expect((await gateway.post('/v1/messages', plain)).status).toBe(400);
  });

  test('an exception inside the stream is Anthropic\'s error', async () => {
    provider.fallback = eventStream([...invokeEvents(anthropicText.slice(0, 4)), exceptionEvent('throttlingException', 'Too many tokens, please wait before trying again.')]);
    const text = await (await gateway.post('/v1/messages', body)).text();
    expect(text).toContain('event: error');
    expect(text).toContain('Too many tokens, please wait');
    expect(text).not.toContain('message_stop');
  });
});

describe('Converse streams', () => {
  const events = converseEvents(reasoning);

  for (const client of clientDialects) {
    test(`${client.name}: reasoning, calls, usage and the end arrive`, async () => {
      provider.fallback = eventStream(events);
      const text = await (await gateway.post(client.path('converse', true), client.body('converse', true))).text();
      expect(client.streamError(text)).toBeNull();
      expect(client.looksFinished(text)).toBe(true);
      expect(text).toContain('東京');
      expect(text).toContain('get_weather');
      expect(text).toContain('that up. ☀️');
      expect(only().path).toBe(client.name === 'anthropic-messages' ? `/model/${claude}/converse-stream` : `/model/${claude}/converse-stream`);
    });

    test(`${client.name}: an exception is an error, and never a proper end`, async () => {
      provider.fallback = eventStream([...events.slice(0, 10), exceptionEvent('modelStreamErrorException', 'The model broke.')]);
      const text = await (await gateway.post(client.path('converse', true), client.body('converse', true))).text();
      expect(client.streamError(text)).toContain('The model broke.');
      expect(client.looksFinished(text)).toBe(false);
    });
  }

  test('cut at any byte of the binary stream, no answer is whole', async () => {
    const bytes = Buffer.concat(events);
    for (let cut = 0; cut < bytes.length; cut += 23) {
      for (const end of ['whole', 'reset'] as const) {
        provider.fallback = eventStream([bytes.subarray(0, cut)], end);
        const response = await chat('converse', { stream: true });
        const text = await response.text();
        expect(response.status === 200 && text.includes('[DONE]')).toBe(false);
      }
    }
  });

  test('an exception before any content is the status', async () => {
    provider.fallback = eventStream([...events.slice(0, 1), exceptionEvent('throttlingException', 'Slow down.')]);
    const response = await chat('converse', { stream: true });
    expect(response.status).toBe(429);
  });

  test('usage counts what was read from and written to the cache', async () => {
    provider.fallback = eventStream(events);
    await (await chat('converse', { stream: true })).text();
    expect(gateway.records.at(-1)?.usage).toMatchObject({ inputTokens: 5061, outputTokens: 148, cacheReadTokens: 4000, cacheWriteTokens: 1024 });
    // 37 × 3 + 4000 × 0.3 + 424 × 3.75 + 600 × 6 + 148 × 15 per million, and ten percent for the regional profile.
    expect(gateway.records.at(-1)?.costUsd).toBeCloseTo(0.008721 * 1.1, 9);
  });
});

test('errors keep status and words', async () => {
  const cases: [number, string, number][] = [[400, 'ValidationException', 400], [403, 'AccessDeniedException', 403], [429, 'ThrottlingException', 429], [503, 'ServiceUnavailableException', 503], [424, 'ModelErrorException', 500]];
  for (const [status, type, told] of cases) {
    provider.fallback = json({ message: `It is a ${type}` }, status, { 'x-amzn-errortype': type });
    const response = await chat('converse');
    expect([told, status]).toContain(response.status);
    expect(await response.text()).toContain(`It is a ${type}`);
  }
});

test('a conversation with tools, images, documents, reasoning and cache marks goes out whole', async () => {
  provider.fallback = json(answer);
  const image = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
  await gateway.post('/v1/messages', {
    model: 'converse', max_tokens: 4096, thinking: { type: 'enabled', budget_tokens: 2048 },
    system: [{ type: 'text', text: 'x-anthropic-billing-header: cc_version=1' }, { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    tools: [{ name: 'look', description: 'Looks', input_schema: { type: 'object', properties: {} }, cache_control: { type: 'ephemeral' } }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    messages: [
      { role: 'user', content: [{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 'A: report.pdf' }] },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: 'sig==' }, { type: 'redacted_thinking', data: 'AAAA' }, { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } }] },
      { role: 'user', content: [{ type: 'text', text: 'and?' }, { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: [{ type: 'text', text: 'no' }, { type: 'image', source: image }] }] },
    ],
  });
  expect(only().json).toEqual({
    system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ document: { format: 'pdf', name: 'A- report', source: { bytes: 'JVBERi0=' } } }, { text: 'See the document.' }] },
      {
        role: 'assistant', content: [
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig==' } } }, { reasoningContent: { redactedContent: 'AAAA' } },
          { toolUse: { toolUseId: 'toolu_1', name: 'look', input: { at: 1 } } },
        ],
      },
      { role: 'user', content: [{ toolResult: { toolUseId: 'toolu_1', content: [{ text: 'no' }, { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } }], status: 'error' } }, { text: 'and?' }] },
    ],
    inferenceConfig: { maxTokens: 4096 },
    toolConfig: { tools: [{ toolSpec: { name: 'look', description: 'Looks', inputSchema: { json: { type: 'object', properties: {} } } } }, { cachePoint: { type: 'default' } }] },
    additionalModelRequestFields: { tool_choice: { type: 'auto', disable_parallel_tool_use: true }, thinking: { type: 'enabled', budget_tokens: 2048 } },
  });
});
