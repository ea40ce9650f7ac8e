// What an empty conversation shows.
import { base } from '../../app/location.ts';
import { useStrings } from '../../app/preferences.ts';
import { useObservable } from '../../lib/observable.ts';
import { models } from '../models/models.ts';

/** `onSuggestion` is given the text of the suggestion that was chosen. */
export function Welcome({ onSuggestion }: { onSuggestion: (text: string) => void }) {
  const strings = useStrings();
  const ready = useObservable(models, ({ ids }) => ids.length > 0);
  return (
    <div className="welcome">
      <img src={`${base}/favicon.svg`} alt="" width={44} height={44} />
      <h2>{strings.chat.welcome}</h2>
      <p className="quiet">{strings.chat.welcomeDetail}</p>
      <ul>
        {strings.chat.suggestions.map((suggestion) => (
          <li key={suggestion}>
            <button type="button" disabled={!ready} onClick={() => onSuggestion(suggestion)}>
              {suggestion}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
