// What an address that leads nowhere shows.
import { addressOf } from '../location.ts';
import { Link } from '../../ui/Link.tsx';
import { shared } from '../../i18n/shared-strings.ts';

/** See the top of the file. */
export function NotFound() {
  const strings = shared.use();
  return (
    <main id="page" className="page">
      <div className="empty">
        <h1>{strings.notFound.title}</h1>
        <p>{strings.notFound.text}</p>
        <Link href={addressOf('/')} className="button primary">
          {strings.notFound.home}
        </Link>
      </div>
    </main>
  );
}
