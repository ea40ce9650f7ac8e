// The first page: how the gateway is, what it did, what needs a look, and how to connect a client.
import { Database } from 'lucide-react';
import { addressOf } from '../../app/location.ts';
import { ConnectCard } from './ConnectCard.tsx';
import { HealthCard } from './HealthCard.tsx';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { liveFigures, useMetrics } from '../../api/use-metrics.ts';
import { ChangesCard, TopCard } from './lists.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { rangeBefore, useTimeRange } from '../../app/scope.ts';
import { Stat } from '../../ui/Stat.tsx';
import { SpendCard } from './SpendCard.tsx';
import { sumOf, useActivity } from '../usage/activity.ts';
import { useFormats } from '../../lib/numbers.ts';
import { useDatabase, useIsAdmin } from '../../app/session.ts';
import type { ActivityAnswer } from '../../../../client/index.ts';

/** See the top of the file. */
export default function HomePage() {
  const strings = homeStrings.use();
  const isAdmin = useIsAdmin();
  const range = useTimeRange();
  const activity = useActivity('user', range);
  const before = useActivity('user', rangeBefore(range), {}, activity.isSuccess);
  const withoutDatabase = !useDatabase();
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="home" about={strings.about} range={!withoutDatabase} />
      {withoutDatabase && (
        <p className="banner" data-tone="good">
          <Database aria-hidden size={16} />
          <span>
            {strings.noDatabase} <Link href={addressOf('/keys')}>{strings.howDatabase}</Link>
          </span>
        </p>
      )}
      <Figures activity={activity.data} before={before.data} />
      {activity.data && <SpendCard activity={activity.data} range={range} />}
      <div className="two">
        {isAdmin && <HealthCard />}
        <ConnectCard />
        {activity.data && <TopCard activity={activity.data} dimension="model_groups" />}
        {activity.data && isAdmin && <TopCard activity={activity.data} dimension="api_keys" />}
        {activity.data && isAdmin && <ChangesCard />}
      </div>
    </main>
  );
}

/** The row of figures: of the range where it is known, else of the process. */
function Figures({ activity, before }: { activity: ActivityAnswer | undefined; before: ActivityAnswer | undefined }) {
  const strings = homeStrings.use();
  const formats = useFormats();
  const samples = useMetrics();
  const live = samples && liveFigures(samples);
  const now = activity && sumOf(activity.results.map(({ metrics }) => metrics));
  const then = before && sumOf(before.results.map(({ metrics }) => metrics));
  const age = live?.startedAt ? strings.sinceStart(formats.relative(live.startedAt)) : undefined;
  const compared = (present: number, past: number | undefined): string | undefined =>
    (past === undefined ? undefined : past === 0 ? strings.nothingBefore : strings.before(formats.change(present / past - 1)));
  const requests = now?.api_requests ?? live?.requests;
  const failed = now?.failed_requests ?? live?.failed;
  const spend = now?.spend ?? live?.costUsd;
  const failedNote = requests && failed !== undefined ? strings.ofRequests(formats.percent(failed / requests)) : age;
  return (
    <div className="stats">
      <Stat label={strings.requests} value={requests === undefined ? '–' : formats.compact(requests)} note={now ? compared(now.api_requests, then?.api_requests) : age} href={addressOf('/logs')} />
      <Stat label={strings.spend} value={spend === undefined ? '–' : formats.usd(spend)} note={now ? compared(now.spend, then?.spend) : age} href={addressOf('/usage')} />
      <Stat label={strings.errors} value={failed === undefined ? '–' : formats.compact(failed)} note={failedNote} href={addressOf('/logs', { status: 'failure' })} />
      {live && <Stat label={strings.p95} value={live.p95Ms === null ? '–' : formats.span(live.p95Ms)} note={age} href={addressOf('/models')} />}
      {live && <Stat label={strings.firstToken} value={live.firstTokenMs === null ? '–' : formats.span(live.firstTokenMs)} note={age} href={addressOf('/models')} />}
    </div>
  );
}
