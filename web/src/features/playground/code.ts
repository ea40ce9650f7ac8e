// A request as code.
import type { ChatRequest } from '../../../../client/index.ts';

/** The request as a line for a shell. */
export function asCurl(request: ChatRequest, url: string): string {
  return `curl ${url}/v1/chat/completions \\\n  -H "Authorization: Bearer $WEIR_API_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d '${JSON.stringify(request, null, 2).replaceAll("'", String.raw`'\''`)}'`;
}

/** The request for OpenAI's SDK in Python. */
export function asPython(request: ChatRequest, url: string): string {
  const members = Object.entries(request).map(([name, value]) => `    ${name}=${pythonOf(value, 1)},`).join('\n');
  return `import os\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="${url}/v1", api_key=os.environ["WEIR_API_KEY"])\nanswer = client.chat.completions.create(\n${members}\n)\nprint(answer.choices[0].message)`;
}

/** The request for OpenAI's SDK in TypeScript. */
export function asTypeScript(request: ChatRequest, url: string): string {
  return `import OpenAI from 'openai';\n\nconst client = new OpenAI({ baseURL: '${url}/v1', apiKey: process.env.WEIR_API_KEY });\nconst answer = await client.chat.completions.create(${JSON.stringify(request, null, 2)});\nconsole.log(answer.choices[0].message);`;
}

function pythonOf(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const pad = '    '.repeat(depth);
  const parts = Array.isArray(value) ? value.map((item) => pythonOf(item, depth + 1)) : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${pythonOf(item, depth + 1)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  return `${open}\n${parts.map((part) => `${pad}    ${part},`).join('\n')}\n${pad}${close}`;
}
