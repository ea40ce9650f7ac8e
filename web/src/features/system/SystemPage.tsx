// The system: process, database, caches, what is under way.
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../../ui/Badge.tsx';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway } from '../../api/gateway.ts';
import { liveFigures, useMetrics } from '../../api/use-metrics.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { quantile, total, type Sample } from '../../../../client/index.ts';
import { Stat } from '../../ui/Stat.tsx';
import { systemStrings } from './system-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';
import { useDatabase, useSession } from '../../app/session.ts';
import { useFormats } from '../../lib/numbers.ts';
import type { GatewayInstance } from '../../../../client/index.ts';

const megabyte = 1024 * 1024;

/** See the top of the file. */
export default function SystemPage() {
  const strings = systemStrings.use();
  const samples = useMetrics();
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="system" about={strings.about} />
      {samples && <Now samples={samples} />}
      <div className="two">
        <Parts />
        {samples && <Work samples={samples} />}
      </div>
      <Instances />
    </main>
  );
}

function Now({ samples }: { samples: Sample[] }) {
  const strings = systemStrings.use();
  const formats = useFormats();
  const overhead = quantile(samples, 'litellm_overhead_latency_metric', 0.95);
  return (
    <div className="stats">
      <Stat label={strings.inFlight} value={formats.count(total(samples, 'litellm_in_flight_requests'))} />
      <Stat label={strings.streams} value={formats.count(total(samples, 'weir_open_streams'))} />
      <Stat label={strings.memory} value={`${formats.count(Math.round(total(samples, 'process_resident_memory_bytes') / megabyte))} MB`} />
      <Stat label={strings.cpu} value={formats.span(total(samples, 'process_cpu_seconds_total') * 1000)} />
      <Stat label={strings.overhead} value={overhead === null ? '–' : formats.span(overhead * 1000)} />
    </div>
  );
}

function Parts() {
  const strings = systemStrings.use();
  const formats = useFormats();
  const session = useSession().data;
  const database = useDatabase();
  const samples = useMetrics();
  const readiness = useQuery({ queryKey: ['readiness'], queryFn: ({ signal }) => gateway.system.readinessDetails(signal), refetchInterval: 10_000 });
  const settings = useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => gateway.system.settings(signal) });
  const callbacks = settings.data?.['all_litellm_callbacks'];
  const started = samples && liveFigures(samples).startedAt;
  const { data } = readiness;
  return (
    <section className="card">
      <header><h2>{strings.parts}</h2></header>
      <Facts
        rows={[
          [strings.version, session?.version ?? null], [strings.status, data ? <Badge key="status" tone={data.status === 'healthy' || data.status === 'connected' ? 'good' : 'bad'}>{data.status === 'healthy' ? strings.healthy : data.status}</Badge> : null],
          [strings.database, <Badge key="database" tone={database ? (data && data.db !== 'connected' ? 'warning' : 'good') : 'quiet'}>{database ? (data && data.db !== 'connected' ? strings.away : strings.connected) : strings.none}</Badge>],
          [strings.cache, data ? (typeof data.cache === 'string' ? data.cache : strings.noCache) : null], [strings.cacheEntries, samples ? formats.count(total(samples, 'weir_cache_entries')) : null],
          [strings.callbacks, Array.isArray(callbacks) && callbacks.length > 0 ? callbacks.join(', ') : strings.none], [strings.started, started ? <Time key="started" at={started.toISOString()} /> : null], [strings.address, location.origin],
        ]}
      />
    </section>
  );
}

/** The processes on the database, with their versions. */
function Instances() {
  const strings = systemStrings.use();
  const formats = useFormats();
  const database = useDatabase();
  const { data, error, isPending, refetch } = useQuery({ queryKey: ['instances'], queryFn: ({ signal }) => gateway.system.instances(signal), refetchInterval: 15_000, enabled: database });
  if (!database) return null;
  const versions = new Set(data?.map(({ version }) => version));
  const columns: Column<GatewayInstance>[] = [
    { id: 'host', header: strings.host, cell: ({ host, pid }) => <>{host}<span className="sub number">{strings.process(String(pid))}</span></> },
    { id: 'state', header: strings.status, cell: ({ silent }) => <Badge tone={silent ? 'bad' : 'good'}>{silent ? strings.silent : strings.alive}</Badge> },
    { id: 'version', header: strings.version, cell: ({ version }) => version },
    { id: 'started', header: strings.started, cell: ({ started_at: at }) => <Time at={at} /> },
    { id: 'seen', header: strings.seen, minor: true, cell: ({ seen_at: at }) => <Time at={at} /> },
    { id: 'memory', header: strings.memory, align: 'end', minor: true, cell: ({ memory_bytes: bytes }) => (bytes === undefined ? '–' : `${formats.count(Math.round(bytes / megabyte))} MB`) },
    { id: 'waiting', header: strings.ledgerWaiting, align: 'end', minor: true, cell: ({ ledger_waiting_bytes: bytes }) => (bytes === undefined ? '–' : `${formats.count(bytes)} B`) },
  ];
  return (
    <section className="stack tight">
      <div className="section-head"><h2>{strings.instances}</h2><p className="hint quiet">{strings.instancesAbout}</p></div>
      {versions.size > 1 && <p className="banner" data-tone="warning"><span>{strings.severalVersions([...versions].join(', '))}</span></p>}
      {isPending && <TableSkeleton rows={1} />}
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {data && <DataTable label={strings.instances} rows={data} columns={columns} rowKey={({ id }) => id} />}
    </section>
  );
}

function Work({ samples }: { samples: Sample[] }) {
  const strings = systemStrings.use();
  const formats = useFormats();
  const backlog = useQuery({ queryKey: ['backlog'], queryFn: ({ signal }) => gateway.system.backlog(signal), refetchInterval: 10_000 });
  const alerts = useQuery({ queryKey: ['alerts'], queryFn: ({ signal }) => gateway.alerts.list(signal), refetchInterval: 10_000, retry: false });
  const number = (name: string): string | null => (typeof backlog.data?.[name] === 'number' ? formats.count(backlog.data[name]) : null);
  const live = liveFigures(samples);
  return (
    <section className="card">
      <header><h2>{strings.work}</h2></header>
      <Facts
        rows={[
          [strings.tokens, formats.compact(live.tokens)], [strings.retries, formats.count(total(samples, 'weir_retries_total'))], [strings.fallbacks, formats.count(total(samples, 'weir_fallbacks_total'))],
          [strings.coolDowns, formats.count(total(samples, 'litellm_deployment_cooled_down_total'))], [strings.queued, number('queued_requests')], [strings.rejected, number('rejected_requests')], [strings.ledgerWaiting, samples.some(({ name }) => name === 'weir_ledger_waiting_bytes') ? `${formats.count(total(samples, 'weir_ledger_waiting_bytes'))} B` : null],
          [strings.ledgerLost, samples.some(({ name }) => name === 'weir_ledger_lost_total') ? formats.count(total(samples, 'weir_ledger_lost_total') + total(samples, 'weir_ledger_rejected_total')) : null], [strings.alertsWaiting, alerts.data ? formats.count(alerts.data.waiting) : null],
          [strings.counters, samples.some(({ name }) => name === 'weir_limits_shared') ? (total(samples, 'weir_limits_shared') === 1 ? strings.shared : strings.alone) : strings.ownCounters],
          [strings.metrics, <a key="metrics" className="mono" href="/metrics/">/metrics/</a>],
        ]}
      />
    </section>
  );
}
