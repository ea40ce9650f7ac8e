// What is wrong, or doubtful, in a configuration file: always with the place and with what was expected.

/** A place in a configuration file; line and column count from 1. */
export type Position = { readonly file: string; readonly line: number; readonly column: number };

/** One mistake (`error`: the start stops) or doubt (`warning`: it goes on). `path` is the field, like `model_list[0].litellm_params.timeout`. */
export type Problem = Position & { readonly severity: 'error' | 'warning'; readonly path: string; readonly message: string };

/** Renders a problem as one line: `config.yaml:12:7: error: router_settings.timeout: expected …`. */
export function renderProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const field = problem.path === '' ? '' : `${problem.path}: `;
  return `${place}: ${problem.severity}: ${field}${problem.message}`;
}

/** Collects problems while a configuration is read. */
export class ProblemList {
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];

  error(position: Position, path: string, message: string): void {
    this.errors.push(problemAt('error', position, path, message));
  }

  warn(position: Position, path: string, message: string): void {
    this.warnings.push(problemAt('warning', position, path, message));
  }
}

function problemAt(severity: Problem['severity'], position: Position, path: string, message: string): Problem {
  return { severity, file: position.file, line: position.line, column: position.column, path, message };
}

/** The path of a key inside `path`; keys that are not plain words are quoted. */
export function childPath(path: string, key: string): string {
  const plain = /^[A-Za-z0-9_*/.:-]+$/.test(key) ? key : JSON.stringify(key);
  return path === '' ? plain : `${path}.${plain}`;
}
