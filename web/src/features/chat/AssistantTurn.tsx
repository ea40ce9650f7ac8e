// What a model said: reasoning, text, tool calls, how it ended, and what it cost.
import { RefreshCw, TriangleAlert, Wrench } from 'lucide-react';
import { lazy, memo, Suspense } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { isUnfinished, type AssistantMessage, type Conversation } from '../../../shared/conversation.ts';
import { askAgain, continueAnswer } from './chat.ts';
import { Meter } from './Meter.tsx';
import { VersionSwitch } from './VersionSwitch.tsx';

// Most of the page's weight; it is on its way while the model is still thinking.
const Markdown = lazy(() => import('../markdown/Markdown.tsx'));

interface AssistantTurnProps {
  conversation: Conversation;
  message: AssistantMessage;
  running: boolean;
  /** Whether it is the end of the branch. */
  last: boolean;
}

/** See the top of the file. */
export const AssistantTurn = memo(({ conversation, message, running, last }: AssistantTurnProps) => {
  const strings = useStrings();
  const growing = running && last && message.status === 'streaming';
  const question = conversation.messages.find(({ id }) => id === message.parentId);
  const retry = (): void => {
    if (question?.role === 'user') askAgain(conversation.id, question);
  };
  const goOn = question?.role === 'user' && isUnfinished(message) ? () => continueAnswer(conversation.id, question, message) : null;
  return (
    <article className="turn assistant" aria-label={message.model} aria-busy={growing} data-last={last}>
      <h2 className="visually-hidden">{message.model}</h2>
      <Reasoning message={message} growing={growing} />
      {message.text !== '' && (
        <div className="prose" data-growing={growing}>
          <Suspense fallback={<div className="plain">{message.text}</div>}>
            <Markdown text={growing ? message.text : withStructure(message.text)} growing={growing} />
          </Suspense>
        </div>
      )}
      {message.toolCalls.map((call, index) => (
        <details className="fold tool-call" key={call.id || index}>
          <summary>
            <Wrench aria-hidden size={14} />
            {strings.chat.toolCall(call.name)}
          </summary>
          <pre tabIndex={0} role="region" aria-label={strings.chat.toolCallArguments}>
            {readable(call.argumentsText)}
          </pre>
        </details>
      ))}
      {growing && isEmpty(message) && (
        <span className="dots" role="img" aria-label={strings.chat.waiting}>
          <i />
          <i />
          <i />
        </span>
      )}
      <Ending message={message} growing={growing} disabled={running} onRetry={retry} onContinue={goOn} />
      {!growing && (
        <div className="turn-actions">
          <VersionSwitch conversation={conversation} message={message} disabled={running} />
          {message.text !== '' && <CopyButton label={strings.chat.copy} text={() => message.text} />}
          {message.status !== 'failed' && <IconButton icon={RefreshCw} size={16} label={strings.chat.retry} disabled={running} onClick={retry} />}
          <Meter message={message} />
        </div>
      )}
    </article>
  );
});

function Reasoning({ message, growing }: { message: AssistantMessage; growing: boolean }) {
  const strings = useStrings();
  if (message.reasoning === '') return null;
  const thinking = growing && message.text === '';
  return (
    <details className="fold reasoning" data-thinking={thinking}>
      <summary>{thinking ? strings.chat.thinking : strings.chat.thought}</summary>
      <div className="plain">{message.reasoning}</div>
    </details>
  );
}

interface EndingProps {
  message: AssistantMessage;
  growing: boolean;
  disabled: boolean;
  onRetry: () => void;
  /** Null where there is nothing to go on from. */
  onContinue: (() => void) | null;
}

function Ending({ message, growing, disabled, onRetry, onContinue }: EndingProps) {
  const strings = useStrings();
  if (growing) return null;
  const more = onContinue && <button type="button" className="button" disabled={disabled} onClick={onContinue}>{strings.chat.continue}</button>;
  if (message.status === 'failed') {
    const { kind, message: detail, retryAfterMs } = message.failure ?? { kind: 'service', message: '', retryAfterMs: null };
    const waits = kind === 'rateLimit' && retryAfterMs !== null;
    return (
      <div className="failure">
        <TriangleAlert aria-hidden size={16} />
        <div>
          <strong>{waits ? strings.failure.rateLimitWait(Math.ceil(retryAfterMs / 1000)) : strings.failure[kind]}</strong>
          {detail !== '' && <p>{detail}</p>}
        </div>
        {more}
        <button type="button" className="button" disabled={disabled} onClick={onRetry}>
          {strings.chat.retryFailed}
        </button>
      </div>
    );
  }
  if (message.status !== 'done') return <p className="ending">{strings.chat.stopped} {more}</p>;
  if (message.finishReason === 'length') return <p className="ending">{strings.chat.cutByLength} {more}</p>;
  if (message.finishReason === 'content_filter') return <p className="ending">{strings.chat.filtered}</p>;
  return isEmpty(message) ? <p className="ending">{strings.chat.emptyAnswer}</p> : null;
}

function isEmpty({ text, reasoning, toolCalls }: AssistantMessage): boolean {
  return text === '' && reasoning === '' && toolCalls.length === 0;
}

/** A structured answer (all of it one JSON object or list) is shown as code, in lines. */
function withStructure(text: string): string {
  const trimmed = text.trim();
  if (!/^[{[][\s\S]*[}\]]$/.test(trimmed)) return text;
  const formatted = readable(trimmed);
  return formatted === trimmed && !formatted.includes('\n') ? text : `\`\`\`json\n${formatted}\n\`\`\``;
}

function readable(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
