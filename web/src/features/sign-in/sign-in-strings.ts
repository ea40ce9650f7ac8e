import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences of the sign-in page. */
export const signInStrings = defineStrings({
  title: 'Sign in', about: 'With the master key, or a key that you were given.', key: 'Key', keyHint: 'It begins with sk-. The master key is LITELLM_MASTER_KEY of the gateway.', withKey: 'Key', withPassword: 'Name and password', how: 'How to sign in',
  username: 'Name or e-mail address', password: 'Password', submit: 'Sign in', or: 'or', wrongKey: 'The gateway does not know this key.', wrongPassword: 'The name or the password is wrong.', wait: (seconds: string) => `Too many tries. Wait ${seconds} seconds, then try again.`,
  invited: 'Choose a password', invitedAs: (name: string, least: string) => `You were invited as ${name}. Choose a password of at least ${least} characters.`, newPassword: 'New password', accept: 'Set the password and sign in', goneInvitation: 'This invitation does not exist, was used, or has expired. Ask for a new one.', tooShort: (least: string) => `A password has at least ${least} characters.`,
  unknown: 'Your identity provider vouches for you, but nobody has let you in here yet. Ask an administrator.', failed: 'Signing in by the identity provider did not work. The log of the gateway says why.', provider: (name: string) => `Continue with ${name}`, generic: 'single sign-on',
}, {
  title: '登录', about: '使用主密钥，或您收到的密钥。', key: '密钥', keyHint: '以 sk- 开头。主密钥是网关的 LITELLM_MASTER_KEY。', withKey: '密钥', withPassword: '用户名和密码', how: '登录方式',
  username: '用户名或电子邮件', password: '密码', submit: '登录', or: '或', wrongKey: '网关不认识这个密钥。', wrongPassword: '用户名或密码错误。', wait: (seconds: string) => `尝试次数过多，请等待 ${seconds} 秒后重试。`,
  invited: '设置密码', invitedAs: (name: string, least: string) => `您受邀以 ${name} 的身份加入。请设置至少 ${least} 个字符的密码。`, newPassword: '新密码', accept: '设置密码并登录', goneInvitation: '邀请不存在、已使用或已过期，请索取新的邀请。', tooShort: (least: string) => `密码至少 ${least} 个字符。`,
  unknown: '身份提供方已确认您的身份，但您尚未获准进入，请联系管理员。', failed: '通过身份提供方登录失败，原因见网关日志。', provider: (name: string) => `使用 ${name} 继续`, generic: '单点登录',
});
