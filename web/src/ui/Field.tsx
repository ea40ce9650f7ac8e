// A row of a form: label, control, what it means, and what is wrong with it.
import { cloneElement, type ReactElement, useId } from 'react';
import { shared } from '../i18n/shared-strings.ts';

interface FieldProps {
  label: string;
  hint?: string;
  error?: string | null;
  optional?: boolean;
  children: ReactElement<{ 'id'?: string; 'aria-describedby'?: string | undefined; 'aria-invalid'?: boolean }>;
}

/** See the top of the file. */
export function Field({ label, hint, error = null, optional = false, children }: FieldProps) {
  const { fields } = shared.use();
  const id = useId();
  const noteId = `${id}-note`;
  const described = error !== null || hint !== undefined;
  return (
    <div className="form-row">
      <label htmlFor={id}>
        {label}
        {optional && <span className="quiet"> ({fields.optional})</span>}
      </label>
      {cloneElement(children, { 'id': id, 'aria-describedby': described ? noteId : undefined, 'aria-invalid': error !== null })}
      {described && (
        <p id={noteId} className={error === null ? 'form-hint' : 'form-error'}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
