// What of an answer the client's dialect has no place for: declared here as a table, and named in `x-weir-dropped` and the log line.
// Content deltas are never looked at: what is lost is told by what a block is, not by what is in it.
import type { DialectName } from '../canonical/dialect-name.ts';
import type { BlockStart, StreamEvent } from '../canonical/event.ts';
import type { Usage } from '../canonical/usage.ts';
import { isSearch } from './web-search.ts';
import { pagesOf } from './citations.ts';
import { stringAt } from '../lib/json.ts';

/** What a client's dialect cannot say. */
interface Limits {
  /** It has one choice. */
  oneChoice?: true;
  logprobs?: true;
  /** It has no citations of pages. */
  citations?: true;
  /** It does not tell which stop sequence came, or why a model refused. */
  stop?: true;
  /** Kinds of blocks without a place; of sounds the words stay everywhere. */
  blocks: ReadonlySet<BlockStart['kind']>;
  /** Counts without a place, by the name that they are told by. */
  counts: Readonly<Record<string, (usage: Usage) => boolean>>;
}

const cacheWrites = (usage: Usage): boolean => usage.cacheWriteTokens > 0;
const hourWrites = (usage: Usage): boolean => usage.cacheWrite1hTokens > 0;
const predictions = (usage: Usage): boolean => usage.acceptedPredictionTokens + usage.rejectedPredictionTokens > 0;
const sounds = (usage: Usage): boolean => usage.inputAudioTokens + usage.outputAudioTokens > 0;
const anthropicTiers: ReadonlySet<string> = new Set(['standard', 'priority', 'batch', 'default']);
// To be served as usual is nothing that anybody misses.
const usualTiers: ReadonlySet<string> = new Set(['default', 'standard', 'auto']);
const unusualTier = ({ serviceTier }: Usage): boolean => serviceTier !== null && !usualTiers.has(serviceTier);

const limits: Readonly<Record<DialectName, Limits>> = {
  'openai-chat': { blocks: new Set(), counts: {} },
  'openai-responses': {
    oneChoice: true, stop: true, blocks: new Set(['audio']), counts: { 'usage.cache_write_1h_tokens': hourWrites, 'usage.prediction_tokens': predictions },
  },
  'anthropic-messages': {
    oneChoice: true, logprobs: true, blocks: new Set(['image', 'audio']),
    counts: {
      'usage.audio_tokens': sounds, 'usage.prediction_tokens': predictions,
      service_tier: ({ serviceTier }) => serviceTier !== null && !anthropicTiers.has(serviceTier),
    },
  },
  gemini: {
    stop: true, blocks: new Set(['audio']),
    counts: { 'usage.cache_write_tokens': cacheWrites, 'usage.prediction_tokens': predictions, service_tier: unusualTier },
  },
  'bedrock-converse': { oneChoice: true, logprobs: true, citations: true, blocks: new Set(['audio']), counts: { 'usage.prediction_tokens': predictions } },
  'openai-completions': { citations: true, stop: true, blocks: new Set(['thinking', 'redacted-thinking', 'tool-call', 'image', 'audio']), counts: { service_tier: unusualTier } },
};

// No more than a header and a log line can hold.
const maxNames = 32;

/** Collects what is lost of one answer into a list that others may hold already. */
export class AnswerLosses {
  private readonly limits: Limits;
  private readonly names = new Set<string>();

  constructor(private readonly client: DialectName, private readonly list: string[]) {
    this.limits = limits[client];
  }

  /** Looks at an event. */
  note(event: StreamEvent): void {
    switch (event.type) {
      case 'block-start':
        if (event.choice > 0 && this.limits.oneChoice) return this.add(`choices[${event.choice}]`);
        return this.block(event.start);
      case 'block-citation':
        if (event.dialect !== this.client && !this.canCite(event)) this.add('citations');
        return;
      case 'logprobs':
        if (this.limits.logprobs) this.add('logprobs');
        return;
      case 'stop':
        if (this.limits.stop && event.stopSequence !== undefined) this.add('stop_sequence');
        if (this.limits.stop && event.details !== undefined && event.details !== null) this.add('stop_details');
        return;
      case 'usage':
        return this.usage(event.usage);
      default:
    }
  }

  private usage(usage: Usage): void {
    const { counts } = this.limits;
    for (const name in counts) if (counts[name]?.(usage)) this.add(name);
  }

  private block(start: BlockStart): void {
    if (start.kind !== 'opaque') {
      if (this.limits.blocks.has(start.kind)) this.add(names[start.kind]);
    } else if (start.dialect !== this.client && !(this.client === 'openai-responses' && isSearch(start))) {
      this.add(stringAt(start.value, 'type') ?? Object.keys(start.value)[0] ?? 'block');
    }
  }

  // Chat clients find Anthropic's own citations where LiteLLM has them.
  private canCite(citation: Extract<StreamEvent, { type: 'block-citation' }>): boolean {
    if (this.client === 'openai-chat' && citation.dialect === 'anthropic-messages') return true;
    return !this.limits.citations && pagesOf(citation).length > 0;
  }

  private add(name: string): void {
    if (this.names.size >= maxNames || this.names.has(name)) return;
    this.names.add(name);
    this.list.push(`answer.${name}`);
  }
}

const names: Readonly<Record<Exclude<BlockStart['kind'], 'opaque'>, string>> = {
  text: 'text', refusal: 'refusal', thinking: 'thinking', 'redacted-thinking': 'thinking', 'tool-call': 'tool_calls', image: 'image', audio: 'audio',
};
