// What stands in for rows while they are loaded.
import { shared } from '../i18n/shared-strings.ts';

/** See the top of the file. */
export function TableSkeleton({ rows = 6 }: { rows?: number }) {
  const strings = shared.use();
  return (
    <div className="stack tight" role="status">
      <span className="visually-hidden">{strings.states.loading}</span>
      {Array.from({ length: rows }, (_, index) => <div key={index} className="skeleton row" />)}
    </div>
  );
}
