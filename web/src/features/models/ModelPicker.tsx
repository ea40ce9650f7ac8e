// Chooses a model: a button that opens a list with a search field, since there may be hundreds.
// (ARIA authoring practices: combobox with list autocomplete.)
import { Check, ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { useObservable } from '../../lib/observable.ts';
import { loadModels, models } from './models.ts';

const maxShown = 200;

/** An empty `model` means that there is none yet. */
export function ModelPicker({ model, onChoose }: { model: string; onChoose: (model: string) => void }) {
  const strings = useStrings();
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const closeOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', closeOutside);
    return () => removeEventListener('pointerdown', closeOutside);
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div className="model-picker" ref={frame}>
      <button
        type="button"
        ref={button}
        className="model-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={strings.models.choose(model || strings.models.none)}
        onClick={() => setOpen(!open)}
      >
        <span>{model || strings.models.none}</span>
        <ChevronDown aria-hidden size={16} />
      </button>
      {open && (
        <ModelList
          model={model}
          onClose={close}
          onChoose={(chosen) => {
            onChoose(chosen);
            close();
          }}
        />
      )}
    </div>
  );
}

interface ModelListProps {
  model: string;
  onChoose: (model: string) => void;
  onClose: () => void;
}

function ModelList({ model, onChoose, onClose }: ModelListProps) {
  const strings = useStrings();
  const { ids, state } = useObservable(models, (value) => value);
  const [search, setSearch] = useState('');
  const found = ids.filter((id) => id.toLowerCase().includes(search.trim().toLowerCase())).slice(0, maxShown);
  const [active, setActive] = useState(() => Math.max(0, ids.indexOf(model)));
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.querySelector('[data-active=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active, search]);
  const obey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const chosen = found[active];
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else if (event.key === 'Enter' && chosen) onChoose(chosen);
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
  };
  return (
    <div className="popover">
      <input
        ref={field}
        className="field"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[active] === undefined ? undefined : `${listId}-${active}`}
        aria-autocomplete="list"
        aria-label={strings.models.search}
        placeholder={strings.models.search}
        value={search}
        onKeyDown={obey}
        onChange={(event) => {
          setSearch(event.target.value);
          setActive(0);
        }}
      />
      <ul id={listId} ref={list} role="listbox" aria-label={strings.models.list}>
        {found.map((id, index) => (
          <li
            key={id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={id === model}
            data-active={index === active}
            onPointerMove={() => setActive(index)}
            onClick={() => onChoose(id)}
          >
            <span>{id}</span>
            {id === model && <Check aria-hidden size={16} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <EmptyNote state={state} searching={ids.length > 0} />}
    </div>
  );
}

function EmptyNote({ state, searching }: { state: 'loading' | 'ready' | 'failed'; searching: boolean }) {
  const strings = useStrings();
  if (searching) return <p className="popover-note">{strings.models.nothingFound}</p>;
  if (state === 'loading') return <p className="popover-note">{strings.models.loading}</p>;
  return (
    <p className="popover-note">
      {state === 'failed' ? strings.models.loadFailed : strings.models.none}{' '}
      <button type="button" className="text-button" onClick={() => void loadModels()}>
        {strings.app.tryAgain}
      </button>
    </p>
  );
}
