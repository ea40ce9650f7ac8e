// The frame: the menu at the side, the page beside it. On phones the menu slides over the page.
import { Menu } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { destinationOf } from '../destinations.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Navigation } from './Navigation.tsx';
import { NotFound } from './NotFound.tsx';
import { PageErrorBoundary } from './PageErrorBoundary.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { useGlobalKeys } from './use-global-keys.ts';
import { usePath } from '../location.ts';
import type { SessionInfo } from '../../../../client/index.ts';

const loadPalette = () => import('./Palette.tsx');
const Palette = lazy(loadPalette);
// Soon after the page: keys that are typed at once must not be lost.
const paletteAfterMs = 1_500;

/** See the top of the file. */
export function Shell({ session }: { session: SessionInfo }) {
  const strings = shared.use();
  const path = usePath();
  const [menuOpen, setMenuOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const destination = destinationOf(path);
  const inChat = destination?.name === 'chat';
  useGlobalKeys({ openPalette: () => session.signed_in && setPaletteOpen(true), inChat });
  useEffect(() => setMenuOpen(false), [path]);
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => undefined), paletteAfterMs);
    return () => clearTimeout(timer);
  }, []);
  const name = destination?.name;
  useEffect(() => {
    if (name !== 'chat') document.title = `${name ? strings.pages[name] : strings.notFound.title} · Weir`;
  }, [name, strings]);
  const Page = destination?.page;
  return (
    <div className="shell" data-rail={inChat}>
      <a className="skip-link" href={inChat ? '#message' : '#page'}>
        {inChat ? strings.skipToMessage : strings.skip}
      </a>
      <header className="phone-bar">
        <IconButton icon={Menu} label={strings.menu} aria-expanded={menuOpen} onClick={() => setMenuOpen(true)} />
        <strong>{name ? strings.pages[name] : 'Weir'}</strong>
      </header>
      <Navigation session={session} open={menuOpen} current={name ?? null} onClose={() => setMenuOpen(false)} onPalette={() => setPaletteOpen(true)} />
      {menuOpen && <div className="nav-scrim" onClick={() => setMenuOpen(false)} />}
      <div className="shell-page">
        {!inChat && <ConnectionBanner />}
        <PageErrorBoundary key={name ?? path}>
          <Suspense fallback={<PageSkeleton />}>{Page ? <Page /> : <NotFound />}</Suspense>
        </PageErrorBoundary>
      </div>
      {paletteOpen && (
        <Suspense fallback={null}>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
