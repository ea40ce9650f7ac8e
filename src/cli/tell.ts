// How mistakes of deployments are written to standard error: like those of the file's other parts.
import { commandLine } from '../config/command-line-config.ts';
import type { CompileProblem } from '../routing/compile-deployments.ts';

/** Writes them; gives the exit code. */
export function tellProblems(problems: readonly CompileProblem[]): 1 {
  // A model of the command line stands under several names: what is wrong with it is told once.
  const lines = problems.map(({ file, line, path, message }) => (file === commandLine ? `--model: error: ${message}` : `${file}:${line}: error: ${path}: ${message}`));
  for (const line of new Set(lines)) console.error(line);
  return 1;
}
