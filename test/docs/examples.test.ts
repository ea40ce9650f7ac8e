// Every example of the guides: commands run, configurations load, programs in TypeScript and Python are checked and run against a
// gateway with the demo model. The Chinese pages have the same blocks (twins.test.ts), so the English ones stand for both.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGateway } from '../../src/gateway.ts';
import { loadConfigText } from '../../src/config/load.ts';
import { masterKey, projectRoot } from '../support/gateway.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { checkOf, commandsOf } from './commands.ts';
import { findPython } from './python.ts';
import { guides, read } from './pages.ts';
import { openPlayground, skipLoudly, type Playground } from './playground.ts';
import type { Block } from './markdown.ts';

const blocks = read(guides).flatMap((page) => page.blocks);
const of = (...languages: string[]): Block[] => blocks.filter(({ language }) => languages.includes(language));
const title = ({ page, line }: Block): string => `${page}:${line}`;

let playground: Playground;
beforeAll(async () => {
  playground = await openPlayground('docs-examples');
});
afterAll(() => playground.stop());

test('every block has a language that is tested, or none', () => {
  expect([...new Set(blocks.map(({ language }) => language))].toSorted()).toEqual(['', 'python', 'sh', 'ts', 'yaml']);
});

describe('configurations load and make a gateway', () => {
  for (const block of of('yaml')) {
    test(title(block), () => {
      const environment = Object.fromEntries([...block.text.matchAll(/os\.environ\/(\w+)/g)].map(([, name = '']) => [name, masterKey]));
      const loaded = loadConfigText(block.text, environment);
      if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems, null, 1));
      // Two warnings are what the guides tell about; a part of a file has no deployments.
      const unexpected = loaded.warnings.filter(({ path, message }) => path !== 'general_settings.allow_requests_on_db_unavailable' && !message.startsWith('no deployments are listed'));
      expect(unexpected).toEqual([]);
      expect(createGateway({ config: loaded.config, masterKey, logger: silentLogger }).kind).toBe('ok');
    });
  }
});

describe('commands', () => {
  for (const block of of('sh')) {
    test(title(block), async () => {
      playground.renewEnvironment();
      for (const command of commandsOf(block.text)) {
        const check = checkOf(command);
        if (!check) throw new Error(`No row in test/docs/commands.ts for: ${command}`);
        await check(command, playground);
      }
    });
  }
});

// What a program has to print, told by what it is about.
const printed = (text: string): RegExp => (text.includes('sk-wrong') ? /authentication 401 false/ : text.includes('FixedBackend') ? /^Yes\.$/m : /demo model/);

describe('TypeScript', () => {
  const programs = of('ts').map((block, index) => ({ block, file: `example-${index}.ts` }));
  beforeAll(() => {
    for (const { block, file } of programs) writeFileSync(join(playground.folder, file), `${playground.here(block.text)}\nexport {};\n`);
    writeFileSync(join(playground.folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['example-*.ts'], exclude: [] }));
  });

  test('the programs have the right types', async () => {
    const { code, output } = await playground.run([process.execPath, join(projectRoot, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', '.']);
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });

  for (const { block, file } of programs) {
    test(title(block), async () => {
      const { code, output } = await playground.run([process.execPath, '--no-env-file', file]);
      expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(printed(block.text)) });
    });
  }
});

describe('Python', () => {
  const python = findPython();
  if ('missing' in python) skipLoudly(`Python examples of the guides: ${python.missing}`);

  of('python').forEach((block, index) => {
    test.skipIf('missing' in python)(title(block), async () => {
      if ('missing' in python) return;
      const file = join(playground.folder, `example_${index}.py`);
      writeFileSync(file, playground.here(block.text));
      const { code, output } = await playground.run([python.path, file]);
      expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(printed(block.text)) });
    });
  });
});

test('the folder of the examples is no part of the project', () => {
  expect(existsSync(join(projectRoot, '.gitignore'))).toBe(true);
  expect(Bun.spawnSync(['git', 'check-ignore', '-q', '.weir/docs-examples/config.yaml'], { cwd: projectRoot }).exitCode).not.toBe(1);
});
