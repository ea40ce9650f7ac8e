// The way to the first call.
import { addressOf } from '../../app/location.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';

/** See the top of the file. */
export function ConnectCard() {
  const strings = homeStrings.use();
  return (
    <section className="card">
      <header>
        <h2>{strings.connectTitle}</h2>
      </header>
      <div className="stack tight">
        <p className="hint">{strings.connectAbout}</p>
        <CodeBox text={location.origin} label={strings.address} />
        <div className="bar">
          <Link className="button primary" href={addressOf('/setup')}>{strings.connect}</Link>
          <Link className="button" href={addressOf('/playground')}>{strings.tryModels}</Link>
        </div>
      </div>
    </section>
  );
}
