// What an operation is billed by: tokens where the provider counts them, else images, seconds, characters or search units.
import { emptyUsage, type Usage } from '../canonical/usage.ts';
import { soundSeconds } from '../accounting/sound-length.ts';
import { numberAt, objectAt, stringAt, type JsonObject } from '../lib/json.ts';
import type { OperationBody } from './operation-body.ts';
import type { OperationName } from '../providers/provider.ts';
import type { Units } from '../accounting/cost.ts';

/** Tokens and units of one answer. */
export interface Billed {
  usage: Usage | null;
  units: Units;
}

/** What a `usage` object tells (OpenAI's for each operation, Cohere's and Voyage's totals). */
export function operationUsage(operation: OperationName, usage: JsonObject): Billed {
  const input = objectAt(usage, 'input_tokens_details') ?? objectAt(usage, 'input_token_details') ?? objectAt(usage, 'prompt_tokens_details');
  const output = objectAt(usage, 'output_tokens_details');
  const outputTokens = numberAt(usage, 'completion_tokens') ?? numberAt(usage, 'output_tokens') ?? 0;
  const inputTokens = numberAt(usage, 'prompt_tokens') ?? numberAt(usage, 'input_tokens') ?? numberAt(usage, 'total_tokens');
  const seconds = numberAt(usage, 'seconds');
  const units: Units = {};
  if (seconds !== undefined) units.seconds = seconds;
  if (operation.startsWith('images-')) {
    units.inputImageTokens = numberAt(input, 'image_tokens') ?? 0;
    units.outputImageTokens = numberAt(output, 'image_tokens') ?? outputTokens;
  }
  if (inputTokens === undefined) return { usage: null, units };
  return {
    units,
    usage: {
      ...emptyUsage(), inputTokens, outputTokens, cacheReadTokens: numberAt(input, 'cached_tokens') ?? 0, inputAudioTokens: numberAt(input, 'audio_tokens') ?? 0,
      costUsd: numberAt(usage, 'cost') ?? null, serviceTier: stringAt(usage, 'service_tier') ?? null,
    },
  };
}

/** Units that the request itself tells: characters that are spoken, seconds that are listened to, requests that are judged. */
export function requestUnits(operation: OperationName, { members, form }: OperationBody): Units {
  if (operation === 'moderations') return { requests: 1 };
  const sound = operation === 'audio-transcriptions' || operation === 'audio-translations' ? form?.sound : null;
  if (sound) return { seconds: soundSeconds(sound) };
  if (operation !== 'audio-speech') return {};
  const input = members.get('input');
  return { characters: typeof input === 'string' ? input.length : 0 };
}
