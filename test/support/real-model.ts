// The small real model of `./start.sh --local-model`, for tests: one for the whole run of a file.
import { projectRoot } from './gateway.ts';
import { installLocalModel, startLocalModel } from '../../scripts/start/local-model.ts';

/** A running model. */
export interface RealModel {
  /** With `/v1`. */
  url: string;
  stop(): Promise<void>;
}

/** Starts the model; installs it on first use. Null, loudly, where that is not possible; in CI that is a failure. */
export async function startRealModel(): Promise<RealModel | null> {
  const installed = await installLocalModel(projectRoot, (text) => console.log(text));
  const started = installed.kind === 'ok' ? await startLocalModel(projectRoot) : installed;
  if (started.kind === 'error') {
    refuse(`tests on a real model: ${started.message}`);
    return null;
  }
  const { child, url } = started;
  return {
    url,
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

/**
 * Members of `litellm_params` with which a small chatty model ends after a sentence at most, the same way each time: for clients that
 * take an answer which was cut by their own limit for a failure.
 */
export const oneSentence = { temperature: 0, seed: 1, stop: ['.', '!', '?', '\n'] };

/** How many answers the model is working at now, and the tokens of each one. */
export async function slotsAtWork(url: string): Promise<number[]> {
  const slots = (await (await fetch(`${url.replace(/\/v1$/, '')}/slots`)).json()) as { is_processing: boolean; next_token?: { n_decoded: number }[] }[];
  return slots.filter((slot) => slot.is_processing).map((slot) => slot.next_token?.[0]?.n_decoded ?? 0);
}

/** Says loudly what is skipped; in CI that is a failure. */
export function refuse(what: string): void {
  const text = `SKIPPED: ${what}`;
  if (process.env['CI'] === 'true') throw new Error(text);
  console.warn(`\n${'!'.repeat(Math.min(100, text.length))}\n${text}\n${'!'.repeat(Math.min(100, text.length))}\n`);
}
