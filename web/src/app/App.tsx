// The page: conversations on the left, the chat on the right; on phones one over the other.
import { useEffect, useState } from 'react';
import { ChatView } from '../features/chat/ChatView.tsx';
import { Sidebar } from '../features/conversations/Sidebar.tsx';
import { NoticeBar } from '../ui/NoticeBar.tsx';
import { useStrings } from './preferences.ts';
import { useRoute } from './route.ts';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { useShortcuts } from './shortcuts.ts';
import { storage } from './preferences.ts';

const phone = matchMedia('(max-width: 48rem)');

/** The whole page. */
export function App() {
  const strings = useStrings();
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
      <a className="skip-link" href="#message">
        {strings.app.skipToComposer}
      </a>
      <Sidebar open={sidebarOpen} onClose={() => toggleSidebar(false)} onHelp={() => setHelpOpen(true)} />
      {sidebarOpen && <div className="scrim" onClick={() => toggleSidebar(false)} />}
      <ChatView conversationId={conversationId} sidebarOpen={sidebarOpen} onOpenSidebar={() => toggleSidebar(true)} />
      <NoticeBar />
      {helpOpen && <ShortcutsDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
