// What the reader is, may and has: keys, spend, models.
import { useQuery } from '@tanstack/react-query';
import { addressOf } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway } from '../../api/gateway.ts';
import { KeyStatus } from '../keys/KeyStatus.tsx';
import { Link } from '../../ui/Link.tsx';
import { mineStrings } from './mine-strings.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { SpendCard } from '../home/SpendCard.tsx';
import { Time } from '../../ui/Time.tsx';
import { useActivity } from '../usage/activity.ts';
import { hasMasterKey, useDatabase, useSession } from '../../app/session.ts';
import { useModelNames } from '../../ui/ModelChoice.tsx';
import { useTimeRange } from '../../app/scope.ts';
import type { VirtualKey } from '../../../../client/index.ts';

/** See the top of the file. */
export default function MinePage() {
  const strings = mineStrings.use();
  const database = useDatabase();
  const session = useSession().data;
  const range = useTimeRange();
  const filters = session?.key_hash ? { api_key: session.key_hash } : {};
  const activity = useActivity('user', range, filters);
  const names = useModelNames();
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="mine" about={strings.about} range={database}>
        <Link className="button primary" href={addressOf('/setup')}>{strings.connect}</Link>
      </PageHead>
      <div className="two">
        <Person />
        <section className="card">
          <header><h2>{strings.models}</h2></header>
          {names.length === 0 ? <p className="hint">{strings.noModels}</p> : <p className="chips">{names.map((name) => <Link key={name} className="chip" href={addressOf('/playground', { model: name })}>{name}</Link>)}</p>}
        </section>
      </div>
      {database && <OwnKeys />}
      {activity.data && <SpendCard activity={activity.data} range={range} />}
    </main>
  );
}

function Person() {
  const strings = mineStrings.use();
  const { fields, masterKey } = shared.use();
  const session = useSession().data;
  const database = useDatabase();
  const own = useQuery({ queryKey: ['key', 'own'], queryFn: ({ signal }) => gateway.keys.info(undefined, signal), enabled: database && Boolean(session?.key_hash), retry: false });
  const method = session?.method as keyof typeof strings.methods | undefined;
  return (
    <section className="card">
      <header><h2>{strings.you2}</h2></header>
      <div className="stack tight">
        <Facts
          rows={[
            [strings.you, hasMasterKey(session) ? masterKey : session?.name ?? null], [strings.email, session?.email ?? null], [strings.role, session?.role ? strings.roles[session.role] : null], [strings.method, session?.open ? null : method ? strings.methods[method] : null],
            [fields.spend, own.data ? <BudgetBar key="spend" spend={own.data.spend} budget={own.data.max_budget} /> : null],
          ]}
        />
        {session?.open && <p className="hint">{strings.open}</p>}
        {hasMasterKey(session) && !session?.open && <p className="hint">{strings.master}</p>}
        {database && <div className="bar"><Link className="button" href={addressOf('/logs')}>{strings.logs}</Link><Link className="button" href={addressOf('/usage')}>{strings.usage}</Link></div>}
      </div>
    </section>
  );
}

function OwnKeys() {
  const strings = mineStrings.use();
  const { fields } = shared.use();
  const session = useSession().data;
  const userId = session?.user_id ?? null;
  const query = useQuery({ queryKey: ['keys', 'own', userId], queryFn: ({ signal }) => gateway.keys.list({ size: 100, ...(userId !== null && { user_id: userId }) }, signal), enabled: userId !== null, retry: false });
  if (userId === null || !query.data) return null;
  const columns: Column<VirtualKey>[] = [
    { id: 'name', header: strings.name, cell: (key) => <>{key.key_alias || key.key_name}<span className="sub mono">{key.key_name}</span></> },
    { id: 'status', header: fields.status, cell: (key) => <KeyStatus vkey={key} /> },
    { id: 'spend', header: fields.spend, align: 'end', cell: (key) => <BudgetBar spend={key.spend} budget={key.max_budget} /> },
    { id: 'created', header: fields.created, minor: true, cell: (key) => <Time at={key.created_at} /> },
  ];
  return (
    <section className="stack tight">
      <div className="section-head"><h2>{strings.keys}</h2></div>
      {query.data.items.length === 0 ? <p className="hint">{strings.noKeys} <Link href={addressOf('/setup')}>{strings.newKey}</Link></p> : <DataTable label={strings.keys} rows={query.data.items} columns={columns} rowKey={(key) => key.token} href={(key) => addressOf('/logs', { api_key: key.token })} />}
    </section>
  );
}
