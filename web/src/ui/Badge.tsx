// A short word about a state, with a dot, so that colour alone says nothing.
import type { ReactNode } from 'react';

/** How bad it is. */
export type Tone = 'good' | 'quiet' | 'warning' | 'bad';

/** See the top of the file. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}
