// Which beta words of Anthropic's API other clouds take, and which members of a body belong to one. Facts from LiteLLM's
// anthropic_beta_headers_config.json (MIT License, Copyright (c) 2023 Berri AI), version 1.106.2.
import type { BetaRules } from './provider.ts';

type Column = Readonly<Record<string, string>>;

// Each word as it is told there; most keep their name.
const same = (...words: string[]): Column => Object.fromEntries(words.map((word) => [word, word]));
const toolSearch: Column = { 'advanced-tool-use-2025-11-20': 'tool-search-tool-2025-10-19', 'tool-search-tool-2025-10-19': 'tool-search-tool-2025-10-19' };
const everywhere = same('computer-use-2025-01-24', 'computer-use-2025-11-24', 'context-1m-2025-08-07', 'thinking-display-updates-2026-08-18');

const columns: Readonly<Record<BetaRules['table'], Column>> = {
  none: {},
  bedrock: {
    ...everywhere, ...toolSearch,
    ...same('compact-2026-01-12', 'context-management-2025-06-27', 'dangerous-tool-use-2026-09-03', 'effort-2025-11-24', 'fine-grained-tool-streaming-2025-05-14',
      'thinking-binding-controls-2026-08-01', 'mid-conversation-output-config-2026-07-01', 'mid-conversation-tool-changes-2026-07-01'),
  },
  bedrock_converse: { ...everywhere, ...same('effort-2025-11-24', 'fine-grained-tool-streaming-2025-05-14', 'structured-outputs-2025-11-13', 'thinking-binding-controls-2026-08-01') },
  vertex_ai: {
    ...everywhere, ...toolSearch,
    ...same('compact-2026-01-12', 'context-management-2025-06-27', 'dangerous-tool-use-2026-09-03', 'interleaved-thinking-2025-05-14', 'per-turn-control-2026-07-01',
      'thinking-binding-controls-2026-08-01', 'web-search-2025-03-05', 'inline-tools-2026-09-15'),
  },
  azure_ai: {
    ...everywhere,
    ...same('advanced-tool-use-2025-11-20', 'code-execution-2025-08-25', 'context-management-2025-06-27', 'dangerous-tool-use-2026-09-03', 'effort-2025-11-24',
      'files-api-2025-04-14', 'interleaved-thinking-2025-05-14', 'mcp-client-2025-11-20', 'mcp-client-2025-04-04', 'per-turn-control-2026-07-01',
      'prompt-caching-scope-2026-01-05', 'skills-2025-10-02', 'structured-outputs-2025-11-13', 'web-fetch-2025-09-10', 'web-search-2025-03-05'),
  },
  databricks: {
    ...everywhere,
    ...same('advanced-tool-use-2025-11-20', 'code-execution-2025-08-25', 'compact-2026-01-12', 'context-management-2025-06-27', 'dangerous-tool-use-2026-09-03',
      'effort-2025-11-24', 'fast-mode-2026-02-01', 'files-api-2025-04-14', 'fine-grained-tool-streaming-2025-05-14', 'interleaved-thinking-2025-05-14',
      'mcp-client-2025-11-20', 'mcp-client-2025-04-04', 'output-128k-2025-02-19', 'prompt-caching-scope-2026-01-05', 'skills-2025-10-02',
      'structured-outputs-2025-11-13', 'thinking-binding-controls-2026-08-01', 'token-efficient-tools-2025-02-19', 'web-fetch-2025-09-10', 'web-search-2025-03-05'),
  },
};

// Members of a body that are refused without their beta: where the word is not taken, the member goes too.
const members: readonly (readonly [string, RegExp])[] = [
  ['context_management', /^(context-management|compact)-/], ['mcp_servers', /^mcp-client-/], ['container', /^(skills|code-execution)-/], ['speed', /^fast-mode-/],
  ['output_format', /^structured-outputs-/],
];

/** Beta words sorted into those that are sent and those that are not, and the members of the body that go with the latter. */
export interface SortedBetas {
  sent: readonly string[];
  dropped: readonly string[];
  members: readonly string[];
}

const known = new Map<string, SortedBetas>();
const maxKnown = 1000;

/** Sorts the words of an `anthropic-beta` header. */
export function sortBetas(table: BetaRules['table'], header: string): SortedBetas {
  const key = `${table} ${header}`;
  let sorted = known.get(key);
  if (sorted) return sorted;
  const words = header.split(',').map((word) => word.trim()).filter((word) => word !== '');
  const column = columns[table];
  const taken = words.filter((word) => Object.hasOwn(column, word));
  const sent = [...new Set(taken.map((word) => column[word] ?? word))];
  sorted = {
    sent, dropped: words.filter((word) => !taken.includes(word)),
    members: members.filter(([, pattern]) => !sent.some((word) => pattern.test(word))).map(([member]) => member),
  };
  if (known.size < maxKnown) known.set(key, sorted);
  return sorted;
}
