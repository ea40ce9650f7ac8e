import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about one's own keys and usage. */
export const mineStrings = defineStrings({
  about: 'What you may call, what you have spent, and your own keys.', you: 'Signed in as', role: 'Role', method: 'Signed in by', methods: { key: 'a key', password: 'name and password', sso: 'single sign-on' }, roles: { proxy_admin: 'Administrator', proxy_admin_viewer: 'Viewer of everything', internal_user: 'User', internal_user_viewer: 'Viewer of their own' }, keys: 'Your keys', noKeys: 'You have no keys yet.', newKey: 'Make a key', connect: 'Connect a client',
  models: 'Models that you may call', noModels: 'There are no models yet.', usage: 'Your usage', logs: 'Your requests', master: 'You have the master key: everything is yours. Keys for others are under Keys.', name: 'Name', open: 'The gateway lets everybody in, by its operator’s wish.', email: 'E-mail address', you2: 'You', 
}, {
  about: '您可以调用的模型、已花费的金额，以及您自己的密钥。', you: '当前登录', role: '角色', method: '登录方式', methods: { key: '密钥', password: '用户名和密码', sso: '单点登录' }, roles: { proxy_admin: '管理员', proxy_admin_viewer: '全局查看者', internal_user: '用户', internal_user_viewer: '仅查看自己' }, keys: '您的密钥', noKeys: '您还没有密钥。', newKey: '创建密钥', connect: '接入客户端',
  models: '您可以调用的模型', noModels: '还没有模型。', usage: '您的用量', logs: '您的请求', master: '您持有主密钥，拥有全部权限。其他人的密钥在“密钥”页面。', name: '名称', open: '按运营者的设置，网关对所有人开放。', email: '电子邮件', you2: '您', 
});
