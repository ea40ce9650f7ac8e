// How the deployments are: what is not well first.
import { addressOf } from '../../app/location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { deploymentFigures, useMetrics } from '../../api/use-metrics.ts';
import { healthTones, stateOf } from '../models/deployments.ts';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { useFormats } from '../../lib/numbers.ts';

const order = ['cooling', 'failing', 'healthy', 'unknown'];
const shown = 6;

/** See the top of the file. */
export function HealthCard() {
  const strings = homeStrings.use();
  const formats = useFormats();
  const samples = useMetrics();
  const deployments = samples && deploymentFigures(samples).toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.attempts - a.attempts);
  const well = deployments?.every(({ state }) => state === 'healthy');
  return (
    <section className="card">
      <header>
        <h2>{strings.healthTitle}</h2>
        <Link className="card-link" href={addressOf('/models')}>{strings.allModels}</Link>
      </header>
      {deployments?.length === 0 && (
        <p className="hint">
          {strings.noModels} <Link href={addressOf('/models', { new: '1' })}>{strings.addModel}</Link>
        </p>
      )}
      {deployments && deployments.length > 0 && (
        <div className="stack tight">
          {well && <p className="hint">{strings.allHealthy(formats.count(deployments.length))}</p>}
          <ul className="bars">
            {deployments.slice(0, shown).map((deployment) => (
              <li key={deployment.id}>
                <Link href={addressOf('/models', { id: deployment.id })}>
                  <span className="name">{deployment.group} <span className="quiet">{deployment.model}</span></span>
                  <Badge tone={healthTones[stateOf(deployment)]}>{strings[stateOf(deployment)]}</Badge>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
