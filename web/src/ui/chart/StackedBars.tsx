// Bars over time, one on top of the other, each a link to the requests that it is made of. Drawn as SVG: sharp on paper, in both themes, and a reader
// of the screen gets the same figures as a table.
import { useEffect, useRef, useState } from 'react';
import { Link } from '../Link.tsx';
import { shared } from '../../i18n/shared-strings.ts';

/** One bar. `values` follow the order of the series. */
export interface Bar {
  key: string;
  label: string;
  values: readonly number[];
  href?: string;
}

interface StackedBarsProps {
  label: string;
  series: readonly { name: string; bad?: boolean }[];
  bars: readonly Bar[];
  format: (value: number) => string;
  height?: number;
}

const left = 52;
const bottom = 22;
const top = 8;

/** See the top of the file. */
export default function StackedBars({ label, series, bars, format, height = 220 }: StackedBarsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const highest = Math.max(0, ...bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
  const ticks = ticksTo(highest);
  const most = ticks.at(-1) || 1;
  const inner = height - top - bottom;
  const y = (value: number): number => top + inner * (1 - value / most);
  const slot = (width - left) / Math.max(1, bars.length);
  const thick = Math.max(1, Math.min(36, slot * 0.68));
  const everyLabel = Math.ceil(bars.length / Math.max(1, Math.floor((width - left) / 64)));
  return (
    <div ref={frame}>
      <svg className="chart" height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={left} x2={width} y1={y(tick)} y2={y(tick)} />
            <text x={left - 8} y={y(tick) + 3.5} textAnchor="end">{format(tick)}</text>
          </g>
        ))}
        {bars.map((bar, index) => {
          const x = left + slot * index;
          return (
            <g key={bar.key}>
              <BarGroup bar={bar} series={series} format={format} x={x + (slot - thick) / 2} thick={thick} y={y} hit={{ x, y: top, width: slot, height: inner }} />
              {index % everyLabel === 0 && <text x={x + slot / 2} y={height - 6} textAnchor="middle">{bar.label}</text>}
            </g>
          );
        })}
      </svg>
      {series.length > 1 && (
        <ul className="legend">
          {series.map(({ name, bad }, index) => (
            <li key={name}>
              <i data-series={bad ? 'bad' : index % 6} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <ChartTable label={label} series={series} bars={bars} format={format} />
    </div>
  );
}

interface BarGroupProps extends Pick<StackedBarsProps, 'series' | 'format'> {
  bar: Bar;
  x: number;
  thick: number;
  y: (value: number) => number;
  hit: { x: number; y: number; width: number; height: number };
}

/** A bar with its tip; a link where it leads somewhere. */
function BarGroup({ bar, series, format, x, thick, y, hit }: BarGroupProps) {
  const { chart } = shared.use();
  const sum = bar.values.reduce((total, value) => total + value, 0);
  const parts = series.length > 1 ? `\n${series.map(({ name }, at) => `${name}: ${format(bar.values[at] ?? 0)}`).join('\n')}` : '';
  const tip = `${bar.label}: ${format(sum)}${parts}`;
  const inside = (
    <>
      <rect className="hit" {...hit} />
      <BarShape bar={bar} series={series} x={x} thick={thick} y={y} />
      <title>{tip}</title>
    </>
  );
  return bar.href && sum > 0 ? <Link href={bar.href} aria-label={`${tip}. ${chart.openLogs}`}>{inside}</Link> : <g>{inside}</g>;
}

/** The same figures for who does not see the chart. */
function ChartTable({ label, series, bars, format }: Omit<StackedBarsProps, 'height'>) {
  const strings = shared.use();
  return (
    <details className="more">
      <summary>{strings.chart.asTable}</summary>
      <div className="data-table">
        <div className="data-scroll" tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                <th scope="col">{strings.range.label}</th>
                {series.map(({ name }) => <th key={name} scope="col" data-align="end">{name}</th>)}
              </tr>
            </thead>
            <tbody>
              {bars.map((bar) => (
                <tr key={bar.key}>
                  <td>{bar.label}</td>
                  {series.map(({ name }, index) => <td key={name} data-align="end">{format(bar.values[index] ?? 0)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </details>
  );
}

function BarShape({ bar, series, x, thick, y }: { bar: Bar; series: StackedBarsProps['series']; x: number; thick: number; y: (value: number) => number }) {
  let below = 0;
  return bar.values.map((value, index) => {
    const from = below;
    below += value;
    if (value <= 0) return null;
    return <rect key={series[index]?.name ?? index} data-series={series[index]?.bad ? 'bad' : index % 6} x={x} width={thick} y={y(below)} height={Math.max(1, y(from) - y(below))} rx={Math.min(2, thick / 2)} />;
  });
}

/** Round figures from zero to at least the highest. */
function ticksTo(highest: number): number[] {
  if (highest <= 0) return [0, 1];
  const raw = highest / 4;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * size).find((candidate) => candidate * 4 >= highest) ?? size * 10;
  const count = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
