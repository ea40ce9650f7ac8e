// The flags of `npm run bench`.
import { parseArgs } from 'node:util';
import { scenarios } from './scenarios.ts';

/** What the caller wants. */
export interface Options {
  readonly rivals: readonly ('nginx' | 'litellm')[];
  /** Groups of scenarios; empty for all. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly save: boolean;
  readonly weirCommand: readonly string[] | undefined;
  readonly cache: string | undefined;
}

const groups = [...new Set(scenarios.map(({ group }) => group))];

/** What `--help` prints. */
export const help = `npm run bench -- [flags]    the same load on Weir and its rivals, in turn

  --quick            one short round: a first impression, too noisy to save
  --only A,B         only these: ${groups.join(', ')}
  --rivals A,B       nginx, litellm (default: both; "" for none)
  --rounds N         rounds, of which the median is shown (default 3)
  --seconds N        how long each load lasts (default 4)
  --save             keep the numbers in bench/results.json, to be compared with the next time
  --weir COMMAND     measure this instead of bin/weir; --config FILE --port N is added (say, another checkout's bin/weir)
  --cache FOLDER     where LiteLLM's virtual environment is kept (default bench/.cache)
  --help             this`;

/** A wrong flag; its message is for the caller. */
export class WrongFlag extends Error {}

function words(text: string): string[] {
  return text.split(',').map((word) => word.trim()).filter(Boolean);
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(value) || value < 1) throw new WrongFlag(`--${name} takes a whole number from 1, not "${text}"`);
  return value;
}

function known<const Name extends string>(flag: string, names: readonly string[], all: readonly Name[]): Name[] {
  return names.map((name) => {
    const found = all.find((one) => one === name);
    if (!found) throw new WrongFlag(`--${flag} does not know "${name}"; it knows ${all.join(', ')}`);
    return found;
  });
}

/** Reads the flags; undefined when help is asked for. Throws `WrongFlag`. */
export function readOptions(argv: readonly string[]): Options | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        rivals: { type: 'string', default: 'nginx,litellm' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        save: { type: 'boolean', default: false },
        weir: { type: 'string' },
        cache: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new WrongFlag(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return undefined;
  if (values.save && values.weir) throw new WrongFlag("--save keeps this project's numbers: leave out --weir");
  if (values.save && values.quick) throw new WrongFlag('--save wants a whole run: leave out --quick');
  return {
    rivals: known('rivals', words(values.rivals), ['nginx', 'litellm']),
    only: known('only', words(values.only), groups),
    rounds: positive('rounds', values.rounds, values.quick ? 1 : 3),
    seconds: positive('seconds', values.seconds, values.quick ? 2 : 4),
    save: values.save,
    weirCommand: values.weir?.split(' '),
    cache: values.cache,
  };
}
