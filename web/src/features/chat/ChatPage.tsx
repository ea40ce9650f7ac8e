// The chat: conversations on the left, what is said on the right; on phones one over the other.
import '../../styles/chat-page.css';
import { useEffect, useState } from 'react';
import { ChatView } from './ChatView.tsx';
import { followHealth, onBack } from '../health/health.ts';
import { loadConversations } from '../conversations/conversation-list.ts';
import { loadModels } from '../models/models.ts';
import { ShortcutsDialog } from '../../app/ShortcutsDialog.tsx';
import { Sidebar } from '../conversations/Sidebar.tsx';
import { storage } from '../../app/preferences.ts';
import { keepForPerson } from '../../api/chat-api.ts';
import { useSession } from '../../app/session.ts';
import type { SessionInfo } from '../../../../client/index.ts';
import { useRoute } from '../../app/route.ts';
import { useShortcuts } from '../../app/shortcuts.ts';

const phone = matchMedia('(max-width: 48rem)');

let started: Promise<void> | null = null;
let isReady = false;

/** Loads what the chat lives on. */
async function start(session: SessionInfo): Promise<void> {
  if (!session.chat_open) await keepForPerson(session.user_id ?? session.key_hash ?? 'operator', session.database === true);
  onBack(() => void loadModels());
  onBack(() => void loadConversations());
  followHealth();
  void loadModels();
  void loadConversations();
  isReady = true;
}

/** The whole chat. */
export default function ChatPage() {
  const { data: session } = useSession();
  const [ready, setReady] = useState(isReady);
  useEffect(() => {
    if (!session) return;
    started ??= start(session);
    void started.then(() => setReady(true));
  }, [session]);
  const { conversationId } = useRoute();
  const [sidebarOpen, setSidebarOpen] = useState(!phone.matches && storage.read('sidebar') !== 'closed');
  const [helpOpen, setHelpOpen] = useState(false);
  const toggleSidebar = (open: boolean): void => {
    setSidebarOpen(open);
    if (!phone.matches) storage.write('sidebar', open ? 'open' : 'closed');
  };
  useShortcuts({ openSidebar: () => setSidebarOpen(true), openHelp: () => setHelpOpen(true) });
  // On a phone the list covers the chat: choosing a conversation uncovers it.
  useEffect(() => {
    if (phone.matches) setSidebarOpen(false);
  }, [conversationId]);
  return (
    <div className="app" data-sidebar={sidebarOpen ? 'open' : 'closed'}>
      <Sidebar open={sidebarOpen} ready={ready} onClose={() => toggleSidebar(false)} onHelp={() => setHelpOpen(true)} />
      {sidebarOpen && <div className="scrim" onClick={() => toggleSidebar(false)} />}
      {ready && <ChatView conversationId={conversationId} sidebarOpen={sidebarOpen} onOpenSidebar={() => toggleSidebar(true)} />}
      {helpOpen && <ShortcutsDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
