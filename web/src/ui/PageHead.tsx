// The head of a page: its name, one sentence about it, the scope, and what can be done.
import type { ReactNode } from 'react';
import { RangePicker } from './RangePicker.tsx';
import { shared } from '../i18n/shared-strings.ts';
import { TeamPicker } from './TeamPicker.tsx';
import type { PageName } from '../app/page-name.ts';

interface PageHeadProps {
  page: PageName;
  about: string;
  /** Whether the page is about a time range. */
  range?: boolean;
  /** Whether it can be about one team. */
  team?: boolean;
  children?: ReactNode;
}

/** See the top of the file. */
export function PageHead({ page, about, range = false, team = false, children }: PageHeadProps) {
  const strings = shared.use();
  return (
    <header className="page-head">
      <div>
        <h1>{strings.pages[page]}</h1>
        <p>{about}</p>
      </div>
      <div className="page-actions">
        {children}
        {team && <TeamPicker />}
        {range && <RangePicker />}
      </div>
    </header>
  );
}
