// The line over a conversation: which model answers, and with which system prompt.
import { PanelLeftOpen, SlidersHorizontal, SquarePen } from 'lucide-react';
import { useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { newChat } from '../../app/shortcuts.ts';
import { useObservable } from '../../lib/observable.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import type { Conversation } from '../../../shared/conversation.ts';
import { ModelPicker } from '../models/ModelPicker.tsx';
import { chat, chooseModel, setSystemPrompt } from './chat.ts';
import { ConversationMenu } from './ConversationMenu.tsx';
import { SystemPromptDialog } from './SystemPromptDialog.tsx';

interface ChatHeaderProps {
  conversation: Conversation | null;
  conversationId: string | null;
  model: string;
  sidebarOpen: boolean;
  onOpenSidebar: () => void;
}

/** See the top of the file. */
export function ChatHeader({ conversation, conversationId, model, sidebarOpen, onOpenSidebar }: ChatHeaderProps) {
  const strings = useStrings();
  const [editingPrompt, setEditingPrompt] = useState(false);
  const draftPrompt = useObservable(chat, (state) => state.draft.systemPrompt);
  const systemPrompt = conversation ? conversation.systemPrompt : draftPrompt;
  return (
    <header className="chat-head">
      {!sidebarOpen && <IconButton icon={PanelLeftOpen} label={strings.app.openSidebar} onClick={onOpenSidebar} />}
      <h1 className="visually-hidden">{conversation?.title || strings.conversations.untitled}</h1>
      <ModelPicker model={model} onChoose={(chosen) => chooseModel(conversationId, chosen)} />
      <span className="spacer" />
      <IconButton
        icon={SlidersHorizontal}
        label={systemPrompt ? strings.systemPrompt.active : strings.systemPrompt.open}
        data-active={systemPrompt !== ''}
        onClick={() => setEditingPrompt(true)}
      />
      {conversation && conversation.messages.length > 0 && <ConversationMenu conversation={conversation} />}
      {!sidebarOpen && <IconButton icon={SquarePen} label={strings.conversations.new} onClick={newChat} />}
      {editingPrompt && (
        <SystemPromptDialog
          systemPrompt={systemPrompt}
          onClose={() => setEditingPrompt(false)}
          onSave={(text) => {
            setSystemPrompt(conversationId, text);
            setEditingPrompt(false);
          }}
        />
      )}
    </header>
  );
}
