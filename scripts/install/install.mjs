// `node scripts/install/install.mjs run|test`: installs the packages that running, or testing, needs, if any is missing.
// Runs on Node alone, may run many times at once, and takes nothing away that a developer has installed.
import { existsSync, lstatSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPackages } from './missing.mjs';
import { withLock } from './lock.mjs';

const kinds = {
  run: { workspaces: ['web'], development: false, arguments: ['-w', 'web', '--include-workspace-root', '--omit=dev'] },
  test: { workspaces: ['web', 'test/clients'], development: true, arguments: ['--include=dev'] },
};
const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const name = process.argv[2];
if (!Object.hasOwn(kinds, name)) {
  console.error('Usage: node scripts/install/install.mjs run|test');
  process.exit(2);
}
if (!isComplete(name)) {
  const code = await withLock(join(root, '.weir/install.lock'), install, () => console.error('Waiting for another installation in this folder …'));
  process.exit(code);
}

function isComplete(kind) {
  return missingPackages(root, kinds[kind]).length === 0;
}

async function install() {
  if (isComplete(name)) return 0;
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm ci empties the folder first: here it would be somebody else's.
    console.error('Packages are missing, and node_modules is a link to another folder. Remove the link, or install where it leads.');
    return 1;
  }
  const kind = existsSync(join(root, 'node_modules/typescript')) ? kinds.test : kinds[name];
  console.error('Installing what is missing (npm ci) …');
  const code = await run('npm', ['ci', ...quiet, ...kind.arguments]);
  if (code !== 0) console.error(`The installation failed (npm ci ended with ${code}). Is the package registry reachable?`);
  return code;
}

/** Runs a command in the project; gives its exit code. Its output goes to standard error, where it disturbs no pipe. */
function run(command, values) {
  return new Promise((resolve) => {
    const child = spawn(command, values, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
    child.on('error', (error) => {
      console.error(`${command} cannot be started: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
