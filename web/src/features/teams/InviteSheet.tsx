// Makes an account and a link by which its owner sets the password.
import { useState, type FormEvent } from 'react';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { Field } from '../../ui/Field.tsx';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { invitationLink, userRoles } from './PersonSheet.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { teamsStrings } from './teams-strings.ts';
import { useTeamNames } from '../../ui/TeamPicker.tsx';
import type { UserRole } from '../../../../client/index.ts';

/** Is open as long as it is rendered. */
export function InviteSheet({ onClose }: { onClose: () => void }) {
  const strings = teamsStrings.use();
  const { actions, fields } = shared.use();
  const teams = useTeamNames();
  const [link, setLink] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = String(form.get('email') ?? '').trim();
    const team = String(form.get('team') ?? '');
    setWrong(/^[^\s@]+@[^\s@]+$/.test(email) ? null : strings.wrongEmail);
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return;
    try {
      const { user_id: id } = await gateway.users.create({ user_email: email, user_role: form.get('role') as UserRole, ...(team && { teams: [team] }) });
      void queries.invalidateQueries({ queryKey: ['users'] });
      setLink(invitationLink((await gateway.users.invite(id)).id));
    } catch (error) {
      setFailure(wordsOf(error));
    }
  };
  return (
    <Sheet title={strings.inviteTitle} onClose={onClose}>
      <p className="quiet">{strings.inviteText}</p>
      {link === null ? (
        <form className="form" noValidate onSubmit={(event) => void submit(event)}>
          <Field label={strings.email} error={wrong}><input className="field" name="email" type="email" autoComplete="off" autoFocus /></Field>
          <div className="form-pair">
            <Field label={strings.role}>
              <select className="field select" name="role" defaultValue="internal_user">{userRoles.map((role) => <option key={role} value={role}>{strings.roles[role]}</option>)}</select>
            </Field>
            {teams.size > 0 && (
              <Field label={strings.team} optional>
                <select className="field select" name="team" defaultValue=""><option value="">{fields.none}</option>{[...teams].map(([id, name]) => <option key={id} value={id}>{name}</option>)}</select>
              </Field>
            )}
          </div>
          {failure !== null && <p className="form-error" role="alert">{failure}</p>}
          <footer><button type="submit" className="button primary">{strings.invite}</button></footer>
        </form>
      ) : (
        <>
          <CodeBox titled text={link} label={strings.link} />
          <p className="hint quiet">{strings.copyHint}</p>
          <div className="bar"><button type="button" className="button primary" autoFocus onClick={onClose}>{actions.close}</button></div>
        </>
      )}
    </Sheet>
  );
}
