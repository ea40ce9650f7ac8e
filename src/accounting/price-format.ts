// The form of prices.jsonl, shared by the program that reads it and the script that writes it.

/** The first line of the file: what the numbers in the other lines stand for. */
export interface PriceMapHeader {
  notice: string;
  source: string;
  providers: string[];
  modes: string[];
  /** Names of members with a number, as LiteLLM calls them. */
  numbers: string[];
  /** Names of abilities, without `supports_`. */
  flags: string[];
  words: string[];
  /** Names of members with a list of words. */
  lists: string[];
}

/** One character for each ability in a line. */
export const flagAlphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~!$*+';
