// Runs every suite and adds up what they say. The last line is `N passed, N failed, N skipped`.
// usage: bun test/run.ts [SUITE …]
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dir, '..');
const bun = process.execPath;
const isCi = process.env['CI'] === 'true';

/** A suite: a command, and whether its output has counts of its own. */
interface Suite {
  name: string;
  command: readonly string[];
  /** `tests`: the counts of `bun test` are read. `check`: the whole is one test. */
  kind: 'tests' | 'check';
  timeoutMs: number;
}

const minuteMs = 60_000;
const tests = (name: string, folders: readonly string[], timeoutMs = 10 * minuteMs): Suite => ({
  name, kind: 'tests', timeoutMs, command: [bun, 'test', '--timeout', '60000', ...folders.filter((folder) => existsSync(resolve(root, folder)))],
});
const check = (name: string, command: readonly string[]): Suite => ({ name, kind: 'check', command, timeoutMs: 5 * minuteMs });

const suites: readonly Suite[] = [
  check('types', [bun, 'node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']),
  check('types of the page', [bun, 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'web/tsconfig.json']),
  check('lint', [bun, 'node_modules/oxlint/bin/oxlint', '--deny-warnings', 'src', 'client', 'test', 'scripts', 'bench', 'web']),
  check('imports', [bun, 'scripts/check-imports.ts']),
  tests('unit', ['./src', './scripts', './client', './bench', './web']),
  tests('contract', ['./test/contract']),
  tests('fuzz', ['./test/fuzz']),
  tests('documentation', ['./test/docs']),
  tests('end to end', ['./test/e2e'], 20 * minuteMs),
  tests('browser', ['./test/browser'], 15 * minuteMs),
];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const wanted = process.argv.slice(2);
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites) {
  if (wanted.length > 0 && !wanted.includes(suite.name)) continue;
  if (suite.kind === 'tests' && suite.command.length === 4) continue;
  const counts = await run(suite);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
if (isCi && total.skipped > 0) {
  console.log(`${total.skipped} skipped tests count as failures here (CI=true).`);
  total.failed += total.skipped;
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

async function run(suite: Suite): Promise<Counts> {
  const startedMs = performance.now();
  const child = Bun.spawn([...suite.command], { cwd: root, stdout: 'pipe', stderr: 'pipe', env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: '65336', FORCE_COLOR: '0' } });
  const timer = setTimeout(() => child.kill('SIGKILL'), suite.timeoutMs);
  const [out, error, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  clearTimeout(timer);
  const text = `${out}\n${error}`;
  const counts = suite.kind === 'check' ? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 } : countsOf(text, code);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${counts.failed > 0 ? 'FAIL' : 'ok  '} ${suite.name.padEnd(18)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped  (${seconds} s)`);
  if (counts.failed > 0) console.log(suite.kind === 'check' ? text.slice(-8_000) : failuresOf(text));
  for (const line of text.split('\n')) if (line.startsWith('(skip)')) console.log(`SKIPPED: ${line.slice(7)}`);
  return counts;
}

/** The counts at the end of `bun test`'s output; a run without them is a failure. */
function countsOf(text: string, code: number): Counts {
  const count = (word: string): number => Number(new RegExp(`^ *(\\d+) ${word}$`, 'm').exec(text)?.[1] ?? 0);
  const counts = { passed: count('pass'), failed: count('fail'), skipped: count('skip') };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** What failed, with what stands before it. */
function failuresOf(text: string): string {
  const lines = text.split('\n');
  const shown = new Set<number>();
  lines.forEach((line, index) => {
    if (!line.startsWith('(fail)') && !line.startsWith('error:')) return;
    for (let near = Math.max(0, index - 25); near <= index + 12 && near < lines.length; near++) shown.add(near);
  });
  const picked = lines.filter((line, index) => shown.has(index) && !line.startsWith('(pass)')).join('\n');
  return picked === '' ? text.slice(-8_000) : picked.slice(-16_000);
}
