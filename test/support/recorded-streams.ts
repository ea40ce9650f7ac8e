// Every recorded stream as its provider sent it: frame by frame, with the end of its dialect, which the recordings leave out.
import { readdirSync, readFileSync } from 'node:fs';
import { formatFrame } from '../../src/lib/sse.ts';
import type { DialectName } from '../../src/canonical/dialect-name.ts';

const root = new URL('../fixtures/', import.meta.url);

/** The dialect of each folder of recordings. */
export const folders: Readonly<Partial<Record<DialectName, readonly string[]>>> = {
  'openai-chat': ['alibaba', 'deepseek', 'groq', 'mistral', 'openai', 'openai-compatible'],
  'openai-responses': ['azure', 'openai-responses', 'xai'],
  'anthropic-messages': ['anthropic'],
  gemini: ['google'],
  'bedrock-converse': ['amazon-bedrock'],
};

/** A recorded stream. */
export interface Recorded {
  name: string;
  dialect: DialectName;
  frames: readonly Buffer[];
}

// Two messages in one: the recording of a fault.
const broken = new Set(['anthropic/spliced-message-start.chunks.txt']);

const nameOf: Readonly<Partial<Record<DialectName, (data: string) => string | undefined>>> = {
  'openai-responses': (data) => /"type":\s*"((?:response\.[a-z_.]+)|error)"/.exec(data)?.[1],
  'anthropic-messages': (data) => /"type":\s*"(\w+)"/.exec(data)?.[1],
};

function frameOf(dialect: DialectName, data: string): string {
  if (dialect === 'gemini') return `data: ${data}\r\n\r\n`;
  if (dialect !== 'bedrock-converse') return formatFrame(data, nameOf[dialect]?.(data));
  // As the reader of AWS's binary events gives them on.
  const [[name = '', value] = []] = Object.entries(JSON.parse(data) as Record<string, unknown>);
  return formatFrame(JSON.stringify(value), name);
}

const begins: Readonly<Partial<Record<DialectName, string>>> = { 'openai-responses': '"type":"response.created"', 'bedrock-converse': '{"messageStart"' };

function answersIn(dialect: DialectName, file: string): string[][] {
  const answers: string[][] = [];
  const begin = begins[dialect];
  for (const line of readFileSync(new URL(file, root), 'utf8').split('\n').filter((text) => text !== '')) {
    if (answers.length === 0 || (begin !== undefined && line.includes(begin))) answers.push([]);
    answers.at(-1)?.push(line);
  }
  return answers;
}

/** All recorded streams of all dialects. */
export const recorded: readonly Recorded[] = Object.entries(folders).flatMap(([name, names]) => {
  const dialect = name as DialectName;
  return names.flatMap((folder) => readdirSync(new URL(`${folder}/`, root)).filter((file) => file.endsWith('.chunks.txt')).toSorted()
    .map((file) => `${folder}/${file}`).filter((file) => !broken.has(file))
    .flatMap((file) => answersIn(dialect, file).map((lines, index) => ({
      name: `${file}#${index}`, dialect,
      frames: [...lines, ...(dialect === 'openai-chat' && lines.at(-1)?.trim() !== '[DONE]' ? ['[DONE]'] : [])].map((data) => Buffer.from(frameOf(dialect, data))),
    }))));
});
