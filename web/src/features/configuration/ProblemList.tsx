// What is wrong with a configuration, line by line.
import { Badge } from '../../ui/Badge.tsx';
import { configurationStrings } from './configuration-strings.ts';
import { useFormats } from '../../lib/numbers.ts';
import type { ConfigurationProblem } from '../../../../client/index.ts';

/** See the top of the file. */
export function ProblemList({ problems }: { problems: readonly ConfigurationProblem[] }) {
  const strings = configurationStrings.use();
  const formats = useFormats();
  if (problems.length === 0) return <p className="banner" data-tone="good" role="status">{strings.good}</p>;
  return (
    <ul className="stack tight" role="status">
      {problems.map((problem) => (
        <li key={`${problem.line} ${problem.column} ${problem.message}`} className="problem">
          <Badge tone={problem.severity === 'error' ? 'bad' : 'warning'}>{strings.severity[problem.severity]}</Badge>
          <span>{strings.problem(formats.count(problem.line), problem.path ? `${problem.path}: ${problem.message}` : problem.message)}</span>
        </li>
      ))}
    </ul>
  );
}
