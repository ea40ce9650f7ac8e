// LiteLLM Proxy from PyPI, in a virtual environment of its own that is kept between runs.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The release that Weir is compared with. Never "the newest": numbers must stay comparable, and a release of a popular package can be a malicious one. */
export const litellmVersion = '1.106.2';

const pythons = ['python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3'];

async function succeeds(...command: string[]): Promise<boolean> {
  try {
    return (await Bun.spawn(command, { stdout: 'ignore', stderr: 'ignore' }).exited) === 0;
  } catch {
    return false;
  }
}

async function findPython(): Promise<string | undefined> {
  for (const python of pythons) {
    if (await succeeds(python, '-c', 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))')) return python;
  }
  return undefined;
}

function environmentFolder(cache: string): string {
  return join(cache, `litellm-${litellmVersion}`);
}

/** Why LiteLLM cannot be installed here; undefined when it can or is. */
export async function litellmMissing(cache: string): Promise<string | undefined> {
  if (existsSync(join(environmentFolder(cache), 'bin', 'litellm')) || (await findPython())) return undefined;
  return 'no Python 3.10 to 3.13 with venv (Debian: apt-get install python3-venv)';
}

/** Installs LiteLLM when it is not there yet (about three minutes). Returns why it failed, or undefined. */
export async function installLitellm(cache: string): Promise<string | undefined> {
  const folder = environmentFolder(cache);
  if (existsSync(join(folder, 'bin', 'litellm'))) return undefined;
  const python = await findPython();
  if (!python) return 'no Python';
  console.error(`Installing litellm[proxy] ${litellmVersion} into ${folder}; this takes a few minutes, once …`);
  rmSync(folder, { recursive: true, force: true });
  const made = await succeeds(python, '-m', 'venv', folder);
  const pip = [join(folder, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', `litellm[proxy]==${litellmVersion}`];
  if (made && (await succeeds(...pip))) return undefined;
  // A half-made environment must not pass for a whole one the next time.
  rmSync(folder, { recursive: true, force: true });
  return `the installation failed: ${python} -m venv ${folder} && ${pip.join(' ')}`;
}
