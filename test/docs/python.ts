// A Python with the client libraries of the guides, in a virtual environment of the documentation's tests.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/gateway.ts';

const folder = join(projectRoot, '.weir', 'docs-python');
const requirements = join(projectRoot, 'test/docs/requirements.txt');
const python = join(folder, 'bin/python');
const stamp = join(folder, 'installed.txt');

/** Python with the packages of requirements.txt, installed when they are not there; or why it cannot be had. */
export function findPython(): { path: string } | { missing: string } {
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { path: python };
  mkdirSync(folder, { recursive: true });
  for (const command of [['python3', '-m', 'venv', folder], [python, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements]]) {
    try {
      const { success, stderr } = Bun.spawnSync(command, { stdout: 'ignore', stderr: 'pipe', timeout: 300_000 });
      if (!success) return { missing: `${command.join(' ')}: ${stderr.toString().trim().slice(-300)}` };
    } catch (error) {
      return { missing: `${command.join(' ')}: ${String(error)}` };
    }
  }
  writeFileSync(stamp, wanted);
  return { path: python };
}
