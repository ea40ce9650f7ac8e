// What was said, as messages. Text only: what a model writes is never HTML.
import { hasContent, NoContent } from './NoContent.tsx';
import { logsStrings } from './logs-strings.ts';
import { messagesOf } from './messages-of.ts';
import type { SpendLog } from '../../../../client/index.ts';

/** See the top of the file. */
export function LogMessages({ log }: { log: SpendLog }) {
  const strings = logsStrings.use();
  const messages = messagesOf(log);
  if (messages.length === 0) return hasContent(log.response) ? null : <NoContent />;
  return (
    <div className="stack tight">
      {messages.map((message, index) => (
        <article key={index} className="message">
          <header>{strings.roles[message.role as keyof typeof strings.roles] ?? message.role}</header>
          <div>
            {message.text}
            {message.toolCalls.map((call) => <p key={call.id} className="mono">{strings.toolCall(call.name)} {call.argumentsText}</p>)}
          </div>
        </article>
      ))}
    </div>
  );
}
