// The report: a table of all numbers with ratios and targets, what falls short, what got worse.
import { type GatewayName, gateways } from './gateways.ts';
import { type Results, type Values, whatGotWorse } from './results.ts';
import { type Row, type Section, sections, type Target } from './targets.ts';

function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (value >= 1_000 || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** `2.5×`, or `1/360` for something far smaller. */
function ratio(value: number | undefined, against: number | undefined): string {
  if (!value || !against) return '';
  const factor = value / against;
  return factor >= 0.1 ? `${factor.toFixed(factor < 10 ? 2 : 0)}×` : `1/${Math.round(1 / factor)}`;
}

interface Verdict {
  readonly text: string;
  /** Undefined when something to compare with was not measured. */
  readonly met: boolean | undefined;
}

function judge(target: Target, value: number, others: (name: GatewayName) => number | undefined, own: (scenario: string) => number | undefined): Verdict {
  switch (target.kind) {
    case 'ratio': {
      const other = others(target.against);
      const wanted = target.atMost < 1 ? `1/${Math.round(1 / target.atMost)} of` : `${target.atMost}×`;
      return { text: `≤ ${wanted} ${gateways[target.against].label}`, met: other ? value / other <= target.atMost : undefined };
    }
    case 'above': {
      const other = others(target.against);
      return { text: `≤ ${target.atMost} above ${gateways[target.against].label}`, met: other === undefined ? undefined : value - other <= target.atMost };
    }
    case 'own': {
      const other = own(target.scenario);
      const factor = other ? ` (${(value / other).toFixed(2)}×)` : '';
      return { text: `≤ ${target.atMost}× ${target.title}${factor}`, met: other ? value / other <= target.atMost : undefined };
    }
    case 'atMost':
      return { text: `≤ ${number(target.value)}`, met: value <= target.value };
    case 'atLeast':
      return { text: `≥ ${number(target.value)}`, met: value >= target.value };
  }
}

function verdicts(values: Values, { scenario }: Section, { measure, targets = [] }: Row): Verdict[] {
  const value = values[scenario]?.weir?.[measure];
  if (value === undefined) return [];
  return targets.map((target) => judge(target, value, (name) => values[scenario]?.[name]?.[measure], (other) => values[other]?.weir?.[measure]));
}

const sign = (met: boolean | undefined): string => (met === undefined ? '?' : met ? '✓' : '✗');

/** Lines of cells, and lines that are a section's title. */
type TableLine = readonly string[] | string;

function tableContents(values: Values, names: readonly GatewayName[]): TableLine[] {
  const lines: TableLine[] = [['', ...names.map((name) => gateways[name].label), '/nginx', '/LiteLLM', 'wanted']];
  for (const section of sections) {
    const ofScenario = values[section.scenario];
    if (!ofScenario) continue;
    lines.push(section.title);
    for (const row of section.rows) {
      const of = (name: GatewayName) => ofScenario[name]?.[row.measure];
      if (names.every((name) => of(name) === undefined)) continue;
      lines.push([
        `  ${row.title}`,
        ...names.map((name) => number(of(name))),
        row.noRatio ? '' : ratio(of('weir'), of('nginx')),
        row.noRatio ? '' : ratio(of('weir'), of('litellm')),
        verdicts(values, section, row).map(({ text, met }) => `${sign(met)} ${text}`).join('   '),
      ]);
    }
  }
  return lines;
}

function table(lines: readonly TableLine[]): string {
  const rows = lines.filter((line) => typeof line !== 'string');
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => {
    const isText = column === 0 || column === columns - 1;
    return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  };
  return lines.map((line) => (typeof line === 'string' ? line : line.map(pad).join('  ').trimEnd())).join('\n');
}

function fallsShort(values: Values): string[] {
  return sections.flatMap((section) =>
    section.rows.flatMap((row) =>
      verdicts(values, section, row)
        .filter(({ met }) => met === false)
        .map(({ text }) => {
          const of = (name: GatewayName) => values[section.scenario]?.[name]?.[row.measure];
          const compared = [ratio(of('weir'), of('nginx')), ratio(of('weir'), of('litellm'))];
          const ratios = row.noRatio ? '' : ` (${compared[0] || '–'} nginx, ${compared[1] || '–'} LiteLLM)`;
          return `${section.title}: ${row.title}: ${number(of('weir'))}${ratios}, wanted ${text}`;
        })));
}

function list(title: string, lines: readonly string[], none: string): string {
  return `${title}\n${(lines.length > 0 ? lines : [none]).map((line) => `  ${line}`).join('\n')}`;
}

/** Things that a reader must not overlook: what was skipped, what broke. */
export interface Notes {
  readonly skipped: readonly string[];
  readonly broken: readonly string[];
}

/** The whole report as text. */
export function report(now: Results, saved: Results | undefined, { skipped, broken }: Notes): string {
  const order: readonly GatewayName[] = ['weir', 'nginx', 'litellm', 'direct'];
  const names = order.filter((name) => Object.values(now.values).some((gateway) => gateway[name]));
  const versions = Object.entries(now.versions).map(([name, version]) => `${name} ${version}`).join(', ');
  const worse = saved
    ? list(`What got worse since ${saved.date.slice(0, 10)} (${saved.versions.weir})`, whatGotWorse(now, saved), 'nothing beyond the noise')
    : list('What got worse', [], 'nothing is saved yet to compare with: run with --save');
  return [
    `${now.machine}; ${versions}; medians of ${now.rounds} round${now.rounds === 1 ? '' : 's'}`,
    table(tableContents(now.values, names)),
    list('Falls short of what is wanted', fallsShort(now.values), 'nothing that was measured'),
    worse,
    ...(skipped.length > 0 ? [list('SKIPPED', skipped, '')] : []),
    ...(broken.length > 0 ? [list('BROKEN', broken, '')] : []),
  ].join('\n\n');
}
