// The members that LiteLLM's typed answers of each operation always have: null, or zero where its clients add up, when the provider left
// them out.
import { nulls } from './present.ts';
import { replaceString, touchItems, touchObject, type ObjectTouch } from '../lib/touch.ts';
import type { OperationName } from '../providers/provider.ts';

const imageUsage = '{"input_tokens":0,"input_tokens_details":{"image_tokens":0,"text_tokens":0},"output_tokens":0,"total_tokens":0}';

const images: ObjectTouch = {
  missing: { ...nulls('background', 'output_format', 'quality', 'size'), usage: imageUsage },
  members: { data: touchItems(touchObject({ missing: nulls('b64_json', 'url', 'revised_prompt', 'provider_specific_fields') })) },
};
const transcription: ObjectTouch = { missing: nulls('usage', 'language', 'duration', 'words', 'segments') };

const touches: Readonly<Partial<Record<OperationName, ObjectTouch>>> = {
  'embeddings': { members: { usage: touchObject({ missing: { completion_tokens: '0', ...nulls('completion_tokens_details', 'prompt_tokens_details') } }) } },
  'images-generations': images, 'images-edits': images, 'images-variations': images,
  'audio-transcriptions': transcription, 'audio-translations': transcription,
};

/** What to do with an operation's answer: its members, and, but for moderations, the model's name as the client asked for it. */
export function operationTouch(operation: OperationName, model: string): ObjectTouch {
  const touch = touches[operation] ?? {};
  // LiteLLM leaves the judging model's own name.
  if (operation === 'moderations') return touch;
  return { ...touch, members: { ...touch.members, model: replaceString(JSON.stringify(model)) } };
}
