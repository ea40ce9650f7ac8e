import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironmentFile } from './environment.ts';
import { OptionsError, readOptions } from './options.ts';

describe('options', () => {
  test('have defaults that are safe', () => {
    expect(readOptions([])).toEqual({ host: '127.0.0.1', port: 3000, dataFolder: null, allowedHosts: [], help: false });
  });

  test('are read', () => {
    const args = ['--port', '8080', '--host=::', '--allow-host', 'Chat.Example', '--allow-host', 'b', '--data', 'x'];
    expect(readOptions(args)).toMatchObject({ port: 8080, host: '::', allowedHosts: ['chat.example', 'b'], dataFolder: 'x' });
  });

  for (const args of [['--port', 'abc'], ['--port', '70000'], ['--port', '-1'], ['--nonsense'], ['extra'], ['--host', '']]) {
    test(`${args.join(' ')} is refused`, () => {
      expect(() => readOptions(args)).toThrow(OptionsError);
    });
  }
});

test('a .env file is read as shells and dotenv write it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-env-'));
  const path = join(folder, '.env');
  writeFileSync(path, '# comment\r\nA=1\r\nexport B="two words" # note\nC=\'x#y\'\n D = 4 # four\nE=a#b\nF=\nnot a line\n');
  expect(readEnvironmentFile(path)).toEqual({ A: '1', B: 'two words', C: 'x#y', D: '4', E: 'a#b', F: '' });
  rmSync(folder, { recursive: true });
  expect(readEnvironmentFile(path)).toEqual({});
});
