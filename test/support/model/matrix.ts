// The scripts that every SDK is led through, in whatever language it is written.
import { entriesOf, inTurns, playScript } from './index.ts';
import type { ScriptedProvider } from '../provider.ts';

/** What the model says. */
export const said = 'A weir is a low dam 堰 – it lets the river through.';

/** The structured answer. */
export const structured = { city: 'Köln', people: 1_100_000 };

/** Gives the provider the models `text`, `loop`, `json` and `slow` on all upstreams; the loop writes a note and reads it. Gives their entries. */
export function playMatrix(provider: ScriptedProvider, notePath: string): ReturnType<typeof entriesOf> {
  playScript(provider, 'text', () => ({ reasoning: 'Easy.', text: said }));
  playScript(provider, 'loop', inTurns(
    { reasoning: 'A note is wanted.', text: 'I write it.', calls: [{ name: 'write_note', arguments: { path: notePath, content: said } }] },
    { reasoning: 'Is it there?', calls: [{ name: 'read_note', arguments: { path: notePath } }, { name: 'read_note', arguments: { path: 'missing' } }] },
    { reasoning: 'So it is.', text: 'Done.' },
  ));
  // A provider without schemas is given a tool for the answer; some clients bring one of their own.
  playScript(provider, 'json', ({ tools }) => {
    const tool = ['json_tool_call', 'City', 'PartialCity'].find((name) => tools.includes(name));
    return tool === undefined ? { text: JSON.stringify(structured) } : { calls: [{ name: tool, arguments: structured }] };
  });
  playScript(provider, 'slow', () => ({ text: 'and so on '.repeat(2_000) }), 50);
  return ['text', 'loop', 'json', 'slow'].flatMap((name) => entriesOf(name, provider.url));
}
