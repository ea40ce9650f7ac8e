// The request bodies that the load sends.
import type { Dialect } from './routes.ts';

/** Where an SDK puts the model: the one for Python writes it after the messages, the one for Node where the caller did. */
export type ModelPlace = 'first' | 'last';

/** Messages of a conversation of about 116 KB, or of 1 MB. */
export type Conversation = 'short' | 'many-short' | 'few-long' | 'megabyte';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

const escaped = 'He said "no": C:\\dir\\file\t{"key": "value"}\nLine — two; one caf\u00e9.\n';
const prose = 'The river carries more water in spring than in autumn, and the weir lets most of it pass over the crest. ';

function role(index: number): Message['role'] {
  return index % 2 === 0 ? 'user' : 'assistant';
}

const conversations: Record<Conversation, () => Message[]> = {
  short: () => [
    { role: 'user', content: `${prose.repeat(8)}\nWhat is a weir?` },
  ],
  'many-short': () => Array.from({ length: 401 }, (_, index) => ({ role: role(index), content: `Message ${index} of 400: ${escaped.repeat(3)}` })),
  'megabyte': () => Array.from({ length: 3_501 }, (_, index) => ({ role: role(index), content: `Message ${index} of 3500: ${escaped.repeat(3)}` })),
  'few-long': () => Array.from({ length: 5 }, (_, index) => ({ role: role(index), content: prose.repeat(222) })),
};

/** What a body is made of. */
export interface Prompt {
  readonly model: string;
  readonly dialect: Dialect;
  readonly conversation?: Conversation;
  readonly modelPlace?: ModelPlace;
  readonly stream?: boolean;
}

/** The JSON of a request. */
export function prompt({ model, dialect, conversation = 'short', modelPlace = 'first', stream = false }: Prompt): string {
  const messages = conversations[conversation]();
  const rest = {
    ...(stream ? { stream: true } : {}),
    ...(stream && dialect === 'chat' ? { stream_options: { include_usage: true } } : {}),
    max_tokens: 256,
    temperature: 0.7,
  };
  return JSON.stringify(modelPlace === 'first' ? { model, messages, ...rest } : { messages, model, ...rest });
}
