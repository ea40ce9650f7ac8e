// Usage: how much of what, by whom, and compared with the period before.
import { Download } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { csvOf, downloadText } from '../../lib/csv.ts';
import { dayRange } from '../home/SpendCard.tsx';
import { daysOf, sumOf, useActivity, usedBy, type UsedThing } from './activity.ts';
import { dimensions, measures, measureOf, type Dimension, type Measure } from './dimensions.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { rangeBefore, useTeamScope, useTimeRange, type TimeRange } from '../../app/scope.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { useDatabase, useIsAdmin } from '../../app/session.ts';
import { useFormats } from '../../lib/numbers.ts';
import { UsageFigures } from './UsageFigures.tsx';
import { shortId } from '../../lib/short-id.ts';
import { usageStrings } from './usage-strings.ts';
import { UsageTable } from './UsageTable.tsx';
import { withoutDatabase } from '../../api/gateway.ts';
import type { ActivityAnswer } from '../../../../client/index.ts';

const StackedBars = lazy(() => import('../../ui/chart/StackedBars.tsx'));
const shownSeries = 5;

/** See the top of the file. */
export default function UsagePage() {
  const strings = usageStrings.use();
  const range = useTimeRange();
  const key = useQueryMember('api_key');
  const dimension = dimensions.find(({ id }) => id === useDimension()) ?? dimensions[0];
  const team = useTeamScope();
  const filters = { ...(key !== null && { api_key: key }), ...(team !== null && { team_id: team }) };
  const activity = useActivity(dimension?.scope ?? 'user', range, filters);
  const before = useActivity(dimension?.scope ?? 'user', rangeBefore(range), filters, activity.isSuccess);
  const database = useDatabase();
  if (!dimension) return null;
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="usage" about={strings.about} range={database} team={database}>
        {activity.data && <ExportButton answer={activity.data} dimension={dimension} range={range} />}
      </PageHead>
      {!database && <Problem error={withoutDatabase} />}
      {database && <UsageControls dimension={dimension} filteredKey={key} />}
      {activity.error && <Problem error={activity.error} onRetry={() => void activity.refetch()} />}
      {database && activity.isPending && <TableSkeleton />}
      {activity.data && <UsageView answer={activity.data} before={before.data} dimension={dimension} range={range} />}
    </main>
  );
}

function useDimension(): string {
  return useQueryMember('by') ?? 'model_groups';
}

function UsageControls({ dimension, filteredKey }: { dimension: Dimension; filteredKey: string | null }) {
  const strings = usageStrings.use();
  const isAdmin = useIsAdmin();
  const measure = measureOf(useQueryMember('measure'));
  return (
    <div className="bar">
      <div className="segments" role="group" aria-label={strings.measure}>
        {measures.map((id) => <button key={id} type="button" aria-pressed={id === measure} onClick={() => setQuery({ measure: id }, { replace: true })}>{strings[id]}</button>)}
      </div>
      <select className="select" aria-label={strings.by} value={dimension.id} onChange={(event) => setQuery({ by: event.target.value }, { replace: true })}>
        {dimensions.filter(({ forAdmins }) => isAdmin || !forAdmins).map(({ id }) => <option key={id} value={id}>{`${strings.by}: ${strings.dimensions[id]}`}</option>)}
      </select>
      {filteredKey !== null && (
        <>
          <span className="chip">{strings.filterKey(shortId(filteredKey))}</span>
          <button type="button" className="text-button" onClick={() => setQuery({ api_key: null })}>{strings.clear}</button>
        </>
      )}
    </div>
  );
}

interface UsageViewProps {
  answer: ActivityAnswer;
  before: ActivityAnswer | undefined;
  dimension: Dimension;
  range: TimeRange;
}

function UsageView({ answer, before, dimension, range }: UsageViewProps) {
  const strings = usageStrings.use();
  const measure = measureOf(useQueryMember('measure'));
  const things = usedBy(answer, dimension.breakdown);
  const all = sumOf(answer.results.map(({ metrics }) => metrics));
  const past = before && sumOf(before.results.map(({ metrics }) => metrics));
  if (all.api_requests === 0 && all.spend === 0) {
    return (
      <div className="empty">
        <h2>{strings.empty}</h2>
        <p className="quiet">{strings.emptyAbout}</p>
      </div>
    );
  }
  return (
    <>
      <UsageFigures now={all} past={past} />
      <UsageChart answer={answer} range={range} dimension={dimension} things={things} measure={measure} />
      <UsageTable things={things} past={before ? usedBy(before, dimension.breakdown) : null} dimension={dimension} measure={measure} />
    </>
  );
}

function UsageChart({ answer, range, dimension, things, measure }: { answer: ActivityAnswer; range: TimeRange; dimension: Dimension; things: UsedThing[]; measure: Measure }) {
  const strings = usageStrings.use();
  const formats = useFormats();
  const valueOf = measureValue(measure);
  const top = things.toSorted((a, b) => valueOf(b.metrics) - valueOf(a.metrics)).slice(0, shownSeries);
  const hasOthers = things.length > top.length;
  const bars = daysOf(answer, range).map(({ date, metrics, breakdown }) => {
    const parts = top.map(({ id }) => {
      const part = breakdown[dimension.breakdown]?.[id]?.metrics;
      return part ? valueOf(part) : 0;
    });
    const rest = Math.max(0, valueOf(metrics) - parts.reduce((sum, value) => sum + value, 0));
    return { key: date, label: formats.day(new Date(date)), values: hasOthers ? [...parts, rest] : parts, href: addressOf('/logs', dayRange(date)) };
  });
  const title = strings.chartTitle(strings[measure]);
  return (
    <section className="card">
      <header>
        <h2>{title}</h2>
        <span className="hint quiet">{strings.utc}</span>
      </header>
      <Suspense fallback={<div className="skeleton block" />}>
        <StackedBars label={title} bars={bars} format={measure === 'spend' ? formats.usd : formats.compact} height={260} series={[...top.map(({ name, id }) => ({ name: name === 'litellm_proxy_master_key' ? strings.masterKey : name === id ? shortId(id) : name })), ...(hasOthers ? [{ name: strings.others }] : [])]} />
      </Suspense>
    </section>
  );
}

/** What of metrics is counted. */
function measureValue(measure: Measure): (metrics: UsedThing['metrics']) => number {
  switch (measure) {
    case 'spend':
      return ({ spend }) => spend;
    case 'tokens':
      return ({ total_tokens: tokens }) => tokens;
    case 'requests':
      return ({ api_requests: requests }) => requests;
  }
}

function ExportButton({ answer, dimension, range }: { answer: ActivityAnswer; dimension: Dimension; range: TimeRange }) {
  const { actions } = shared.use();
  const save = (): void => {
    const rows = daysOf(answer, range).flatMap(({ date, breakdown }) => Object.entries(breakdown[dimension.breakdown] ?? {}).map(([id, { metrics }]) => [
      date, id, metrics.spend, metrics.prompt_tokens, metrics.completion_tokens, metrics.total_tokens, metrics.cache_read_input_tokens, metrics.api_requests, metrics.successful_requests, metrics.failed_requests,
    ]));
    const head = ['date', dimension.id, 'spend_usd', 'prompt_tokens', 'completion_tokens', 'total_tokens', 'cache_read_input_tokens', 'requests', 'successful_requests', 'failed_requests'];
    downloadText(`usage-by-${dimension.id}.csv`, 'text/csv', csvOf([head, ...rows]));
  };
  return (
    <button type="button" className="button" onClick={save}>
      <Download aria-hidden size={16} />
      {actions.exportCsv}
    </button>
  );
}
