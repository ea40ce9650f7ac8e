// One request: what it was, what happened to it, what it cost, what was said.
import { Link2 } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { addressOf } from '../../app/location.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { durationOf, firstTokenOf, keyNameOf, modelNameOf } from './log-query.ts';
import { errorOf, LogStatus } from './LogStatus.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway } from '../../api/gateway.ts';
import { Link } from '../../ui/Link.tsx';
import { RefusalName, type LimitRefusal } from './LimitFilterName.tsx';
import { LogMessages } from './LogMessages.tsx';
import { logsStrings } from './logs-strings.ts';
import { LogTimeline } from './LogTimeline.tsx';
import { hasContent, NoContent } from './NoContent.tsx';
import { notify } from '../../app/announce.ts';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';
import { useFormats } from '../../lib/numbers.ts';
import { useTeamNames } from '../../ui/TeamPicker.tsx';
import type { SpendLog } from '../../../../client/index.ts';

/** `known` is what the list has of it. Is open as long as it is rendered. */
export function LogSheet({ requestId, known, onClose }: { requestId: string; known: SpendLog | undefined; onClose: () => void }) {
  const strings = logsStrings.use();
  const whole = useQuery({ queryKey: ['log', requestId], queryFn: ({ signal }) => gateway.spend.log(requestId, signal), retry: false });
  const log = whole.data ?? known;
  const share = (): void => {
    void copyText(location.href).then(() => notify(strings.shared));
  };
  return (
    <Sheet
      wide title={log ? modelNameOf(log) : strings.title} subtitle={<span className="mono">{requestId}</span>} onClose={onClose}
      actions={(
        <>
          <Link className="button small" href={addressOf('/playground', { replay: requestId })}>{strings.replay}</Link>
          <button type="button" className="button small" onClick={share}><Link2 aria-hidden size={14} />{strings.share}</button>
        </>
      )}
    >
      {log ? <LogViews log={log} /> : whole.isPending ? <TableSkeleton rows={4} /> : whole.error ? <Problem error={whole.error} /> : <p className="hint">{strings.missing}</p>}
    </Sheet>
  );
}

function LogViews({ log }: { log: SpendLog }) {
  const strings = logsStrings.use();
  return (
    <ObjectViews
      object={log} call={{ method: 'GET', path: `/spend/logs/ui/${encodeURIComponent(log.request_id)}` }}
      more={[
        { id: 'messages', label: strings.conversation, content: () => <LogMessages log={log} /> },
        { id: 'raw', label: strings.raw, content: () => <RawContent log={log} /> },
      ]}
    >
      <LogFacts log={log} />
      <LogTimeline log={log} />
      <CostTable log={log} />
    </ObjectViews>
  );
}

function LogFacts({ log }: { log: SpendLog }) {
  const strings = logsStrings.use();
  const formats = useFormats();
  const teams = useTeamNames();
  const error = errorOf(log);
  const [duration, first] = [durationOf(log), firstTokenOf(log)];
  const refusals = Array.isArray(log.metadata?.['limit_refusals']) ? log.metadata['limit_refusals'] as LimitRefusal[] : [];
  const tags = Array.isArray(log.request_tags) ? log.request_tags.join(', ') : null;
  return (
    <>
      {error?.message && <p className="banner" data-tone="bad" role="note"><span><strong>{[error.code, error.type].filter(Boolean).join(' ')}</strong> {error.message}</span></p>}
      <Facts
        rows={[
          [strings.status, <LogStatus key="status" log={log} />],
          [strings.time, <Time key="time" at={log.startTime} exact />],
          [strings.duration, duration === null ? null : `${formats.span(duration)}${first === null ? '' : ` (${formats.span(first)} ${strings.waiting})`}`],
          [strings.model, log.model_group && log.model_group !== log.model ? `${log.model_group} (${log.model})` : log.model],
          [strings.provider, log.custom_llm_provider],
          [strings.deployment, log.model_id ? <Link key="deployment" className="mono" href={addressOf('/models', { id: log.model_id })}>{log.model_id}</Link> : null],
          [strings.key, <Link key="key" href={addressOf('/keys', { key: log.api_key })}>{keyNameOf(log, strings.masterKey)}</Link>],
          [strings.team, log.team_id ? <Link key="team" href={addressOf('/teams', { id: log.team_id })}>{teams.get(log.team_id) ?? log.team_id}</Link> : null],
          [strings.user, log.user || null], [strings.endUser, log.end_user || null], [strings.address, log.requester_ip_address || null], [strings.session, log.session_id || null], [strings.tags, tags || null], [strings.callType, log.call_type],
          [strings.limits, refusals.length > 0 ? <span key="limits" className="stack tight">{refusals.map((refusal) => <Link key={refusal.join(' ')} href={addressOf('/logs', { limit: JSON.stringify(refusal) })}><RefusalName refusal={refusal} /></Link>)}</span> : null],
        ]}
      />
    </>
  );
}

// Where the gateway wrote down how the cost came about, line by line; else what is known.
function CostTable({ log }: { log: SpendLog }) {
  const strings = logsStrings.use();
  const formats = useFormats();
  const broken = recordOf(log.metadata?.['cost_breakdown']);
  const usage = recordOf(log.metadata?.['usage_object']);
  const details = recordOf(usage['prompt_tokens_details']);
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const cost = (name: string): string | null => {
    const value = number(broken[name]);
    return value === null ? null : formats.usd(value);
  };
  const cacheRead = number(details['cached_tokens']) ?? number(usage['cache_read_input_tokens']);
  const cacheWrite = number(usage['cache_creation_input_tokens']);
  const reasoning = number(recordOf(usage['completion_tokens_details'])['reasoning_tokens']);
  const rows: [string, number | null, string | null][] = [
    [strings.inputCost, log.prompt_tokens, cost('input_cost')], [strings.cacheRead, cacheRead, cost('cache_read_cost')], [strings.cacheWrite, cacheWrite, cost('cache_creation_cost')],
    [strings.outputCost, log.completion_tokens, cost('output_cost')], [strings.reasoning, reasoning, null], [strings.sum, log.total_tokens, formats.usd(log.spend)],
  ];
  return (
    <section>
      <h3>{strings.cost}</h3>
      <div className="data-table">
        <table>
          <tbody>
            {rows.filter(([, tokens], index) => tokens !== null && (tokens > 0 || index === rows.length - 1)).map(([name, tokens, price]) => (
              <tr key={name}>
                <td>{name}</td>
                <td data-align="end">{formats.count(tokens ?? 0)}</td>
                <td data-align="end">{price ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function RawContent({ log }: { log: SpendLog }) {
  const strings = logsStrings.use();
  const request = log.proxy_server_request ?? log.messages;
  const parts = [[strings.request, request], [strings.response, log.response]] as const;
  const kept = parts.filter(([, value]) => hasContent(value));
  if (kept.length === 0) return <NoContent />;
  return kept.map(([name, value]) => <CodeBox key={name} titled label={name} text={typeof value === 'string' ? value : JSON.stringify(value, null, 2)} />);
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}
