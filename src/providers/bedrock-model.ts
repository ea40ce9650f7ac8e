// Names of models on Amazon Bedrock, as LiteLLM's users write them: routing words, a region, a family before an id that tells none
// (`bedrock/converse/…`, `bedrock/us-east-1/…`, `bedrock/nova/arn:…`), then an id, an inference profile or an ARN.
import type { DialectName } from '../canonical/dialect-name.ts';
import type { ModelForm } from './provider.ts';

const routes: Readonly<Record<string, DialectName | null>> = {
  bedrock: null, converse: 'bedrock-converse', converse_like: 'bedrock-converse', invoke: 'anthropic-messages', chat_completions: 'openai-chat',
};
// Words before an ARN that say whose model it is.
const families: ReadonlySet<string> = new Set(['anthropic', 'claude', 'nova', 'nova-2', 'llama', 'mistral', 'cohere', 'titan', 'deepseek_r1', 'qwen2', 'qwen3', 'openai', 'moonshot']);
const region = /^[a-z]{2}(-gov|-isob?)?-[a-z]+-\d$/;
// Where a model may be served from: the same model under each.
const geography = /^(us|eu|apac|jp|au|ca|sa|global|us-gov)\./;
const named = /^arn:aws[\w-]*:bedrock:([a-z0-9-]*):\d*:(?:foundation-model|inference-profile)\/(.+)$/;

/** Reads what stands behind `bedrock/`. */
export function readBedrockModel(name: string): ModelForm {
  const parameters: Record<string, string> = {};
  let dialect: DialectName | undefined;
  let family: string | undefined;
  let model = name;
  for (let slash = model.indexOf('/'); slash > 0; slash = model.indexOf('/')) {
    const word = model.slice(0, slash);
    const route = Object.hasOwn(routes, word) ? routes[word] : undefined;
    if (route !== undefined) dialect = route ?? dialect;
    else if (region.test(word)) parameters['aws_region_name'] = word;
    else if (families.has(word)) family = word;
    else break;
    model = model.slice(slash + 1);
  }
  const arn = /^arn:aws[\w-]*:bedrock:([a-z0-9-]+):/.exec(model);
  if (arn?.[1] !== undefined) parameters['aws_region_name'] ??= arn[1];
  return {
    model, knownAs: knownNames(model, parameters['aws_region_name'], family), ...(dialect !== undefined && { dialect }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
}

function knownNames(model: string, inRegion: string | undefined, family: string | undefined): string[] {
  const plain = named.exec(model)?.[2] ?? model;
  const everywhere = plain.replace(geography, '');
  const names = [...(inRegion === undefined ? [] : [`${inRegion}/${everywhere}`]), plain, everywhere];
  // An ARN of one's own: its family is all that is known.
  return family === undefined ? names : [`${family}/${model}`, ...names];
}
