// The logs: filters, live view, and one request over them.
import { useState } from 'react';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { durationOf, firstTokenOf, hasFailed, keyNameOf, modelNameOf, useLogFilters, useLogs, type Logs } from './log-query.ts';
import { Link } from '../../ui/Link.tsx';
import { LogFilters } from './LogFilters.tsx';
import { LogSheet } from './LogSheet.tsx';
import { LogStatus } from './LogStatus.tsx';
import { logsStrings } from './logs-strings.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';
import { useFormats } from '../../lib/numbers.ts';
import type { SpendLog } from '../../../../client/index.ts';

/** See the top of the file. */
export default function LogsPage() {
  const strings = logsStrings.use();
  const [live, setLive] = useState(false);
  const logs = useLogs(live);
  const open = useQueryMember('id');
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="logs" about={strings.about} range={!logs.error} team={!logs.error}>
        {!logs.error && (
          <button type="button" className="button" aria-pressed={live} title={strings.liveHint} onClick={() => setLive(!live)}>
            <span className="live-dot" data-on={live} aria-hidden />
            {strings.live}
          </button>
        )}
      </PageHead>
      {!logs.error && <LogFilters />}
      <LogTable logs={logs} />
      {open !== null && <LogSheet requestId={open} known={logs.rows.find(({ request_id: id }) => id === open)} onClose={() => setQuery({ id: null })} />}
    </main>
  );
}

function LogTable({ logs }: { logs: Logs }) {
  const strings = logsStrings.use();
  const formats = useFormats();
  const filtered = Object.keys(useLogFilters()).length > 0;
  const query = new URLSearchParams(location.search);
  if (logs.error) return <Problem error={logs.error} onRetry={logs.retry} />;
  if (logs.loading) return <TableSkeleton rows={10} />;
  if (logs.rows.length === 0) {
    return (
      <div className="empty">
        <h2>{logs.more ? strings.emptySoFar : filtered ? strings.emptyFiltered : strings.empty}</h2>
        {logs.more && <button type="button" className="button" disabled={logs.more.loading} onClick={logs.more.load}>{strings.lookFurther}</button>}
        {!filtered && <p className="quiet">{strings.emptyAbout}</p>}
        {!filtered && <Link className="button" href={addressOf('/setup')}>{strings.connect}</Link>}
      </div>
    );
  }
  const span = (value: number | null): string => (value === null ? '–' : formats.span(value));
  const columns: Column<SpendLog>[] = [
    { id: 'time', header: strings.time, sort: 'startTime', cell: (log) => <Time at={log.startTime} clock /> },
    { id: 'model', header: strings.model, sort: 'model', cell: (log) => <>{modelNameOf(log)}<span className="sub">{log.custom_llm_provider}</span></> },
    { id: 'status', header: strings.status, cell: (log) => <LogStatus log={log} /> },
    { id: 'key', header: strings.key, minor: true, cell: (log) => keyNameOf(log, strings.masterKey) },
    { id: 'tokens', header: strings.tokens, align: 'end', sort: 'total_tokens', minor: true, cell: (log) => `${formats.count(log.prompt_tokens)} / ${formats.count(log.completion_tokens)}` },
    { id: 'first', header: strings.firstToken, align: 'end', minor: true, cell: (log) => span(firstTokenOf(log)) },
    { id: 'duration', header: strings.duration, align: 'end', sort: 'request_duration_ms', cell: (log) => span(durationOf(log)) },
    { id: 'spend', header: strings.spend, align: 'end', sort: 'spend', cell: (log) => formats.usd(log.spend) },
  ];
  return (
    <DataTable
      label={strings.label} rows={logs.rows} columns={columns} rowKey={(log) => log.request_id} total={logs.total} more={logs.more} dim={logs.stale} tone={(log) => (hasFailed(log) ? 'bad' : undefined)}
      sorting={logs.sorting} onSort={({ by, order }) => setQuery({ sort: by, order }, { replace: true })}
      href={(log) => addressOf('/logs', { ...Object.fromEntries(query), id: log.request_id })}
    />
  );
}
