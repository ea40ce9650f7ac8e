// One quiet line about an answer: model, tokens, cost, speed. What is not known is left out.
import { useLanguageTag, useStrings } from '../../app/preferences.ts';
import { formatCost, formatCount, formatRate, formatSpan, tokensPerSecond } from '../../lib/format.ts';
import type { AssistantMessage } from '../../../shared/conversation.ts';

/** See the top of the file. */
export function Meter({ message }: { message: AssistantMessage }) {
  const { meter } = useStrings();
  const tag = useLanguageTag();
  const { usage, costUsd, firstTokenMs, totalMs } = message;
  const rate = usage && tokensPerSecond(usage.outputTokens, firstTokenMs, totalMs);
  const parts: { shown: string; spoken: string }[] = [{ shown: message.model, spoken: message.model }];
  if (usage) {
    const counts = [formatCount(usage.inputTokens, tag), formatCount(usage.outputTokens, tag)] as const;
    parts.push({ shown: meter.tokens(...counts), spoken: meter.tokensSpoken(...counts) });
  }
  if (costUsd !== null) parts.push({ shown: formatCost(costUsd, tag), spoken: meter.cost(formatCost(costUsd, tag)) });
  if (rate) parts.push({ shown: meter.speed(formatRate(rate, tag)), spoken: meter.speedSpoken(formatRate(rate, tag)) });
  if (firstTokenMs !== null) {
    const text = meter.firstToken(formatSpan(firstTokenMs, tag));
    parts.push({ shown: text, spoken: text });
  }
  return (
    <p className="meter">
      <span className="visually-hidden">{`${meter.label}: ${parts.map(({ spoken }) => spoken).join(', ')}`}</span>
      {parts.map(({ shown }) => (
        <span key={shown} aria-hidden>
          {shown}
        </span>
      ))}
    </p>
  );
}
