import { expect, test } from 'bun:test';
import { MinuteWindow, type MinuteLimits } from './minute-window.ts';

const open: MinuteLimits = { requestsPerMinute: null, tokensPerMinute: null, inputTokensPerMinute: null, outputTokensPerMinute: null };
const minute = 60_000 * 1_000;

test.each([
  ['requests', { requestsPerMinute: 2 }, [1, 1]], ['tokens', { tokensPerMinute: 30 }, [10, 5]], ['input tokens', { inputTokensPerMinute: 20 }, [10, 500]], ['output tokens', { outputTokensPerMinute: 10 }, [500, 5]],
] as const)('a limit of %s holds until the minute is over', (_name, limits, [input, output]) => {
  const window = new MinuteWindow({ ...open, ...limits });
  for (let count = 0; count < 2; count++) {
    expect(window.hasRoom(minute)).toBe(true);
    window.takeRequest(minute);
    window.addTokens(minute + 1_000, input, output);
  }
  expect(window.hasRoom(minute + 59_999)).toBe(false);
  expect(window.tokensNow(minute + 59_999)).toBe(2 * (input + output));
  expect(window.hasRoom(minute + 60_000)).toBe(true);
});

test('without limits there is always room, and a window knows which limits it keeps', () => {
  const window = new MinuteWindow(open);
  window.addTokens(minute, 1e9, 1e9);
  expect(window.hasRoom(minute)).toBe(true);
  expect(window.keeps({ ...open })).toBe(true);
  expect(window.keeps({ ...open, outputTokensPerMinute: 5 })).toBe(false);
});
