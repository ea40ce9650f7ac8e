// Writes the pages that are made from tables: `bun scripts/docs/generate.ts`. With --check it writes nothing and fails when one differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderCommandLine } from './render-command-line.ts';
import { renderConfiguration } from './render-configuration.ts';
import { renderErrors } from './render-errors.ts';
import { renderMetrics } from './render-metrics.ts';
import { renderRoutes } from './render-routes.ts';

/** The generated pages, by their path from the project's root. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/command-line.md': renderCommandLine,
  'docs/configuration.md': renderConfiguration,
  'docs/errors.md': renderErrors,
  'docs/metrics.md': renderMetrics,
  'docs/routes.md': renderRoutes,
};

/** The path of a page on this machine. */
export function pathOf(page: string): string {
  return fileURLToPath(new URL(`../../${page}`, import.meta.url));
}

/** Pages whose text differs from what the tables say. */
export function differing(): readonly string[] {
  return Object.entries(pages).flatMap(([page, render]) => (textOf(page) === render() ? [] : [page]));
}

function textOf(page: string): string {
  try {
    return readFileSync(pathOf(page), 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  const outdated = differing();
  if (process.argv.includes('--check')) {
    for (const page of outdated) console.error(`${page} differs from the tables; run: bun scripts/docs/generate.ts`);
    process.exitCode = outdated.length === 0 ? 0 : 1;
  } else {
    for (const page of outdated) writeFileSync(pathOf(page), pages[page]?.() ?? '');
    console.log(outdated.length === 0 ? 'All pages are up to date.' : `Written: ${outdated.join(', ')}`);
  }
}
