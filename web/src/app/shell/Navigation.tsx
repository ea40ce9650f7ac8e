// The menu: all destinations that the reader may see, and at its foot who is signed in, theme and language.
import { LogIn, LogOut, Search, X } from 'lucide-react';
import { addressOf, base } from '../location.ts';
import { destinations, type Destination, type GroupName } from '../destinations.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Link } from '../../ui/Link.tsx';
import { Settings } from '../Settings.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { hasMasterKey, signOut } from '../session.ts';
import type { PageName } from '../page-name.ts';
import type { SessionInfo } from '../../../../client/index.ts';

interface NavigationProps {
  session: SessionInfo;
  /** Whether it is open on a phone. */
  open: boolean;
  current: PageName | null;
  onClose: () => void;
  onPalette: () => void;
}

const groups: readonly (GroupName | null)[] = [null, 'use', 'models', 'access', 'observe', 'admin'];

/** What a role sees; without one somebody who has not signed in, who may chat. */
export function visibleTo(role: string | undefined): (destination: Destination) => boolean {
  if (role === undefined) return ({ name }) => name === 'chat' || name === 'home';
  const admin = role === 'proxy_admin' || role === 'proxy_admin_viewer';
  return ({ audience }) => admin || audience === 'everybody';
}

/** See the top of the file. */
export function Navigation({ session, open, current, onClose, onPalette }: NavigationProps) {
  const strings = shared.use();
  const visible = destinations.filter(visibleTo(session.role));
  const name = hasMasterKey(session) ? strings.masterKey : session.name ?? '';
  return (
    <nav className="nav" data-open={open} aria-label={strings.navigation}>
      <div className="nav-head">
        <Link href={addressOf('/')} className="brand" aria-label={strings.product}>
          <img src={`${base}/favicon.svg`} alt="" width={22} height={22} />
          <span>{strings.product}</span>
        </Link>
        <IconButton icon={X} label={strings.closeMenu} onClick={onClose} className="phone-only" />
      </div>
      {session.signed_in && <button type="button" className="nav-search" onClick={onPalette} title={strings.palette}>
        <Search aria-hidden size={15} />
        <span>{strings.table.search}</span>
        <kbd aria-hidden>{modKey}K</kbd>
      </button>}
      <div className="nav-list">
        {groups.map((group) => {
          const items = visible.filter((destination) => destination.group === group);
          if (items.length === 0) return null;
          return (
            <section key={group ?? 'home'}>
              {group && <h2>{strings.groups[group]}</h2>}
              <ul>
                {items.map(({ name, path, icon: Icon }) => (
                  <li key={name}>
                    <Link href={addressOf(path)} aria-current={name === current ? 'page' : undefined} title={strings.pages[name]}>
                      <Icon aria-hidden size={17} strokeWidth={1.75} />
                      <span>{strings.pages[name]}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      <div className="nav-foot">
        <div className="nav-person">
          {session.signed_in ? <span title={strings.signedInAs(name)}>{name}</span> : <Link href={addressOf('/')} className="icon-button" title={strings.signIn} aria-label={strings.signIn}><LogIn aria-hidden size={16} /></Link>}
          {session.signed_in && !session.open && <IconButton icon={LogOut} size={16} label={strings.signOut} onClick={() => void signOut()} />}
        </div>
        <Settings />
      </div>
    </nav>
  );
}

const modKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl ';
