// Theme and language.
import { Keyboard, Monitor, Moon, Sun } from 'lucide-react';
import { type Language, languages } from '../i18n/languages.ts';
import { useObservable } from '../lib/observable.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { preferences, setPreferences, type Theme, useStrings } from './preferences.ts';

const themes = [
  { theme: 'system', icon: Monitor },
  { theme: 'light', icon: Sun },
  { theme: 'dark', icon: Moon },
] as const satisfies { theme: Theme; icon: unknown }[];

/** See the top of the file. */
export function Settings({ onHelp }: { onHelp?: () => void }) {
  const strings = useStrings();
  const { theme: presentTheme, language: presentLanguage } = useObservable(preferences, (value) => value);
  return (
    <div className="settings">
      <div className="segments" role="group" aria-label={strings.theme.label}>
        {themes.map(({ theme, icon }) => (
          <IconButton
            key={theme}
            icon={icon}
            size={16}
            label={strings.theme[theme]}
            aria-pressed={theme === presentTheme}
            onClick={() => setPreferences({ theme })}
          />
        ))}
      </div>
      <div className="segments" role="group" aria-label={strings.language.label}>
        {Object.entries(languages).map(([code, { name, tag }]) => (
          <button
            key={code}
            type="button"
            lang={tag}
            aria-pressed={code === presentLanguage}
            onClick={() => setPreferences({ language: code as Language })}
          >
            {name}
          </button>
        ))}
      </div>
      {onHelp && <IconButton icon={Keyboard} label={strings.shortcuts.open} onClick={onHelp} className="keyboard-only" />}
    </div>
  );
}
