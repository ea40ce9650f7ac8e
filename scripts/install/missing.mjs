// Which of the packages that package-lock.json names are not installed, or in another version. Needs nothing but Node.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths such as `node_modules/react` of packages that are needed and not there. `workspaces` are folders; `development` adds the
 * root's and the workspaces' development packages. Optional packages are not looked at: which of them fit is npm's affair.
 */
export function missingPackages(root, { workspaces, development }) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'));
  const fits = (path) => installed[path]?.version === wanted[path].version && existsSync(join(root, path, 'package.json'));
  return [...needed(wanted, workspaces, development)].filter((path) => !fits(path));
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
}

function needed(packages, workspaces, development) {
  const found = new Set();
  const visit = (path, top) => {
    const entry = packages[path];
    const names = Object.keys({ ...entry?.dependencies, ...(top && development && entry?.devDependencies) });
    for (const name of names) {
      const place = resolve(packages, path, name);
      if (place === undefined || found.has(place) || packages[place].link) continue;
      found.add(place);
      visit(place, false);
    }
  };
  for (const path of ['', ...workspaces]) visit(path, true);
  return found;
}

/** Node's rule: the nearest node_modules on the way up. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[place]) return place;
    if (folder === '') return undefined;
  }
}
