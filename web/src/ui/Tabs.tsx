// Tabs by the pattern of the ARIA guide: arrow keys move between them, and the panel belongs to the chosen one.
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';

/** One tab. */
export interface Tab {
  id: string;
  label: string;
  content: () => ReactNode;
}

/** Controlled when `current` is given, else it remembers by itself. */
export function Tabs({ label, tabs, current, onChange }: { label: string; tabs: readonly Tab[]; current?: string; onChange?: (id: string) => void }) {
  const prefix = useId();
  const [own, setOwn] = useState(tabs[0]?.id ?? '');
  const wanted = current ?? own;
  const chosen = tabs.find(({ id }) => id === wanted) ?? tabs[0];
  const choose = (id: string): void => {
    setOwn(id);
    onChange?.(id);
  };
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0 || !chosen) return;
    const next = tabs[(tabs.indexOf(chosen) + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    choose(next.id);
    document.getElementById(`${prefix}-${next.id}`)?.focus();
  };
  return (
    <div className="tabs">
      <div role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.id} id={`${prefix}-${tab.id}`} type="button" role="tab" aria-selected={tab === chosen} aria-controls={`${prefix}-panel`} tabIndex={tab === chosen ? 0 : -1}
            onClick={() => choose(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${prefix}-panel`} aria-labelledby={`${prefix}-${chosen?.id}`} tabIndex={-1}>
        {chosen?.content()}
      </div>
    </div>
  );
}
