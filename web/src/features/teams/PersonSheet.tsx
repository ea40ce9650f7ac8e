// One person: role, spend, and a new invitation.
import { useState } from 'react';
import { addressOf, base } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { change, inPages } from '../../ui/change.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway, wordsOf } from '../../api/gateway.ts';
import { Link } from '../../ui/Link.tsx';
import { notify } from '../../app/announce.ts';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { teamsStrings } from './teams-strings.ts';
import { Time } from '../../ui/Time.tsx';
import { useTeamNames } from '../../ui/TeamPicker.tsx';
import type { User, UserRole } from '../../../../client/index.ts';

/** The roles that somebody can be given. */
export const userRoles: readonly UserRole[] = ['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer'];

/** Where an invitation leads. LiteLLM's links have the same form. */
export const invitationLink = (id: string): string => `${location.origin}${base}/?invitation_id=${encodeURIComponent(id)}`;

/** Is open as long as it is rendered. */
export function PersonSheet({ person, onClose }: { person: User; onClose: () => void }) {
  const strings = teamsStrings.use();
  const { actions, fields } = shared.use();
  const teams = useTeamNames();
  const [asking, setAsking] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const name = person.user_alias || person.user_email || person.user_id;
  const patch = (changes: Partial<User>) => inPages<User>((items) => items.map((item) => (item.user_id === person.user_id ? { ...item, ...changes } : item)));
  const setRole = (role: UserRole): Promise<boolean> => change({
    keys: [['users']], done: strings.changed(name), optimistic: patch({ user_role: role }), run: () => gateway.users.update(person.user_id, { user_role: role }),
    undo: () => gateway.users.update(person.user_id, { user_role: person.user_role as UserRole }),
  });
  const remove = async (): Promise<void> => {
    onClose();
    await change({ keys: [['users']], done: strings.deleted(name), run: () => gateway.users.delete(person.user_id), optimistic: inPages<User>((items) => items.filter(({ user_id: id }) => id !== person.user_id)) });
  };
  const invite = (): Promise<void> => gateway.users.invite(person.user_id).then(({ id }) => setLink(invitationLink(id)), (error: unknown) => notify(wordsOf(error)));
  return (
    <Sheet
      title={name} subtitle={<span className="mono">{person.user_id}</span>} onClose={onClose}
      actions={(
        <>
          <button type="button" className="button small" onClick={() => void invite()}>{strings.newInvitation}</button>
          <button type="button" className="button small danger" onClick={() => setAsking(true)}>{actions.delete}</button>
        </>
      )}
    >
      {link !== null && <div className="stack tight"><p>{strings.inviteText}</p><CodeBox text={link} label={strings.link} /></div>}
      <ObjectViews object={person} call={{ method: 'POST', path: '/user/new', body: { user_email: person.user_email, user_role: person.user_role, models: person.models } }}>
        <Facts
          rows={[
            [strings.email, person.user_email], [fields.spend, <BudgetBar key="spend" spend={person.spend} budget={person.max_budget} />],
            [strings.role, (
              <select key="role" className="select" aria-label={strings.role} value={person.user_role ?? ''} onChange={(event) => void setRole(event.target.value as UserRole)}>
                {userRoles.map((role) => <option key={role} value={role}>{strings.roles[role]}</option>)}
              </select>
            )],
            [strings.teams, person.teams && person.teams.length > 0 ? <span key="teams" className="chips">{person.teams.map((id) => <Link key={id} className="chip" href={addressOf('/teams', { id })}>{teams.get(id) ?? id}</Link>)}</span> : null],
            [fields.created, <Time key="created" at={person.created_at} exact />],
          ]}
        />
        <div className="bar"><Link className="button" href={addressOf('/logs', { user_id: person.user_id })}>{strings.seeLogs}</Link></div>
      </ObjectViews>
      {asking && <Confirm danger title={strings.deleteUserTitle} text={strings.deleteUserText} action={actions.delete} onCancel={() => setAsking(false)} onConfirm={() => void remove()} />}
    </Sheet>
  );
}
