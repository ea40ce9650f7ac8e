// Models that the configuration sets for kinds of requests, whatever they ask for (`completion_model` and the like).
import type { CallKind } from './exchange.ts';
import type { Config } from '../config/config.ts';

/** The model of a kind of request; undefined: the one that it asks for. */
export type SettledModel = (kind: CallKind) => string | undefined;

/** What a configuration sets; null: nothing. The order for edits of images is LiteLLM's. */
export function settledModels({ generalSettings }: Config): SettledModel | null {
  const { completionModel: chat, embeddingModel: embeddings, imageGenerationModel: images, moderationModel: moderations } = generalSettings;
  const operations: Readonly<Partial<Record<string, string>>> = {
    ...(embeddings !== undefined && { embeddings }), ...(images !== undefined && { 'images-generations': images }), ...(moderations !== undefined && { moderations }),
    ...((chat ?? images) !== undefined && { 'images-edits': chat ?? images }),
  };
  if (chat === undefined && Object.keys(operations).length === 0) return null;
  return (kind) => (kind.type === 'chat' ? chat : operations[kind.operation]);
}
