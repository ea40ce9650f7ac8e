// The sums of a time range, each with what became of it since the period before.
import { addressOf } from '../../app/location.ts';
import { Stat } from '../../ui/Stat.tsx';
import { useFormats } from '../../lib/numbers.ts';
import { usageStrings } from './usage-strings.ts';
import type { SpendMetrics } from '../../../../client/index.ts';

/** See the top of the file. */
export function UsageFigures({ now, past }: { now: SpendMetrics; past: SpendMetrics | undefined }) {
  const strings = usageStrings.use();
  const formats = useFormats();
  const compared = (name: keyof SpendMetrics): string | undefined => {
    if (!past) return undefined;
    const [present, before] = [now[name] ?? 0, past[name] ?? 0];
    return before === 0 ? strings.nothingBefore : strings.before(formats.change(present / before - 1));
  };
  return (
    <div className="stats">
      <Stat label={strings.spend} value={formats.usd(now.spend)} note={compared('spend')} />
      <Stat label={strings.requests} value={formats.compact(now.api_requests)} note={compared('api_requests')} href={addressOf('/logs')} />
      <Stat label={strings.tokens} value={formats.compact(now.total_tokens)} note={compared('total_tokens')} />
      <Stat label={strings.failed} value={formats.compact(now.failed_requests)} note={compared('failed_requests')} href={addressOf('/logs', { status: 'failure' })} />
      <Stat label={strings.cached} value={formats.compact(now.cache_read_input_tokens)} note={now.prompt_tokens > 0 ? strings.ofInput(formats.percent(now.cache_read_input_tokens / now.prompt_tokens)) : undefined} />
      {(now.prompt_caching_savings_spend ?? 0) > 0 && <Stat label={strings.saved} value={formats.usd(now.prompt_caching_savings_spend ?? 0)} note={compared('prompt_caching_savings_spend')} />}
    </div>
  );
}
