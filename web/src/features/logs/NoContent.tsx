// Requests whose content is not kept.
import { logsStrings } from './logs-strings.ts';

/** What is said where no content is kept. */
export function NoContent() {
  const strings = logsStrings.use();
  return (
    <div className="stack tight">
      <p>{strings.noContent}</p>
      <p className="hint quiet">{strings.howContent}</p>
    </div>
  );
}

/** Whether something of the content was kept. */
export function hasContent(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && JSON.stringify(value) !== '{}' && JSON.stringify(value) !== '[]';
}
