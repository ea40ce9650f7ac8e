// A model that follows a script and is asked in any of the four dialects: what it says in each turn, and what a strict provider refuses.
import type { SeenCall } from '../provider.ts';

/** The dialects in which providers are asked. */
export type ProviderDialectName = 'openai-chat' | 'anthropic-messages' | 'openai-responses' | 'gemini';

/** A call of a tool. */
export interface ScriptedCall {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
}

/** What the model says in one turn. */
export interface Turn {
  reasoning?: string;
  text?: string;
  calls?: readonly ScriptedCall[];
}

/** The turn for a request: the script's, or one that depends on what is asked (clients that ask for titles on the side). */
export type Script = (asked: Asked) => Turn;

/** What a strict provider sees in a request. */
export interface Asked {
  dialect: ProviderDialectName;
  call: SeenCall;
  stream: boolean;
  /** Names of the tools on offer. */
  tools: readonly string[];
  /** How many turns of the model in the conversation called tools. */
  rounds: number;
}

/** The turns one after the other: a turn with calls leads to the next one. Requests without tools get the last one. */
export const inTurns = (...turns: readonly Turn[]): Script => ({ rounds, tools }) =>
  (tools.length === 0 ? turns.at(-1) : turns[Math.min(rounds, turns.length - 1)]) ?? {};

/** The tokens that the model reports for every answer. */
export const scriptedUsage = { input: 1200, cached: 200, output: 34, reasoning: 8 };

/** The id of a call, and what belongs to the reasoning before it, by turn. */
export const callId = (round: number, index: number): string => `call_r${round}i${index}`;

/** What the provider wants back unchanged with a turn's reasoning. Base64, as all vendors write it. */
export const signatureOf = (round: number): string => Buffer.from(`signature of turn ${round}, as opaque as any`).toString('base64');

/** A text in pieces of some characters. */
export const pieces = (text: string, size = 7): string[] => text.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? [];

export type Wire = Record<string, unknown>;

/** The member as a list of objects; empty when it is none. */
export const listOf = (holder: unknown, member: string): Wire[] => {
  const value = typeof holder === 'object' && holder !== null ? (holder as Wire)[member] : undefined;
  return Array.isArray(value) ? value.filter((entry): entry is Wire => typeof entry === 'object' && entry !== null) : [];
};
