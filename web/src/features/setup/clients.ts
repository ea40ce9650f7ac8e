// How each client is connected, as one table: the exact lines with this gateway's address, a key and a model.

/** What goes into the lines. */
export interface Connection {
  /** Without a slash at its end. */
  url: string;
  key: string;
  model: string;
}

/** A text to copy, and where it goes: into a shell, or into a file. */
export interface Snippet {
  place: { kind: 'shell' } | { kind: 'file'; path: string } | { kind: 'code'; language: string } | { kind: 'settings' };
  text: (connection: Connection) => string;
}

/** A client. `path` is the API that it calls, for the test. */
export interface Client {
  id: string;
  name: string;
  group: 'agents' | 'sdks';
  dialect: 'chat' | 'messages' | 'responses' | 'gemini';
  snippets: readonly Snippet[];
}

const shell = (text: Snippet['text']): Snippet => ({ place: { kind: 'shell' }, text });
const file = (path: string, text: Snippet['text']): Snippet => ({ place: { kind: 'file', path }, text });
const code = (language: string, text: Snippet['text']): Snippet => ({ place: { kind: 'code', language }, text });
const question = 'Say hello in one sentence.';

/** All clients, in the order of the page. */
export const clients: readonly Client[] = [
  {
    id: 'claude-code', name: 'Claude Code', group: 'agents', dialect: 'messages',
    snippets: [shell(({ url, key, model }) => `export ANTHROPIC_BASE_URL=${url}\nexport ANTHROPIC_AUTH_TOKEN=${key}\nexport ANTHROPIC_MODEL=${model}\nexport ANTHROPIC_SMALL_FAST_MODEL=${model}\nclaude`)],
  },
  {
    id: 'codex', name: 'Codex', group: 'agents', dialect: 'responses',
    snippets: [
      file('~/.codex/config.toml', ({ url, model }) => `model = "${model}"\nmodel_provider = "weir"\n\n[model_providers.weir]\nname = "Weir"\nbase_url = "${url}/v1"\nenv_key = "WEIR_API_KEY"\nwire_api = "responses"`),
      shell(({ key }) => `export WEIR_API_KEY=${key}\ncodex`),
    ],
  },
  {
    id: 'cursor', name: 'Cursor', group: 'agents', dialect: 'chat',
    snippets: [{ place: { kind: 'settings' }, text: ({ url, key, model }) => `OpenAI API Key:            ${key}\nOverride OpenAI Base URL:  ${url}/cursor\nModel:                     ${model}` }],
  },
  {
    id: 'opencode', name: 'opencode', group: 'agents', dialect: 'chat',
    snippets: [
      file('opencode.json', ({ url, model }) => JSON.stringify({
        $schema: 'https://opencode.ai/config.json', model: `weir/${model}`,
        provider: { weir: { npm: '@ai-sdk/openai-compatible', name: 'Weir', options: { baseURL: `${url}/v1`, apiKey: '{env:WEIR_API_KEY}' }, models: { [model]: {} } } },
      }, null, 2)),
      shell(({ key }) => `export WEIR_API_KEY=${key}\nopencode`),
    ],
  },
  {
    id: 'gemini-cli', name: 'Gemini CLI', group: 'agents', dialect: 'gemini',
    snippets: [
      file('~/.gemini/settings.json', () => JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }, null, 2)),
      shell(({ url, key, model }) => `export GOOGLE_GEMINI_BASE_URL=${url}\nexport GEMINI_API_KEY=${key}\ngemini -m ${model}`),
    ],
  },
  {
    id: 'openai-python', name: 'OpenAI, Python', group: 'sdks', dialect: 'chat',
    snippets: [code('Python', ({ url, key, model }) => `from openai import OpenAI\n\nclient = OpenAI(base_url="${url}/v1", api_key="${key}")\nanswer = client.chat.completions.create(\n    model="${model}",\n    messages=[{"role": "user", "content": "${question}"}],\n)\nprint(answer.choices[0].message.content)`)],
  },
  {
    id: 'openai-typescript', name: 'OpenAI, TypeScript', group: 'sdks', dialect: 'chat',
    snippets: [code('TypeScript', ({ url, key, model }) => `import OpenAI from 'openai';\n\nconst client = new OpenAI({ baseURL: '${url}/v1', apiKey: '${key}' });\nconst answer = await client.chat.completions.create({\n  model: '${model}',\n  messages: [{ role: 'user', content: '${question}' }],\n});\nconsole.log(answer.choices[0].message.content);`)],
  },
  {
    id: 'anthropic-python', name: 'Anthropic, Python', group: 'sdks', dialect: 'messages',
    snippets: [code('Python', ({ url, key, model }) => `from anthropic import Anthropic\n\nclient = Anthropic(base_url="${url}", api_key="${key}")\nmessage = client.messages.create(\n    model="${model}",\n    max_tokens=1024,\n    messages=[{"role": "user", "content": "${question}"}],\n)\nprint(message.content)`)],
  },
  {
    id: 'anthropic-typescript', name: 'Anthropic, TypeScript', group: 'sdks', dialect: 'messages',
    snippets: [code('TypeScript', ({ url, key, model }) => `import Anthropic from '@anthropic-ai/sdk';\n\nconst client = new Anthropic({ baseURL: '${url}', apiKey: '${key}' });\nconst message = await client.messages.create({\n  model: '${model}',\n  max_tokens: 1024,\n  messages: [{ role: 'user', content: '${question}' }],\n});\nconsole.log(message.content);`)],
  },
  {
    id: 'claude-agent-sdk', name: 'Claude Agent SDK', group: 'sdks', dialect: 'messages',
    snippets: [
      shell(({ url, key }) => `export ANTHROPIC_BASE_URL=${url}\nexport ANTHROPIC_AUTH_TOKEN=${key}`),
      code('TypeScript', ({ model }) => `import { query } from '@anthropic-ai/claude-agent-sdk';\n\nconst options = { model: '${model}', tools: [], maxTurns: 1 };\nfor await (const message of query({ prompt: '${question}', options })) {\n  if (message.type === 'result' && message.subtype === 'success') console.log(message.result);\n}`),
    ],
  },
  {
    id: 'langchain', name: 'LangChain', group: 'sdks', dialect: 'chat',
    snippets: [code('Python', ({ url, key, model }) => `from langchain_openai import ChatOpenAI\n\nmodel = ChatOpenAI(base_url="${url}/v1", api_key="${key}", model="${model}")\nprint(model.invoke("${question}").content)`)],
  },
  {
    id: 'curl', name: 'curl', group: 'sdks', dialect: 'chat',
    snippets: [shell(({ url, key, model }) => `curl ${url}/v1/chat/completions \\\n  -H "Authorization: Bearer ${key}" \\\n  -H "Content-Type: application/json" \\\n  -d '${JSON.stringify({ model, messages: [{ role: 'user', content: question }] })}'`)],
  },
];

/** The request with which a client's way is tried: path, headers and body as the client sends them. */
export function testRequest(dialect: Client['dialect'], { key, model }: Connection): { path: string; headers: Record<string, string>; body: unknown } {
  const messages = [{ role: 'user', content: question }];
  switch (dialect) {
    case 'chat':
      return { path: '/v1/chat/completions', headers: { authorization: `Bearer ${key}` }, body: { model, messages, max_tokens: 256 } };
    case 'messages':
      return { path: '/v1/messages', headers: { 'authorization': `Bearer ${key}`, 'anthropic-version': '2023-06-01' }, body: { model, messages, max_tokens: 256 } };
    case 'responses':
      return { path: '/v1/responses', headers: { authorization: `Bearer ${key}` }, body: { model, input: question, max_output_tokens: 256 } };
    case 'gemini':
      return { path: `/v1beta/models/${encodeURIComponent(model)}:generateContent`, headers: { 'x-goog-api-key': key }, body: { contents: [{ role: 'user', parts: [{ text: question }] }] } };
  }
}
