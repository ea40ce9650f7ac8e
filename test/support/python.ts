// Virtual environments with Python clients, made once in .weir/ from pinned requirements.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './gateway.ts';
import { refuse } from './real-model.ts';
import { withLock } from '../../scripts/install/lock.mjs';

const folderOfClients = join(projectRoot, 'test/clients/python');

/** A Python with the packages of `test/clients/python/NAME.txt`; null, loudly, where it cannot be had; in CI that is a failure. */
export async function pythonWith(name: 'sdks' | 'litellm'): Promise<string | null> {
  const wanted = readFileSync(join(folderOfClients, `${name}.txt`), 'utf8');
  const folder = join(projectRoot, `.weir/python-${name}`);
  const python = join(folder, 'bin/python');
  const mark = join(folder, 'installed.txt');
  const isReady = (): boolean => existsSync(mark) && readFileSync(mark, 'utf8') === wanted;
  if (isReady()) return python;
  mkdirSync(folder, { recursive: true });
  return withLock(`${folder}.lock`, async () => {
    if (isReady()) return python;
    for (const step of [['python3', '-m', 'venv', folder], [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', join(folderOfClients, `${name}.txt`)]]) {
      const problem = await failureOf(step);
      if (problem === null) continue;
      refuse(`the Python clients (${name}): ${step.slice(0, 4).join(' ')} … failed: ${problem}`);
      return null;
    }
    writeFileSync(mark, wanted);
    return python;
  }, () => console.log('Waiting for another installation of the Python clients …'));
}

async function failureOf(command: string[]): Promise<string | null> {
  if (!Bun.which(command[0] ?? '')) return `${command[0]} was not found`;
  const child = Bun.spawn(command, { stdout: 'ignore', stderr: 'pipe' });
  const error = await new Response(child.stderr).text();
  return (await child.exited) === 0 ? null : error.trim().slice(-400);
}

/** What a client got in one case. */
export interface PythonCase {
  client: string;
  upstream: string;
  case: string;
  got: unknown;
}

/** Drives clients through all cases (`drive.py`). Throws with what was written when the driver itself fails. */
export async function drivePython(python: string, clients: readonly string[], environment: Record<string, string>): Promise<PythonCase[]> {
  const child = Bun.spawn([python, join(folderOfClients, 'drive.py'), ...clients], {
    stdout: 'pipe', stderr: 'pipe', stdin: 'ignore', env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PYTHONDONTWRITEBYTECODE: '1', LITELLM_LOCAL_MODEL_COST_MAP: 'True', LANGSMITH_TRACING: 'false', ...environment },
  });
  const [out, error, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  if (code !== 0) throw new Error(`drive.py ended with ${code}:\n${out.slice(-2_000)}\n${error.slice(-4_000)}`);
  return out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as PythonCase);
}
