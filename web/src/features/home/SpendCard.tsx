// Spend or requests by day; each day leads to its requests.
import { lazy, Suspense, useState } from 'react';
import { addressOf } from '../../app/location.ts';
import { daysOf } from '../usage/activity.ts';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { useFormats } from '../../lib/numbers.ts';
import type { ActivityAnswer } from '../../../../client/index.ts';
import type { TimeRange } from '../../app/scope.ts';

const StackedBars = lazy(() => import('../../ui/chart/StackedBars.tsx'));

/** See the top of the file. */
export function SpendCard({ activity, range }: { activity: ActivityAnswer; range: TimeRange }) {
  const strings = homeStrings.use();
  const formats = useFormats();
  const [what, setWhat] = useState<'spend' | 'requests'>('spend');
  const days = daysOf(activity, range);
  const title = what === 'spend' ? strings.spendByDay : strings.requestsByDay;
  const bars = days.map(({ date, metrics }) => ({
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

/** A UTC day as a range of the address. */
export function dayRange(date: string): { range: null; from: string; to: string } {
  return { range: null, from: `${date}T00:00:00.000Z`, to: `${date}T23:59:59.999Z` };
}
