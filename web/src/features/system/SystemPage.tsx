// The system: process, database, caches, what is under way.
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../../ui/Badge.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway } from '../../api/gateway.ts';
import { liveFigures, useMetrics } from '../../api/use-metrics.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { quantile, total, type Sample } from '../../../../client/index.ts';
import { Stat } from '../../ui/Stat.tsx';
import { systemStrings } from './system-strings.ts';
import { Time } from '../../ui/Time.tsx';
import { useDatabase, useSession } from '../../app/session.ts';
import { useFormats } from '../../lib/numbers.ts';

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
  const readiness = useQuery({ queryKey: ['readiness'], queryFn: ({ signal }) => gateway.system.readiness(signal), refetchInterval: 10_000 });
  const settings = useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => gateway.system.settings(signal) });
  const callbacks = settings.data?.['all_litellm_callbacks'];
  const started = samples && liveFigures(samples).startedAt;
  const { data } = readiness;
  return (
    <section className="card">
      <header><h2>{strings.parts}</h2></header>
      <Facts
        rows={[
          [strings.version, session?.version ?? null], [strings.status, data ? <Badge key="status" tone={data.status === 'healthy' || data.status === 'connected' ? 'good' : 'bad'}>{data.status}</Badge> : null],
          [strings.database, <Badge key="database" tone={database ? (data && data.db !== 'connected' ? 'warning' : 'good') : 'quiet'}>{database ? data?.db ?? strings.connected : strings.none}</Badge>],
          [strings.cache, data?.cache ? String(typeof data.cache === 'string' ? data.cache : JSON.stringify(data.cache)) : strings.noCache], [strings.cacheEntries, samples ? formats.count(total(samples, 'weir_cache_entries')) : null],
          [strings.callbacks, Array.isArray(callbacks) && callbacks.length > 0 ? callbacks.join(', ') : strings.none], [strings.started, started ? <Time key="started" at={started.toISOString()} /> : null], [strings.address, location.origin],
        ]}
      />
    </section>
  );
}

function Work({ samples }: { samples: Sample[] }) {
  const strings = systemStrings.use();
  const formats = useFormats();
  const backlog = useQuery({ queryKey: ['backlog'], queryFn: ({ signal }) => gateway.system.backlog(signal), refetchInterval: 10_000 });
  const number = (name: string): string | null => (typeof backlog.data?.[name] === 'number' ? formats.count(backlog.data[name]) : null);
  const live = liveFigures(samples);
  return (
    <section className="card">
      <header><h2>{strings.work}</h2></header>
      <Facts
        rows={[
          [strings.tokens, formats.compact(live.tokens)], [strings.retries, formats.count(total(samples, 'weir_retries_total'))], [strings.fallbacks, formats.count(total(samples, 'weir_fallbacks_total'))],
          [strings.coolDowns, formats.count(total(samples, 'litellm_deployment_cooled_down_total'))], [strings.queued, number('queued_requests')], [strings.rejected, number('rejected_requests')],
          [strings.metrics, <a key="metrics" className="mono" href="/metrics/">/metrics/</a>],
        ]}
      />
    </section>
  );
}
