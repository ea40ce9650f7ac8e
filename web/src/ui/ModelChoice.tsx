// Chooses any number of models.
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { gateway } from '../api/gateway.ts';

/** The names of all models that the reader may call. */
export function useModelNames(): string[] {
  return useQuery({ queryKey: ['model-names'], queryFn: ({ signal }) => gateway.models.names(signal), staleTime: 60_000 }).data ?? [];
}

/** See the top of the file. */
export function ModelChoice({ label, hint, chosen, onChange }: { label: string; hint: string; chosen: readonly string[]; onChange: (models: string[]) => void }) {
  const names = useModelNames();
  const hintId = useId();
  const all = [...new Set([...names, ...chosen])];
  return (
    <fieldset aria-describedby={hintId}>
      <legend>{label}</legend>
      <div className="choices compact">
        {all.map((name) => {
          const on = chosen.includes(name);
          return (
            <button key={name} type="button" aria-pressed={on} title={name} onClick={() => onChange(on ? chosen.filter((other) => other !== name) : [...chosen, name])}>
              {name}
            </button>
          );
        })}
      </div>
      <p id={hintId} className="form-hint">{hint}</p>
    </fieldset>
  );
}
