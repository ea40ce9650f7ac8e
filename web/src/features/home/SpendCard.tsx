// Spend or requests by day; each day leads to its requests.
import { lazy, Suspense, useState } from 'react';
import { addressOf } from '../../app/location.ts';
import { daysOf } from '../usage/activity.ts';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { useFormats, type Formats } from '../../lib/numbers.ts';
import type { Bar } from '../../ui/chart/StackedBars.tsx';
import type { ActivityAnswer, LatencyAnswer } from '../../../../client/index.ts';
import type { TimeRange } from '../../app/scope.ts';

type RangePart = NonNullable<LatencyAnswer['sums']>['parts'][number];

const partCount = 24;
const StackedBars = lazy(() => import('../../ui/chart/StackedBars.tsx'));

/** See the top of the file. */
export function SpendCard({ activity, parts, range }: { activity: ActivityAnswer; parts?: readonly RangePart[] | undefined; range: TimeRange }) {
  const strings = homeStrings.use();
  const formats = useFormats();
  const [what, setWhat] = useState<'spend' | 'requests'>('spend');
  const title = parts ? (what === 'spend' ? strings.spendOver : strings.requestsOver) : what === 'spend' ? strings.spendByDay : strings.requestsByDay;
  const bars = parts ? partBars(parts, range, what, formats) : daysOf(activity, range).map(({ date, metrics }) => ({
    key: date, label: formats.day(new Date(date)), href: addressOf('/logs', dayRange(date)),
    values: what === 'spend' ? [metrics.spend] : [metrics.successful_requests, metrics.failed_requests],
  }));
  return (
    <section className="card">
      <header>
        <h2>{title}</h2>
        <div className="bar">
          <div className="segments" role="group" aria-label={strings.show}>
            <button type="button" aria-pressed={what === 'spend'} onClick={() => setWhat('spend')}>{strings.spend}</button>
            <button type="button" aria-pressed={what === 'requests'} onClick={() => setWhat('requests')}>{strings.requests}</button>
          </div>
          <Link className="card-link" href={addressOf('/usage')}>{strings.details}</Link>
        </div>
      </header>
      <Suspense fallback={<div className="skeleton block" />}>
        <StackedBars label={title} bars={bars} format={what === 'spend' ? formats.usd : formats.compact} series={what === 'spend' ? [{ name: strings.spend }] : [{ name: strings.succeeded }, { name: strings.failed, bad: true }]} />
      </Suspense>
    </section>
  );
}

// A day or less: its parts, also those in which nothing happened.
function partBars(parts: readonly RangePart[], { from, to }: TimeRange, what: 'spend' | 'requests', formats: Formats): Bar[] {
  const length = Math.max(1, Math.ceil((Math.floor(to.getTime() / 1000) - Math.floor(from.getTime() / 1000)) * 1000 / partCount));
  const startMs = Math.floor(from.getTime() / 1000) * 1000;
  const byStart = new Map(parts.map((part) => [Date.parse(part.start), part]));
  return Array.from({ length: partCount }, (_, index) => {
    const [start, end] = [new Date(startMs + index * length), new Date(startMs + (index + 1) * length)];
    const part = byStart.get(start.getTime());
    return {
      key: start.toISOString(), label: formats.time(start), href: addressOf('/logs', { range: null, from: start.toISOString(), to: end.toISOString() }),
      values: what === 'spend' ? [part?.spend ?? 0] : [(part?.requests ?? 0) - (part?.failed ?? 0), part?.failed ?? 0],
    };
  });
}

/** A UTC day as a range of the address. */
export function dayRange(date: string): { range: null; from: string; to: string } {
  return { range: null, from: `${date}T00:00:00.000Z`, to: `${date}T23:59:59.999Z` };
}
