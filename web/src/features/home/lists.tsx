// Short lists of the first page: what costs most, and what was changed last.
import { useQuery } from '@tanstack/react-query';
import { addressOf } from '../../app/location.ts';
import { auditStrings } from '../audit/audit-strings.ts';
import { BarList } from '../../ui/BarList.tsx';
import { gateway } from '../../api/gateway.ts';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { nameOfEntry } from '../audit/name-of-entry.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { shortId } from '../../lib/short-id.ts';
import { Time } from '../../ui/Time.tsx';
import { usedBy } from '../usage/activity.ts';
import { usePersonName } from '../../ui/use-person-name.ts';
import { useFormats } from '../../lib/numbers.ts';
import type { TimeRange } from '../../app/scope.ts';
import type { ActivityAnswer } from '../../../../client/index.ts';

const shown = 6;

/** What costs most by a dimension; each leads to its requests. */
export function TopCard({ activity, dimension }: { activity: ActivityAnswer; dimension: 'model_groups' | 'api_keys' }) {
  const strings = homeStrings.use();
  const formats = useFormats();
  const { masterKey } = shared.use();
  const models = dimension === 'model_groups';
  const member = models ? 'model_group' : 'api_key';
  const items = usedBy(activity, dimension).slice(0, shown).map(({ id, name, metrics }) => ({
    id, name: id === 'litellm_proxy_master_key' ? masterKey : name === id ? shortId(id) : name, value: metrics.spend, text: formats.usd(metrics.spend), href: addressOf('/logs', { [member]: id }),
  }));
  return (
    <section className="card">
      <header>
        <h2>{models ? strings.topModels : strings.topKeys}</h2>
        <Link className="card-link" href={addressOf(models ? '/usage' : '/keys')}>{models ? strings.details : strings.allKeys}</Link>
      </header>
      <BarList items={items} />
    </section>
  );
}

/** The last changes. */
export function ChangesCard({ range: { from, to } }: { range: TimeRange }) {
  const strings = homeStrings.use();
  const { tables } = auditStrings.use();
  const personName = usePersonName();
  const { data, isError } = useQuery({ queryKey: ['audit', 'latest', from.getTime(), to.getTime()], queryFn: ({ signal }) => gateway.audit.list({ size: shown, start_date: from.toISOString(), end_date: to.toISOString() }, signal), retry: false });
  if (isError) return null;
  return (
    <section className="card">
      <header>
        <h2>{strings.changes}</h2>
        <Link className="card-link" href={addressOf('/audit')}>{strings.allChanges}</Link>
      </header>
      {data?.items.length === 0 && <p className="hint">{strings.noChanges}</p>}
      <ul className="bars">
        {data?.items.map((entry) => (
          <li key={entry.id}>
            <Link href={addressOf('/audit', { id: entry.id })}>
              <span className="name">{tables[entry.table_name as keyof typeof tables] ?? entry.table_name} {personName(nameOfEntry(entry))} <span className="quiet">{strings.changeNotes[entry.action as keyof typeof strings.changeNotes] ?? entry.action}</span></span>
              <span className="quiet"><Time at={entry.updated_at} /></span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
