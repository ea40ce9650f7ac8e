// Alerts: the last ones, where they go, and what is told.
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { alertsStrings } from './alerts-strings.ts';
import { AlertSettings, kindLabel, placeLabel } from './AlertSettings.tsx';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway, wordsOf } from '../../api/gateway.ts';
import { notify } from '../../app/announce.ts';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';
import type { AlertsAnswer } from '../../../../client/index.ts';

type Alert = AlertsAnswer['alerts'][number];

const tones: Record<Alert['severity'], Tone> = { info: 'quiet', warning: 'warning', critical: 'bad' };

/** See the top of the file. */
export default function AlertsPage() {
  const strings = alertsStrings.use();
  const query = useQuery({ queryKey: ['alerts'], queryFn: ({ signal }) => gateway.alerts.list(signal), refetchInterval: 10_000 });
  const open = useQueryMember('id');
  const editing = useQueryMember('edit') !== null;
  const alert = query.data?.alerts.find(({ id }) => id === open);
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="alerts" about={strings.about}>
        {query.data && <button type="button" className="button primary" onClick={() => setQuery({ edit: '1' })}>{strings.edit}</button>}
      </PageHead>
      {query.isPending && <TableSkeleton />}
      {query.error && !query.data && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <AlertsView answer={query.data} />}
      {query.data && editing && <AlertSettings answer={query.data} onClose={() => setQuery({ edit: null }, { replace: true })} />}
      {alert && <AlertSheet alert={alert} onClose={() => setQuery({ id: null })} />}
    </main>
  );
}

function AlertsView({ answer }: { answer: AlertsAnswer }) {
  const strings = alertsStrings.use();
  const columns: Column<Alert>[] = [
    { id: 'alert', header: strings.alert, cell: ({ title }) => title },
    { id: 'state', header: strings.state, cell: ({ severity, resolved }) => <Badge tone={resolved ? 'good' : tones[severity]}>{resolved ? strings.resolved : strings.severity[severity]}</Badge> },
    { id: 'subject', header: strings.subject, minor: true, cell: ({ subject }) => subject },
    { id: 'time', header: strings.time, cell: ({ time }) => <Time at={time} /> },
  ];
  const test = (place: string, label: string): void => {
    void gateway.alerts.test(place).then(() => notify(strings.sent(label)), (error: unknown) => notify(wordsOf(error)));
  };
  return (
    <>
      {answer.waiting > 0 && <p className="hint quiet">{strings.waiting}: {answer.waiting}</p>}
      {answer.warnings.length > 0 && <p className="banner"><span>{strings.warnings}: {answer.warnings.join(' ')}</span></p>}
      <section className="stack tight">
        <div className="section-head"><h2>{strings.recent}</h2></div>
        {answer.alerts.length === 0 ? <p className="hint">{strings.none}</p> : <DataTable label={strings.recent} rows={answer.alerts} columns={columns} rowKey={({ id }) => id} href={({ id }) => addressOf('/alerts', { id })} />}
      </section>
      <div className="two">
        <section className="card">
          <header><h2>{strings.places}</h2></header>
          {answer.places.length === 0 ? <div className="stack tight"><p>{strings.noPlaces}</p><p className="hint">{strings.howPlaces}</p></div> : (
            <ul className="bars">
              {answer.places.map(({ name, label }) => <li key={name}><div><span className="name">{placeLabel(strings, name, label)}</span><button type="button" className="button small" onClick={() => test(name, placeLabel(strings, name, label))}>{strings.test}</button></div></li>)}
            </ul>
          )}
        </section>
        <section className="card">
          <header><h2>{strings.kinds}</h2></header>
          <ul className="bars">
            {answer.kinds.map(({ kind, label, told }) => <li key={kind}><div><span className="name" title={kind}>{kindLabel(strings, kind, label)}</span><Badge tone={told ? 'good' : 'quiet'}>{told ? strings.told : strings.notTold}</Badge></div></li>)}
          </ul>
        </section>
      </div>
    </>
  );
}

function AlertSheet({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const strings = alertsStrings.use();
  return (
    <Sheet title={alert.title} subtitle={alert.kind} onClose={onClose}>
      <ObjectViews object={alert} call={{ method: 'GET', path: '/alerts' }}>
        <p>{alert.text}</p>
        <Facts rows={[[strings.time, <Time key="time" at={alert.time} exact />], [strings.subject, alert.subject], ...Object.entries(alert.facts).map(([name, value]) => [name, String(value)] as const), [strings.deliveries, alert.deliveries.length > 0 ? alert.deliveries.map((delivery) => String(delivery['place'] ?? '')).join(', ') : null]]} />
      </ObjectViews>
    </Sheet>
  );
}
