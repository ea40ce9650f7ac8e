// docs/routes.md, from the table of routes.
import { permissions, reachOf, type Action, type Reach } from '../../src/access/permissions.ts';
import { roles } from '../../src/access/role.ts';
import type { Access } from '../../src/server/route.ts';
import { routes } from '../../src/server/routes.ts';
import { code, table } from './markdown.ts';

const introduction = `# Routes

<!-- Made by scripts/docs/generate.ts from src/server/routes.ts. Change the table, not this page. -->

What is not here does not exist: it answers 404 with \`{"detail":"Not Found"}\`. A path that exists with another method answers 405. \`HEAD\` works
wherever \`GET\` does. \`{model}\` is one part of the path, \`{model*}\` the rest of it, with slashes.
`;

const permissionTable = `## Who may do what

A role may do an action on all things, on those of the organizations or teams that it administers, or on its own. An empty cell is a refusal.
A user can be an administrator of organizations and teams besides the own role; a key that belongs to no user has the role \`key\`.
`;

const reachWords: Readonly<Record<Reach, string>> = { all: 'all', organization: 'its organizations', team: 'its teams', own: 'own' };

function accessOf(access: Access): string {
  if (access === 'public') return 'everybody';
  if (access === 'metrics') return 'any accepted key, unless `require_auth_for_metrics_endpoint` is `false`';
  return code(access);
}

function permissionRows(): string[][] {
  return (Object.keys(permissions) as Action[]).map((action) => [code(action), ...roles.map((role) => {
    const reach = reachOf(role, action);
    return reach === null ? '' : reachWords[reach];
  })]);
}

/** The whole page. */
export function renderRoutes(): string {
  const rows = routes.map((route) => [route.method, code(route.path), route.summary, accessOf(route.access)]);
  return [introduction, table(['method', 'path', 'what', 'who may call: those who may do this'], rows), '', permissionTable, table(['action', ...roles], permissionRows()), ''].join('\n');
}
