import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about keys. */
export const keysStrings = defineStrings({
  about: 'Virtual keys: who may call which models, and how much they may spend.', new: 'New key', search: 'Name, key hash or owner', label: 'Keys', key: 'Key', owner: 'Owner', team: 'Team', teamOrOwner: 'Team or owner', lastUsed: 'Last used', expires: 'Expires', active: 'Active', blocked: 'Blocked', expired: 'Expired',
  empty: 'There are no keys yet.', emptyAbout: 'Everybody who calls gets a key of their own, with its own models, budget and limits.', nothing: 'No key fits.', unnamed: 'Without a name', newTitle: 'New key', editTitle: (name: string) => `Change ${name}`,
  name: 'Name', nameHint: 'What it is for, such as “ci” or a colleague’s name.', models: 'Models', modelsHint: 'None chosen: all models.', budget: 'Budget in US dollars', duration: 'Budget starts anew', durations: { none: 'Never', day: 'Every day', week: 'Every 7 days', month: 'Every 30 days' },
  life: 'Life', lives: { none: 'Until deleted', day: '1 day', week: '7 days', month: '30 days', quarter: '90 days', year: '1 year' }, rpm: 'Requests per minute', tpm: 'Tokens per minute', teamHint: 'The team’s limits hold too.', more: 'Limits and budget', 
  positive: 'Expected a number of at least 0.', whole: 'Expected a whole number of at least 1.', made: 'The key is made', shownOnce: 'This is the only time that it is shown: only its hash is kept.', connect: 'Connect a client with it', done: 'Done', keyLabel: 'The new key', created: 'The key was made.', changed: 'The key was changed.', deleted: (name: string) => `${name} was deleted.`,
  wasBlocked: (name: string) => `${name} is blocked.`, wasUnblocked: (name: string) => `${name} may call again.`, rotate: 'Rotate', rotateTitle: 'Rotate this key?', rotateText: 'A new key takes its place, with the same limits and spend. The present one stops working at once.', deleteTitle: 'Delete this key?', deleteText: 'Whoever uses it is refused from now on. Its spend stays in the logs.',
  hash: 'Hash', limits: 'Limits', perMinute: (count: string, what: string) => `${count} ${what} per minute`, rpmShort: 'requests', tpmShort: 'tokens', resets: 'Budget starts anew', seeLogs: 'Requests of this key', seeUsage: 'Usage', routes: 'Routes', metadata: 'Notes', mine: 'Personal',
}, {
  about: '虚拟密钥：谁可以调用哪些模型，最多花费多少。', new: '新建密钥', search: '名称、密钥哈希或所有者', label: '密钥', key: '密钥', owner: '所有者', team: '团队', teamOrOwner: '团队或所有者', lastUsed: '最近使用', expires: '到期', active: '有效', blocked: '已停用', expired: '已过期',
  empty: '还没有密钥。', emptyAbout: '每个调用者都有自己的密钥，各有自己的模型、预算和限额。', nothing: '没有符合条件的密钥。', unnamed: '未命名', newTitle: '新建密钥', editTitle: (name: string) => `修改 ${name}`,
  name: '名称', nameHint: '用途，例如“ci”或同事的名字。', models: '模型', modelsHint: '不选则可用所有模型。', budget: '预算（美元）', duration: '预算重置周期', durations: { none: '从不', day: '每天', week: '每 7 天', month: '每 30 天' },
  life: '有效期', lives: { none: '直到删除', day: '1 天', week: '7 天', month: '30 天', quarter: '90 天', year: '1 年' }, rpm: '每分钟请求数', tpm: '每分钟 token 数', teamHint: '团队的限额同样有效。', more: '限额与预算', 
  positive: '请输入不小于 0 的数字。', whole: '请输入不小于 1 的整数。', made: '密钥已创建', shownOnce: '密钥只显示这一次：系统只保存它的哈希。', connect: '用它接入客户端', done: '完成', keyLabel: '新密钥', created: '密钥已创建。', changed: '密钥已修改。', deleted: (name: string) => `${name} 已删除。`,
  wasBlocked: (name: string) => `${name} 已停用。`, wasUnblocked: (name: string) => `${name} 已恢复。`, rotate: '轮换', rotateTitle: '轮换这个密钥？', rotateText: '新密钥将取代它，限额和花费不变。当前密钥立即失效。', deleteTitle: '删除这个密钥？', deleteText: '使用它的人从现在起会被拒绝。花费记录仍保留在日志中。',
  hash: '哈希', limits: '限额', perMinute: (count: string, what: string) => `每分钟 ${count} ${what}`, rpmShort: '次请求', tpmShort: '个 token', resets: '预算重置', seeLogs: '此密钥的请求', seeUsage: '用量', routes: '路由', metadata: '备注', mine: '个人',
});
