// A Python with the clients that tests drive, made on first use in .weir/python-clients.
import { existsSync } from 'node:fs';
import { projectRoot } from './gateway.ts';
import { refuse } from './real-model.ts';

// The versions whose requests are described in the guides.
const packages = ['openai==3.3.0', 'anthropic==2.12.0', 'httpx'];
const folder = `${projectRoot}.weir/python-clients`;

/** The Python with the clients; null, loudly, where there is none; in CI that is a failure. */
export async function pythonWithClients(): Promise<string | null> {
  const own = `${folder}/bin/python`;
  const ready = `${folder}/installed`;
  if (existsSync(ready)) return own;
  const python = Bun.which('python3');
  if (!python) {
    refuse('the Python clients: python3 was not found');
    return null;
  }
  for (const step of [[python, '-m', 'venv', folder], [own, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]]) {
    const child = Bun.spawn(step, { stdout: 'ignore', stderr: 'pipe' });
    if ((await child.exited) !== 0) {
      refuse(`the Python clients: ${step.slice(0, 4).join(' ')} … failed: ${(await new Response(child.stderr).text()).slice(-400)}`);
      return null;
    }
  }
  await Bun.write(ready, packages.join('\n'));
  return own;
}

/** Runs a script; gives the JSON of its last line. Throws with what it wrote when it fails. */
export async function runPython(python: string, script: string, environment: Record<string, string>): Promise<unknown> {
  const child = Bun.spawn([python, '-c', script], { stdout: 'pipe', stderr: 'pipe', stdin: 'ignore', env: { PATH: process.env['PATH'] ?? '', ...environment } });
  const [out, error, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  if (code !== 0) throw new Error(`python ended with ${code}:\n${out}\n${error}`);
  return JSON.parse(out.trim().split('\n').at(-1) ?? 'null');
}
