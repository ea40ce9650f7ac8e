// Sets the password of an invited account, and signs in.
import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { addressOf, go } from '../../app/location.ts';
import { checkSession } from '../../app/session.ts';
import { Field } from '../../ui/Field.tsx';
import { gateway, wordsOf } from '../../api/gateway.ts';
import { signInStrings } from './sign-in-strings.ts';

/** See the top of the file. */
export function InvitationForm({ id }: { id: string }) {
  const strings = signInStrings.use();
  const invitation = useQuery({ queryKey: ['session', 'invitation', id], queryFn: ({ signal }) => gateway.session.invitation(id, signal), retry: false });
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    const least = invitation.data?.min_password_characters ?? 0;
    if (password.length < least) {
      setProblem(strings.tooShort(String(least)));
      return;
    }
    try {
      await gateway.session.accept(id, password);
      go(addressOf('/'), { replace: true });
      checkSession();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  if (invitation.isError) return <p className="banner" role="alert">{strings.goneInvitation}</p>;
  if (!invitation.data) return null;
  const { email, user_id: userId, min_password_characters: least } = invitation.data;
  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      <p className="quiet">{strings.invitedAs(email ?? userId, String(least))}</p>
      <input type="hidden" name="username" autoComplete="username" value={email ?? userId} readOnly />
      <Field label={strings.newPassword} error={problem}><input className="field" name="password" type="password" autoComplete="new-password" required autoFocus /></Field>
      <button type="submit" className="button primary">{strings.accept}</button>
    </form>
  );
}
