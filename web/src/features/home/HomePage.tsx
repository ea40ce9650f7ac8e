// The first page: how the gateway is, what it did, what needs a look, and how to connect a client.
import { Database } from 'lucide-react';
import { addressOf } from '../../app/location.ts';
import { BudgetCard } from './BudgetCard.tsx';
import { ConnectCard } from './ConnectCard.tsx';
import { HealthCard } from './HealthCard.tsx';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { liveFigures, useMetrics } from '../../api/use-metrics.ts';
import { ChangesCard, TopCard } from './lists.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { rangeBefore, useTeamScope, useTimeRange } from '../../app/scope.ts';
import { Stat } from '../../ui/Stat.tsx';
import { SpendCard } from './SpendCard.tsx';
import { sumOf, useActivity } from '../usage/activity.ts';
import { useFormats } from '../../lib/numbers.ts';
import { isShort, useLatency } from './latency.ts';
import { useDatabase, useIsAdmin } from '../../app/session.ts';
import type { ActivityAnswer, LatencyAnswer, RangeSums } from '../../../../client/index.ts';

/** See the top of the file. */
export default function HomePage() {
  const strings = homeStrings.use();
  const isAdmin = useIsAdmin();
  const range = useTimeRange();
  const team = useTeamScope();
  const filters = team === null ? {} : { team_id: team };
  const activity = useActivity('user', range, filters);
  const before = useActivity('user', rangeBefore(range), filters, activity.isSuccess);
  const latency = useLatency(range);
  const latencyBefore = useLatency(rangeBefore(range), latency.isSuccess);
  const withoutDatabase = !useDatabase();
  const now: RangeFigures | undefined = latency.data?.sums ?? (isShort(range) ? undefined : figuresOf(activity.data));
  const then: RangeFigures | undefined = isShort(range) ? latencyBefore.data?.sums : figuresOf(before.data);
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="home" about={strings.about} range={!withoutDatabase} team={!withoutDatabase} />
      {withoutDatabase && (
        <p className="banner" data-tone="good">
          <Database aria-hidden size={16} />
          <span>
            {strings.noDatabase} <Link href={addressOf('/keys')}>{strings.howDatabase}</Link>
          </span>
        </p>
      )}
      <Figures now={now} then={then} latency={latency.data} latencyBefore={latencyBefore.data} />
      {activity.error && <Problem error={activity.error} onRetry={() => void activity.refetch()} />}
      {activity.data && <SpendCard activity={activity.data} parts={latency.data?.sums?.parts} range={range} />}
      <div className="two">
        {isAdmin && <HealthCard />}
        {isAdmin && !withoutDatabase && <BudgetCard />}
        <ConnectCard />
        {activity.data && <TopCard activity={activity.data} dimension="model_groups" />}
        {activity.data && isAdmin && <TopCard activity={activity.data} dimension="api_keys" />}
        {activity.data && isAdmin && <ChangesCard range={range} />}
      </div>
    </main>
  );
}

/** What a time range was in all. */
type RangeFigures = Pick<RangeSums, 'requests' | 'failed' | 'spend'>;

function figuresOf(activity: ActivityAnswer | undefined): RangeFigures | undefined {
  if (!activity) return undefined;
  const { api_requests: requests, failed_requests: failed, spend } = sumOf(activity.results.map(({ metrics }) => metrics));
  return { requests, failed, spend };
}

interface FiguresProps {
  now: RangeFigures | undefined;
  then: RangeFigures | undefined;
  latency: LatencyAnswer | undefined;
  latencyBefore: LatencyAnswer | undefined;
}

/** The row of figures: of the range where it is known, else of the process. */
function Figures({ now, then, latency, latencyBefore }: FiguresProps) {
  const strings = homeStrings.use();
  const formats = useFormats();
  const samples = useMetrics();
  const live = samples && liveFigures(samples);
  const age = live?.startedAt ? strings.sinceStart(formats.relative(live.startedAt)) : undefined;
  const compared = (present: number, past: number | undefined): string | undefined =>
    (past === undefined ? undefined : past === 0 ? strings.nothingBefore : strings.before(formats.change(present / past - 1)));
  const database = useDatabase();
  // While the range is asked for, figures of the process would only flicker.
  const [requests, failed, spend] = database ? [now?.requests, now?.failed, now?.spend] : [live?.requests, live?.failed, live?.costUsd];
  const [p95, first] = database ? [latency?.p95_ms, latency?.first_token_p50_ms] : [live?.p95Ms, live?.firstTokenMs];
  const timed = (present: number | null | undefined, past: number | null | undefined, of: number | undefined): string | undefined => {
    if (!database) return age;
    if (present === null || present === undefined) return undefined;
    return typeof past === 'number' && past > 0 ? strings.before(formats.change(present / past - 1)) : of === undefined ? undefined : strings.ofSo(formats.count(of));
  };
  const failedNote = requests && failed !== undefined ? strings.ofRequests(formats.percent(failed / requests)) : age;
  return (
    <div className="stats">
      <Stat label={strings.requests} value={requests === undefined ? '–' : formats.compact(requests)} note={now ? compared(now.requests, then?.requests) : age} href={addressOf('/logs')} />
      <Stat label={strings.spend} value={spend === undefined ? '–' : formats.usd(spend)} note={now ? compared(now.spend, then?.spend) : age} href={addressOf('/usage')} />
      <Stat label={strings.errors} value={failed === undefined ? '–' : formats.compact(failed)} note={failedNote} href={addressOf('/logs', { status: 'failure' })} />
      {(database || live) && <Stat label={strings.p95} value={typeof p95 === 'number' ? formats.span(p95) : '–'} note={timed(p95, latencyBefore?.p95_ms, latency?.requests)} href={addressOf('/logs', { sort: 'request_duration_ms', order: 'desc' })} />}
      {(database || live) && <Stat label={strings.firstToken} value={typeof first === 'number' ? formats.span(first) : '–'} note={timed(first, latencyBefore?.first_token_p50_ms, latency?.streamed)} href={addressOf('/logs', { sort: 'ttft_ms', order: 'desc' })} />}
    </div>
  );
}
