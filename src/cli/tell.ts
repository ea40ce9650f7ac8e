// How mistakes of deployments are written to standard error: like those of the file's other parts.
import type { CompileProblem } from '../routing/compile-deployments.ts';

/** Writes them; gives the exit code. */
export function tellProblems(problems: readonly CompileProblem[]): 1 {
  for (const { file, line, path, message } of problems) console.error(`${file}:${line}: error: ${path}: ${message}`);
  return 1;
}
