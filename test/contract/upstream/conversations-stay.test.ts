// Conversations stay where their prompt is cached, without being asked to, and the load stays even all the same.
import { expect, test } from 'bun:test';
import { localGateway } from '../../support/gateway.ts';

const hosts = ['one', 'two', 'three'];
const config = `model_list:\n${hosts.map((host) => `  - { model_name: m, litellm_params: { model: openai/${host}, api_key: sk-provider-1, api_base: "http://${host}.test/v1" } }`).join('\n')}\n`;
const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };

interface Turn {
  role: string;
  content: string;
}

/** Many conversations at once, each turn behind the one before. Gives, by conversation, the hosts that its turns went to. */
async function converse(conversations: number, turns: number, named: boolean): Promise<string[][]> {
  const gateway = localGateway(config, {
    fetch: async (url) => {
      await Bun.sleep(1 + Math.random() * 4);
      return Response.json({ ...answer, id: new URL(url).host });
    },
  });
  return Promise.all(Array.from({ length: conversations }, async (_none, number) => {
    const messages: Turn[] = [{ role: 'system', content: 'The same for everybody.' }];
    const places: string[] = [];
    for (let turn = 0; turn < turns; turn++) {
      messages.push({ role: 'user', content: `Conversation ${number}, turn ${turn}.` });
      const response = await gateway.post('/v1/chat/completions', { model: 'm', messages }, named ? { 'x-session-id': `s-${number}` } : {});
      const { id } = await response.json() as { id: string };
      places.push(id);
      messages.push({ role: 'assistant', content: 'ok' });
    }
    return places;
  }));
}

test.each([['by what they begin with', false], ['by their name', true]])('%s', async (_how, named) => {
  const places = await converse(120, 12, named);
  const stayed = places.flatMap((place) => place.slice(1).map((host, index) => host === place[index]));
  expect(stayed.filter(Boolean).length / stayed.length).toBeGreaterThanOrEqual(0.95);
  const all = places.flat();
  for (const host of hosts) {
    const share = all.filter((place) => place === `${host}.test`).length / all.length;
    expect([host, share > 1 / 3 - 0.1 && share < 1 / 3 + 0.1, share]).toEqual([host, true, share]);
  }
});
