// What stands in for a page while it is loaded.
import { shared } from '../i18n/shared-strings.ts';

/** See the top of the file. */
export function PageSkeleton() {
  const strings = shared.use();
  return (
    <main id="page" className="page" aria-busy>
      <span className="visually-hidden" role="status">{strings.states.loading}</span>
      <div className="skeleton title" />
      <div className="skeleton block" />
    </main>
  );
}
