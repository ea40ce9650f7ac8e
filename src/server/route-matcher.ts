// Finds the row of the table of routes for a method and a path. Constant paths are looked up, the few with braces are tried in order.
import type { Route } from './route.ts';

/** A row that fits, a path that has rows for other methods only, or nothing. */
export type RouteMatch =
  | { kind: 'route'; route: Route; params: Readonly<Record<string, string>> }
  | { kind: 'other-method'; allowed: readonly string[] }
  | { kind: 'none' };

interface Pattern {
  expression: RegExp;
  names: readonly string[];
  byMethod: Map<string, Route>;
}

const noParams: Readonly<Record<string, string>> = {};

/** The matcher of a table. */
export class RouteMatcher {
  private readonly constant = new Map<string, Map<string, Route>>();
  private readonly patterns: Pattern[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.add(route);
  }

  /** The row for a request. HEAD is answered by GET's row where it has none of its own. */
  match(method: string, path: string): RouteMatch {
    const constant = this.constant.get(path);
    const route = constant && forMethod(constant, method);
    if (route) return { kind: 'route', route, params: noParams };
    const allowed = new Set(constant?.keys());
    for (const pattern of this.patterns) {
      const found = pattern.expression.exec(path);
      if (!found) continue;
      const candidate = forMethod(pattern.byMethod, method);
      const params = candidate && decodeParams(pattern.names, found);
      if (candidate && params) return { kind: 'route', route: candidate, params };
      for (const name of pattern.byMethod.keys()) allowed.add(name);
    }
    return allowed.size > 0 ? { kind: 'other-method', allowed: [...allowed] } : { kind: 'none' };
  }

  private add(route: Route): void {
    if (!route.path.includes('{')) {
      const rows = this.constant.get(route.path) ?? new Map<string, Route>();
      rows.set(route.method, route);
      this.constant.set(route.path, rows);
      return;
    }
    const names: string[] = [];
    const source = route.path.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replace(/\{(\w+)(\\\*)?\}/g, (_all, name: string, rest?: string) => {
      names.push(name);
      return rest === undefined ? '([^/]+?)' : '(.+)';
    });
    const expression = new RegExp(`^${source}$`);
    const same = this.patterns.find((pattern) => pattern.expression.source === expression.source);
    if (same) same.byMethod.set(route.method, route);
    else this.patterns.push({ expression, names, byMethod: new Map([[route.method, route]]) });
  }
}

function forMethod(rows: ReadonlyMap<string, Route>, method: string): Route | undefined {
  return rows.get(method) ?? (method === 'HEAD' ? rows.get('GET') : undefined);
}

function decodeParams(names: readonly string[], found: RegExpExecArray): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    try {
      params[name] = decodeURIComponent(found[index + 1] ?? '');
    } catch {
      return null;
    }
  }
  return params;
}
