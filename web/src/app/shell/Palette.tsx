// The palette: every page, command, model, key and team by its name, from any page, without the mouse.
import { CornerDownLeft } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { addressOf, go } from '../location.ts';
import { destinations } from '../destinations.ts';
import { gateway } from '../../api/gateway.ts';
import { paletteStrings } from './palette-strings.ts';
import { setPreferences } from '../preferences.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { useSession } from '../session.ts';
import { visibleTo } from './Navigation.tsx';

interface Entry {
  id: string;
  group: string;
  name: string;
  run: () => void;
}

const shownPerGroup = 6;

/** Is open as long as it is rendered. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const strings = paletteStrings.use();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  const entries = useEntries(text.trim());
  const current = Math.min(active, entries.length - 1);
  useEffect(() => {
    void document.getElementById(`${listId}-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [current, listId]);
  const choose = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  return (
    <dialog ref={dialog} className="palette" aria-label={strings.title} onCancel={(event) => { event.preventDefault(); onClose(); }} onClick={(event) => event.target === dialog.current && onClose()}>
      <input
        role="combobox" aria-expanded aria-controls={listId} aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined} aria-label={strings.title} placeholder={strings.placeholder}
        autoFocus value={text} onChange={(event) => { setText(event.target.value); setActive(0); }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setActive((current + 1) % Math.max(1, entries.length));
          else if (event.key === 'ArrowUp') setActive((current - 1 + entries.length) % Math.max(1, entries.length));
          else if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(entries[current]);
          else return;
          event.preventDefault();
        }}
      />
      <ul id={listId} role="listbox" aria-label={strings.title}>
        {entries.map((entry, index) => (
          <li key={entry.id} id={`${listId}-${index}`} role="option" aria-selected={index === current} data-first={entries[index - 1]?.group !== entry.group} onClick={() => choose(entry)} onPointerMove={() => setActive(index)}>
            <span className="palette-group">{entry.group}</span>
            <span>{entry.name}</span>
            {index === current && <CornerDownLeft aria-hidden size={14} />}
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="palette-nothing">{strings.nothing}</p>}
    </dialog>
  );
}

function useEntries(text: string): Entry[] {
  const strings = paletteStrings.use();
  const { pages } = shared.use();
  const { role, database = false } = useSession().data ?? {};
  const wanted = text.toLowerCase();
  const searching = wanted.length >= 2 && role === 'proxy_admin' && database;
  const models = useQuery({ queryKey: ['model-names'], queryFn: ({ signal }) => gateway.models.names(signal), staleTime: 60_000 });
  const keys = useQuery({ queryKey: ['palette', 'keys', wanted], queryFn: ({ signal }) => gateway.keys.list({ search: text, size: shownPerGroup }, signal), enabled: searching, retry: false });
  const teams = useQuery({ queryKey: ['palette', 'teams', wanted], queryFn: ({ signal }) => gateway.teams.list({ search: text, size: shownPerGroup }, signal), enabled: searching, retry: false });
  const fits = ({ name }: Entry): boolean => name.toLowerCase().includes(wanted);
  const command = (id: string, name: string, run: () => void): Entry => ({ id, group: strings.commands, name, run });
  const fixed: Entry[] = [
    ...destinations.filter(visibleTo(role)).map(({ name, path }) => ({ id: path, group: strings.pages, name: pages[name], run: () => go(addressOf(path)) })),
    command('new-key', strings.newKey, () => go(addressOf('/keys', { new: '1' }))),
    command('light', strings.light, () => setPreferences({ theme: 'light' })),
    command('dark', strings.dark, () => setPreferences({ theme: 'dark' })),
    command('system-theme', strings.system, () => setPreferences({ theme: 'system' })),
    command('english', strings.english, () => setPreferences({ language: 'en' })),
    command('chinese', strings.chinese, () => setPreferences({ language: 'zh' })),
  ];
  if (wanted === '') return fixed;
  const found: Entry[] = [
    ...(models.data ?? []).map((name) => ({ id: `model ${name}`, group: strings.models, name, run: () => go(addressOf('/models', { q: name })) })).filter(fits).slice(0, shownPerGroup),
    ...(searching ? keys.data?.items ?? [] : []).map((key) => ({ id: key.token, group: strings.keys, name: key.key_alias ?? key.key_name, run: () => go(addressOf('/keys', { key: key.token })) })),
    ...(searching ? teams.data?.items ?? [] : []).map((team) => ({ id: team.team_id, group: strings.teams, name: team.team_alias ?? team.team_id, run: () => go(addressOf('/teams', { id: team.team_id })) })),
  ];
  const request = /^[\w-]{12,}$/.test(text) ? [command('request', strings.findRequest(text), () => go(addressOf('/logs', { request_id: text })))] : [];
  return [...fixed.filter(fits), ...found, ...request];
}
