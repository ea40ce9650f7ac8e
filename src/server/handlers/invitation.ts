// Invitations: whoever has the link sets the password of the account, once.
import { begin, bodyOf } from './session.ts';
import { fault } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import { passwordPolicy, passwordProblem } from '../../access/password-policy.ts';
import { sessionHeader } from '../../access/session-cookie.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { AnyReply } from '../../http/reply.ts';

/** `GET /ui/invitation/{id}`. */
export const showInvitation: Handler = async (call) => {
  const invitation = await call.services.accounts?.invitation(call.params['id'] ?? '');
  return invitation ? json({ email: invitation.email, user_id: invitation.userId, min_password_characters: passwordPolicy(call.services.config.generalSettings).leastCharacters }) : gone(call);
};

/** `POST /ui/invitation/{id}` with `{password}`. */
export const acceptInvitation: Handler = async (call) => {
  const { accounts } = call.services;
  if (!accounts || call.request.headers.get(sessionHeader) === null) return gone(call);
  const { password } = await bodyOf(call);
  const problem = passwordProblem(typeof password === 'string' ? password : '', passwordPolicy(call.services.config.generalSettings));
  if (typeof password !== 'string' || problem !== null) return refusal(fault('parameter_invalid', problem ?? '', { param: 'password' }), 'openai-chat', call.id);
  const session = await accounts.accept(call.params['id'] ?? '', password);
  return session ? json({ signed_in: true }, 200, { 'set-cookie': await begin(call, session) }) : gone(call);
};

const gone = ({ id }: RouteCall): AnyReply => refusal(fault('item_not_found', 'There is no such invitation, or it was used, or it has expired.'), 'openai-chat', id);
