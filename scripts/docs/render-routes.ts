// docs/routes.md, from the table of routes.
import type { Access } from '../../src/server/route.ts';
import { routes } from '../../src/server/routes.ts';
import { code, table } from './markdown.ts';

const introduction = `# Routes

<!-- Made by scripts/docs/generate.ts from src/server/routes.ts. Change the table, not this page. -->

What is not here does not exist: it answers 404 with \`{"detail":"Not Found"}\`. A path that exists with another method answers 405. \`HEAD\` works
wherever \`GET\` does. \`{model}\` is one part of the path, \`{model*}\` the rest of it, with slashes.
`;

const accesses: Readonly<Record<Access, string>> = {
  public: 'everybody', key: 'any accepted key', admin: 'the master key', metrics: 'any accepted key, unless `require_auth_for_metrics_endpoint` is `false`',
};

/** The whole page. */
export function renderRoutes(): string {
  const rows = routes.map((route) => [route.method, code(route.path), route.summary, accesses[route.access]]);
  return [introduction, table(['method', 'path', 'what', 'who may call'], rows), ''].join('\n');
}
