// The groups that follow one after the other: added from a list, moved, taken away. Works by keyboard alone.
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { IconButton } from '../../ui/IconButton.tsx';
import { routingStrings } from './routing-strings.ts';
import { useModelNames } from '../../ui/ModelChoice.tsx';

interface FallbackEditorProps {
  label: string;
  /** The group that fails; it cannot follow itself. */
  group: string;
  names: readonly string[];
  onChange: (names: string[]) => void;
}

/** See the top of the file. */
export function FallbackEditor({ label, group, names, onChange }: FallbackEditorProps) {
  const strings = routingStrings.use();
  const others = useModelNames().filter((name) => name !== group && !names.includes(name));
  const move = (from: number, to: number): void => {
    const next = [...names];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <fieldset className="stack tight">
      <legend>{label}</legend>
      {names.length > 0 && (
        <ol className="bars">
          {names.map((name, index) => (
            <li key={name}>
              <div>
                <span className="name">{index + 1}. {name}</span>
                <span className="bar">
                  <IconButton icon={ArrowUp} size={15} label={strings.earlier(name)} disabled={index === 0} onClick={() => move(index, index - 1)} />
                  <IconButton icon={ArrowDown} size={15} label={strings.later(name)} disabled={index === names.length - 1} onClick={() => move(index, index + 1)} />
                  <IconButton icon={X} size={15} label={strings.without(name)} onClick={() => onChange(names.filter((each) => each !== name))} />
                </span>
              </div>
            </li>
          ))}
        </ol>
      )}
      {others.length > 0 && (
        <select className="select" aria-label={`${label}: ${strings.addFallback}`} value="" onChange={(event) => onChange([...names, event.target.value])}>
          <option value="" disabled>{strings.addFallback}</option>
          {others.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      )}
    </fieldset>
  );
}
