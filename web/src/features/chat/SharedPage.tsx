// A conversation that somebody shared, to be read only. Whoever has the link sees it, without signing in.
import '../../styles/chat-page.css';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { ChatApiError } from '../../api/chat-contract.ts';
import { gatewayShared } from '../../api/gateway-shared.ts';
import { serviceChat } from '../../api/service-chat.ts';
import type { SharedConversation } from '../../../shared/api.ts';
import type { Message } from '../../../shared/conversation.ts';

const Markdown = lazy(() => import('../markdown/Markdown.tsx'));

/** See the top of the file. */
export default function SharedPage({ token }: { token: string }) {
  const strings = useStrings();
  const [state, setState] = useState<SharedConversation | 'loading' | 'missing' | 'failed'>('loading');
  useEffect(() => {
    // Whoever served this page knows the token: the web service, or the gateway itself.
    serviceChat.shared(token).catch(() => gatewayShared(token)).then(setState, (error: unknown) => setState(error instanceof ChatApiError && error.kind === 'notFound' ? 'missing' : 'failed'));
  }, [token]);
  const title = typeof state === 'string' ? strings.share.heading : state.title;
  useEffect(() => {
    document.title = `${title} · ${strings.app.name}`;
  }, [title, strings]);
  if (state === 'loading') return <p className="center-note" role="status">{strings.conversations.loadingOne}</p>;
  if (state === 'missing') return <p className="center-note" role="alert">{strings.share.missing}</p>;
  if (state === 'failed') return <p className="center-note" role="alert">{strings.conversations.loadOneFailed}</p>;
  return (
    <main className="shared-page">
      <header>
        <p className="quiet">{strings.share.heading}</p>
        <h1>{state.title}</h1>
      </header>
      <ol>
        {state.messages.map((message) => (
          <li key={message.id}>
            <SharedTurn message={message} />
          </li>
        ))}
      </ol>
    </main>
  );
}

function SharedTurn({ message }: { message: Message }) {
  const strings = useStrings();
  if (message.role === 'user') {
    return (
      <article className="turn user" aria-label={strings.chat.you}>
        <div className="bubble">{[...message.attachments.map(({ name }) => `[${name}]`), message.text].filter((part) => part !== '').join('\n')}</div>
      </article>
    );
  }
  return (
    <article className="turn assistant" aria-label={message.model}>
      <div className="prose">
        <Suspense fallback={<div className="plain">{message.text}</div>}>
          <Markdown text={message.text} growing={false} />
        </Suspense>
      </div>
      <p className="meter">{message.model}</p>
    </article>
  );
}
