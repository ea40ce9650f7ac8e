// The bodies of the routes of users.
import { boolean, choice, list, map, required, text, texts, withDefault } from '../body/field.ts';
import { settingFields } from '../keys/fields.ts';
import { userRoles } from '../../access/role.ts';

const userSettings = { user_email: text, user_alias: text, user_role: choice(...userRoles), sso_user_id: text, password: text } as const;

/** `POST /user/new`: settings of the user, and of the key that is made with it. */
export const newUserFields = {
  ...settingFields, ...userSettings, teams: list, organizations: texts, auto_create_key: withDefault(boolean, true), send_invite_email: boolean,
} as const;

/** `POST /user/update`. */
export const updateUserFields = { ...settingFields, ...userSettings } as const;
export const bulkUserFields = { users: list, all_users: withDefault(boolean, false), user_updates: map } as const;
export const deleteUserFields = { user_ids: required(texts) } as const;
export const bulkNewUserFields = { users: required(list) } as const;
