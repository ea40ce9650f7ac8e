// Writes docs/providers.md from the rows in src/providers/catalog/.
//
//   bun scripts/docs/providers.ts           writes the page
//   bun scripts/docs/providers.ts --check   fails when the page differs from the rows
import { readFileSync, writeFileSync } from 'node:fs';
import { chinaProviders } from '../../src/providers/catalog/china.ts';
import { cloudProviders } from '../../src/providers/catalog/clouds.ts';
import { hostProviders } from '../../src/providers/catalog/hosts.ts';
import { localProviders } from '../../src/providers/catalog/local.ts';
import { majorProviders } from '../../src/providers/catalog/major.ts';
import { operationProviders } from '../../src/providers/catalog/operations-only.ts';
import { litellmNames, reasonsAgainst } from '../../src/providers/litellm-names.ts';
import { providers } from '../../src/providers/catalog.ts';
import type { Authentication, Provider } from '../../src/providers/provider.ts';

const page = new URL('../../docs/providers.md', import.meta.url);

const groups: readonly [string, string, readonly Provider[]][] = [
  ['Makers of models', '', majorProviders],
  ['Clouds', '', cloudProviders],
  ['Hosts and gateways', '', hostProviders],
  ['China', '', chinaProviders],
  ['Your own servers', 'No key is needed, unless you set one.', localProviders],
  ['Embeddings, reranking, images', 'No chat.', operationProviders],
];

const dialectTitles: Readonly<Record<string, string>> = {
  'openai-chat': 'Chat', 'openai-responses': 'Responses', 'openai-completions': 'Completions',
  'anthropic-messages': 'Messages', 'gemini': 'Gemini', 'bedrock-converse': 'Converse',
};

const code = (text: string): string => `\`${text}\``;
const list = (items: readonly string[]): string => [...new Set(items)].join(', ');

function signIn(authentication: Authentication): string {
  switch (authentication.kind) {
    case 'bearer': return authentication.clientCredentials === undefined ? '' : 'key or OAuth of a service principal';
    case 'none': return 'no key';
    case 'header': return `header ${code(authentication.name)}`;
    case 'aws': return 'AWS signature';
    case 'google': return 'Google service account';
    case 'azure': return 'key or Entra token';
    case 'exchange': return 'exchanged token';
    case 'oci': return 'key or OCI signature';
  }
}

function line(provider: Provider): string {
  const cells = [
    code(`${provider.name}/`), `[${provider.title}](${provider.page})`,
    list(provider.chat.map((endpoint) => dialectTitles[endpoint.dialect] ?? endpoint.dialect)),
    list(Object.keys(provider.operations)),
    provider.baseUrl === null ? 'set `api_base`' : code(provider.baseUrl),
    list([...provider.baseUrlVariables, ...Object.values(provider.baseUrlParts ?? {}).flatMap((part) => part.variables)].map(code)),
    list(provider.keyVariables.map(code)), signIn(provider.authentication),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The page as text. */
export function renderProviders(): string {
  const sections = groups.map(([title, note, rows]) => [
    `## ${title}`, '', ...(note === '' ? [] : [note, '']),
    '| prefix | provider | dialects | other operations | base URL | variables for the address | variables for the key | sign-in |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(line), '',
  ].join('\n'));
  return `<!-- Written by scripts/docs/providers.ts from src/providers/catalog/. Do not edit. -->
# Providers

Write a model as \`prefix/model\`, for example \`openrouter/deepseek/deepseek-chat-v3-0324\`. A deployment's \`api_base\` and \`api_key\` come
first, then the variables in the order of the table, then the base URL of the table. A key goes out as \`Authorization: Bearer\`
unless "sign-in" says otherwise.

"Dialects" are what the provider itself speaks. A client may speak any other: Weir translates. Where the provider speaks the
client's dialect, the bytes pass.

There are ${providers.length} providers. For any other server with OpenAI's API use \`openai/\` or \`custom_openai/\` with \`api_base\`.

${sections.join('\n')}
## Names of LiteLLM that are not here

Of LiteLLM's ${litellmNames.length} names these are no provider here:

| prefix | why |
|---|---|
${Object.entries(reasonsAgainst).map(([name, reason]) => `| ${code(`${name}/`)} | ${reason} |`).join('\n')}
`;
}

if (import.meta.main) {
  const text = renderProviders();
  if (!process.argv.includes('--check')) writeFileSync(page, text);
  else if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/providers.md differs from the rows: run `bun scripts/docs/providers.ts`');
    process.exit(1);
  }
}
