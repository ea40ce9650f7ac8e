// What start.sh prints when everything runs: addresses, and lines to paste.
import { parseDotenv } from '../../src/config/dotenv.ts';

/** What is said about the running system. */
export interface Running {
  readonly gatewayUrl: string;
  readonly webUrl: string | null;
  readonly config: string;
  readonly model: string;
  /** The key as it stands in a shell command: itself, or what reads it. */
  readonly key: string;
  readonly notes: readonly string[];
}

/** The text. */
export function banner({ gatewayUrl, webUrl, config, model, key, notes }: Running): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }).replaceAll("'", "'\\''");
  return `
Weir is running.

  gateway    ${gatewayUrl}   (${config})
  dashboard  ${gatewayUrl}/ui
${webUrl === null ? '' : `  chat page  ${webUrl}\n`}${notes.map((note) => `\n  ${note}\n`).join('')}
Try it:

  curl ${gatewayUrl}/v1/chat/completions -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '${body}'

Claude Code and the Claude Agent SDK:

  export ANTHROPIC_BASE_URL=${gatewayUrl}
  export ANTHROPIC_AUTH_TOKEN=${key}
  export ANTHROPIC_MODEL=${model}
`;
}

/**
 * The key for commands that are printed. On a terminal it is the key; into a log goes only the command that reads it
 * from `.env`, or the variable's name when it is not there in plain form.
 */
export function shownKey(key: string, file: { readonly path: string; readonly text: string }, isTerminal: boolean): string {
  if (isTerminal) return key;
  const lines = [...file.text.matchAll(/^LITELLM_MASTER_KEY=(.*)$/gm)];
  const plain = lines.at(-1)?.[1] === key && parseDotenv(file.text)['LITELLM_MASTER_KEY'] === key;
  return plain ? `$(sed -n 's/^LITELLM_MASTER_KEY=//p' '${file.path.replaceAll("'", "'\\''")}' | tail -n 1)` : '$LITELLM_MASTER_KEY';
}
