// The conversations: a new one, search, and the list by age.
import { PanelLeftClose, Search, SquarePen } from 'lucide-react';
import { useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { base } from '../../app/location.ts';
import { useRoute } from '../../app/route.ts';
import { Settings } from '../../app/Settings.tsx';
import { newChat, searchId } from '../../app/shortcuts.ts';
import type { Strings } from '../../i18n/en.ts';
import { useObservable } from '../../lib/observable.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import type { ConversationSummary } from '../../../shared/conversation.ts';
import { conversationList, type ConversationListState, loadConversations, loadMoreConversations } from './conversation-list.ts';
import { MoveOffer } from './MoveOffer.tsx';
import { ConversationRow } from './ConversationRow.tsx';

/** Stays mounted while closed, so that the search and the place in the list are kept. */
export function Sidebar({ open, ready, onClose, onHelp }: { open: boolean; ready: boolean; onClose: () => void; onHelp: () => void }) {
  const strings = useStrings();
  const [search, setSearch] = useState('');
  const list = useObservable(conversationList, (value) => value);
  return (
    <aside className="sidebar" aria-label={strings.conversations.label} inert={!open}>
      <header className="sidebar-head">
        <span className="brand">
          <img src={`${base}/favicon.svg`} alt="" width={22} height={22} />
          {strings.app.name}
        </span>
        <IconButton icon={PanelLeftClose} label={strings.app.closeSidebar} onClick={onClose} />
      </header>
      <button type="button" className="new-chat" onClick={newChat}>
        <SquarePen aria-hidden size={16} strokeWidth={1.8} />
        {strings.conversations.new}
      </button>
      <label className="search">
        <Search aria-hidden size={15} />
        <span className="visually-hidden">{strings.conversations.search}</span>
        <input
          id={searchId}
          type="search"
          value={search}
          placeholder={strings.conversations.search}
          onChange={(event) => {
            setSearch(event.target.value);
            void loadConversations(event.target.value.trim());
          }}
        />
      </label>
      <nav className="conversation-list" aria-label={strings.conversations.label}>
        {ready && <MoveOffer />}
        <ConversationGroups list={list} strings={strings} />
      </nav>
      <Settings onHelp={onHelp} />
    </aside>
  );
}

function ConversationGroups({ list, strings }: { list: ConversationListState; strings: Strings }) {
  const { conversationId } = useRoute();
  if (list.state === 'loading') {
    return (
      <div className="skeletons" aria-label={strings.conversations.loading} role="status">
        {[70, 50, 85, 60].map((width) => (
          <i key={width} style={{ width: `${width}%` }} />
        ))}
      </div>
    );
  }
  if (list.state === 'failed') {
    return (
      <div className="sidebar-note">
        <p>{strings.conversations.loadFailed}</p>
        <button type="button" className="text-button" onClick={() => void loadConversations()}>
          {strings.app.tryAgain}
        </button>
      </div>
    );
  }
  if (list.items.length === 0) {
    return <p className="sidebar-note">{list.search ? strings.conversations.nothingFound(list.search) : strings.conversations.empty}</p>;
  }
  return (
    <>
      {groupsOf(list.items, Date.now()).map(({ name, items }) => (
        <section key={name}>
          <h2>{strings.ages[name]}</h2>
          <ul>
            {items.map((item) => (
              <ConversationRow key={item.id} conversation={item} current={item.id === conversationId} />
            ))}
          </ul>
        </section>
      ))}
      {list.more && (
        <button type="button" className="text-button more" onClick={() => void loadMoreConversations()}>
          {strings.conversations.more}
        </button>
      )}
    </>
  );
}

type Age = keyof Strings['ages'];

function groupsOf(items: ConversationSummary[], nowMs: number): { name: Age; items: ConversationSummary[] }[] {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  const dayMs = 24 * 60 * 60 * 1000;
  const ageOf = ({ updatedAtMs }: ConversationSummary): Age => {
    if (updatedAtMs >= midnight) return 'today';
    if (updatedAtMs >= midnight - dayMs) return 'yesterday';
    return updatedAtMs >= midnight - 7 * dayMs ? 'lastWeek' : 'earlier';
  };
  const names: Age[] = ['today', 'yesterday', 'lastWeek', 'earlier'];
  return names
    .map((name) => ({ name, items: items.filter((item) => ageOf(item) === name) }))
    .filter((group) => group.items.length > 0);
}
