// One conversation: header, messages, and the box to write in.
import { useEffect } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { navigate } from '../../app/route.ts';
import { useObservable } from '../../lib/observable.ts';
import { HealthBanner } from '../health/HealthBanner.tsx';
import { defaultModel, models } from '../models/models.ts';
import { ask, chat, openConversation, startConversation } from './chat.ts';
import { ChatHeader } from './ChatHeader.tsx';
import { Composer } from './Composer.tsx';
import { MessageList } from './MessageList.tsx';
import { Welcome } from './Welcome.tsx';
import type { NewAttachment } from '../../../shared/attachment.ts';

interface ChatViewProps {
  /** Null for a new conversation. */
  conversationId: string | null;
  sidebarOpen: boolean;
  onOpenSidebar: () => void;
}

/** See the top of the file. */
export function ChatView({ conversationId, sidebarOpen, onOpenSidebar }: ChatViewProps) {
  const strings = useStrings();
  const state = useObservable(chat, (value) => value);
  const available = useObservable(models, (value) => value);
  const conversation = conversationId === null ? null : (state.byId[conversationId] ?? null);
  const loading = conversationId === null ? null : (state.loading[conversationId] ?? null);
  const model = (conversation ? conversation.model : state.draft.model) || defaultModel(available.ids);

  useEffect(() => {
    if (conversationId !== null) void openConversation(conversationId);
  }, [conversationId]);
  const title = conversation?.title;
  useEffect(() => {
    document.title = title ? `${title} · ${strings.app.name}` : strings.app.name;
  }, [title, strings]);

  const send = (text: string, files: readonly NewAttachment[] = []): void => {
    if (conversation) ask(conversation.id, conversation.leafId, text, files);
    else startConversation(text, files, model);
  };
  const missing = loading === 'missing' || loading === 'failed';
  return (
    <main className="chat">
      <ChatHeader conversation={conversation} conversationId={conversationId} model={model} sidebarOpen={sidebarOpen} onOpenSidebar={onOpenSidebar} />
      <HealthBanner />
      {conversation && <MessageList key={`messages ${conversation.id}`} conversation={conversation} running={conversation.id in state.running} />}
      {conversationId === null && <Welcome onSuggestion={send} />}
      {conversationId !== null && !conversation && !missing && (
        <div className="center-note" role="status">
          <span className="visually-hidden">{strings.conversations.loadingOne}</span>
          <span className="dots" aria-hidden>
            <i />
            <i />
            <i />
          </span>
        </div>
      )}
      {missing && conversationId !== null && (
        <div className="center-note" role="alert">
          <p>{loading === 'missing' ? strings.conversations.missing : strings.conversations.loadOneFailed}</p>
          <button type="button" className="button" onClick={() => (loading === 'missing' ? navigate(null) : void openConversation(conversationId))}>
            {loading === 'missing' ? strings.conversations.new : strings.app.tryAgain}
          </button>
        </div>
      )}
      {!missing && <Composer key={`composer ${conversationId}`} conversation={conversation} conversationId={conversationId} onSend={send} />}
    </main>
  );
}
