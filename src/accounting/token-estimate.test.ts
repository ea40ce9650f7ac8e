import { expect, test } from 'bun:test';
import { estimateBytes, estimateTokens } from './token-estimate.ts';

const ask = (content: unknown) => estimateTokens({ messages: [{ role: 'user', content }] } as Parameters<typeof estimateTokens>[0]);

test('a greeting costs what LiteLLM counts', () => {
  expect(ask('hello world')).toBe(9);
});

test('an image costs the same however many bytes it has', () => {
  const image = (size: number) => ask([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(size) } }]);
  expect(image(10_000_000)).toBe(image(100));
  expect(image(100)).toBeLessThan(3_000);
});

// What the tokenizer o200k_base counts for the tools below, as JSON, and for each text.
const toolTokens = 129;
const counted: [number, string][] = [
  [41, 'The quick brown fox jumps over the lazy dog, and then it rests for a while in the shade of an old oak tree. Nobody knows why it does that every afternoon, but everybody enjoys watching it.'],
  [28, 'function add(a, b) {\n  return a + b;\n}\nconst total = add(1, 2);\nconsole.log(total);\n'],
  [43, '弱的河坝让河水流过，调节它，也测量它。网关对大语言模型的调用做同样的事情：一个地址，一个密钥，所有的提供商。'],
];

test('definitions of tools lie within 10 % of what a tokenizer counts of them', () => {
  const tools = [
    {
      name: 'exec_command', description: 'Runs a command in a PTY, returning output or a session id for ongoing interaction.',
      input_schema: {
        type: 'object', required: ['cmd'], additionalProperties: false,
        properties: { cmd: { type: 'string', description: 'Shell command to execute.' }, yield_time_ms: { type: 'number', description: 'Wait before yielding output. Defaults to 10000 ms.' }, tty: { type: 'boolean' } },
      },
    },
    { name: 'list_directory', description: 'Lists the names of files and subdirectories.', input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } },
  ];
  const estimate = estimateTokens({ tools }) - 3 - 4 * tools.length;
  expect(Math.abs(estimate - toolTokens) / toolTokens).toBeLessThan(0.1);
});

test('English prose, code and Chinese lie within 12 % of what a tokenizer counts', () => {
  for (const [tokens, text] of counted) {
    const estimate = estimateTokens({ prompt: text }) - 3;
    expect(Math.abs(estimate - tokens) / tokens).toBeLessThan(0.12);
  }
});

test('a body is estimated from its bytes, and its images are not text', () => {
  const image = Buffer.from(Array.from({ length: 7_500_000 }, (_, index) => (index * 7919) % 251)).toString('base64');
  const body = (parts: unknown[]): Uint8Array => Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: parts }] }));
  const one = body([{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }]);
  expect(one.length).toBeGreaterThan(10_000_000);
  expect(estimateBytes(one)).toBeLessThan(3_000);
  expect(estimateBytes(one)).toBeGreaterThan(1_000);
  const two = body([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }, { type: 'text', text: 'and '.repeat(2_000) }, { inlineData: { data: image } }]);
  expect(estimateBytes(two)).toBeGreaterThan(4_500);
  expect(estimateBytes(two)).toBeLessThan(6_500);
  const text = Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: 'The quick brown fox jumps over the lazy dog. '.repeat(2_000) }] }));
  expect(estimateBytes(text)).toBeGreaterThan(20_000);
  expect(estimateBytes(text)).toBeLessThan(24_000);
  expect(estimateBytes(Buffer.from('{}'))).toBe(1);
});
