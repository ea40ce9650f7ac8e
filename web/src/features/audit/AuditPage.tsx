// The audit log: every change with what it was before.
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { auditStrings } from './audit-strings.ts';
import { PagedTable } from '../../ui/PagedTable.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Link } from '../../ui/Link.tsx';
import { gateway } from '../../api/gateway.ts';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { Time } from '../../ui/Time.tsx';
import { nameOfEntry } from './name-of-entry.ts';
import { useQuery } from '@tanstack/react-query';
import { useTimeRange } from '../../app/scope.ts';
import { usePersonName } from '../../ui/use-person-name.ts';
import { usePaged } from '../../ui/use-paged.ts';
import type { Column } from '../../ui/DataTable.tsx';
import type { AuditEntry } from '../../../../client/index.ts';

const actions = ['created', 'updated', 'deleted', 'blocked', 'unblocked', 'regenerated', 'restored'] as const;

/** See the top of the file. */
export default function AuditPage() {
  const strings = auditStrings.use();
  const action = useQueryMember('action') ?? '';
  const open = useQueryMember('id');
  const table = useQueryMember('table') ?? '';
  const range = useTimeRange();
  const paged = usePaged<AuditEntry>(
    ['audit', action, table, range.name ?? [range.from, range.to]], (query, signal) => gateway.audit.list({ ...query, ...(action && { action }), ...(table && { table_name: table }), start_date: range.from.toISOString(), end_date: range.to.toISOString() }, signal),
    { by: 'updated_at', order: 'desc' },
  );
  const known = paged.rows.find(({ id }) => id === open);
  const asked = useQuery({ queryKey: ['audit-entry', open], queryFn: ({ signal }) => gateway.audit.info(open ?? '', signal), enabled: open !== null && !known && !paged.loading && !paged.error, retry: false });
  const entry = known ?? (open === null ? undefined : asked.data);
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="audit" about={strings.about} range={!paged.error} />
      {!paged.error && (
        <div className="bar">
          <SearchBox placeholder={strings.search} />
          <select className="select" aria-label={strings.action} value={action} onChange={(event) => setQuery({ action: event.target.value })}>
            <option value="">{strings.anyAction}</option>
            {actions.map((name) => <option key={name} value={name}>{strings.actions[name]}</option>)}
          </select>
          <select className="select" aria-label={strings.table} value={table} onChange={(event) => setQuery({ table: event.target.value })}>
            <option value="">{strings.anyTable}</option>
            {Object.entries(strings.tables).map(([name, words]) => <option key={name} value={name}>{words}</option>)}
          </select>
        </div>
      )}
      <AuditTable paged={paged} />
      {open !== null && !entry && asked.isError && <p className="banner" data-tone="warning" role="status">{strings.missing}</p>}
      {entry && <EntrySheet entry={entry} onClose={() => setQuery({ id: null })} />}
    </main>
  );
}

function AuditTable({ paged }: { paged: ReturnType<typeof usePaged<AuditEntry>> }) {
  const strings = auditStrings.use();
  const personName = usePersonName();
  const columns: Column<AuditEntry>[] = [
    { id: 'time', header: strings.time, sort: 'updated_at', cell: (entry) => <Time at={entry.updated_at} clock /> },
    { id: 'action', header: strings.action, cell: (entry) => strings.actions[entry.action as keyof typeof strings.actions] ?? entry.action },
    { id: 'table', header: strings.table, cell: (entry) => tableName(strings, entry) },
    { id: 'object', header: strings.object, cell: (entry) => personName(nameOfEntry(entry)) },
    { id: 'by', header: strings.by, minor: true, cell: (entry) => personName(entry.changed_by) },
  ];
  return <PagedTable label={strings.label} paged={paged} columns={columns} rowKey={({ id }) => id} href={({ id }) => addressOf('/audit', { id, q: paged.search })} empty={{ title: strings.empty, nothing: strings.nothing }} />;
}

const tableName = (strings: ReturnType<typeof auditStrings.use>, { table_name: table }: AuditEntry): string => strings.tables[table as keyof typeof strings.tables] ?? table;

function EntrySheet({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const strings = auditStrings.use();
  const personName = usePersonName();
  const [before, after] = [entry.before_value ?? {}, entry.updated_values ?? {}];
  const shown = (value: unknown): string => (value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value));
  const { restored_version: restored } = after;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== 'restored_version' && JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return (
    <Sheet wide title={`${strings.actions[entry.action as keyof typeof strings.actions] ?? entry.action}: ${tableName(strings, entry)} ${personName(nameOfEntry(entry))}`} subtitle={<span className="mono">{entry.object_id}</span>} onClose={onClose}>
      <ObjectViews object={entry} call={{ method: 'GET', path: `/audit/${encodeURIComponent(entry.id)}` }}>
        <Facts rows={[[strings.time, <Time key="time" at={entry.updated_at} exact />], [strings.by, personName(entry.changed_by)], [strings.byKey, entry.changed_by_api_key ? <span key="key" className="mono">{entry.changed_by_api_key}</span> : null], [strings.restoredVersion, typeof restored === 'string' ? <Link key="version" href={addressOf('/configuration', { view: 'history' })}>{restored}</Link> : null]]} />
        {changed.length > 0 && (
          <section>
            <h3>{strings.difference}</h3>
            <div className="data-table wrap">
              <table>
                <thead><tr><th scope="col">{strings.field}</th><th scope="col">{strings.before}</th><th scope="col">{strings.after}</th></tr></thead>
                <tbody>{changed.map((name) => <tr key={name}><td>{name}</td><td className="mono">{shown(before[name])}</td><td className="mono">{shown(after[name])}</td></tr>)}</tbody>
              </table>
            </div>
          </section>
        )}
      </ObjectViews>
    </Sheet>
  );
}
