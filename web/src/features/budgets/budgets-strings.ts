import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about budgets and limits. */
export const budgetsStrings = defineStrings({
  about: 'Who is near a budget or limit, shared budgets, and end users of your own product.', nearTitle: 'Nearest to their budget', nearAbout: 'Keys and teams that have spent the largest part of their budget.', noBudgets: 'No key or team has a budget yet.', shared: 'Shared budgets', sharedAbout: 'Made once, given to many keys, customers and organizations.', newBudget: 'New budget', noShared: 'There are no shared budgets yet.',
  customers: 'End users', customersAbout: 'The “user” of requests: people whom your product serves. They are listed when they have a budget or were blocked.', noCustomers: 'There are no end users with limits yet.', id: 'Id', budget: 'Budget in US dollars', duration: 'Starts anew', rpm: 'Requests per minute', tpm: 'Tokens per minute', resets: 'Next reset', key: 'Key', team: 'Team', kind: 'Kind', blocked: 'Blocked', active: 'Active',
  created: (id: string) => `The budget ${id} was made.`, deleted: (id: string) => `The budget ${id} was deleted.`, wasBlocked: (id: string) => `${id} is blocked.`, wasUnblocked: (id: string) => `${id} may call again.`, deleteTitle: 'Delete this budget?', deleteText: 'Whoever has it is no longer limited by it.', durations: { none: 'Never', day: 'Every day', week: 'Every 7 days', month: 'Every 30 days' }, required: 'This is needed.', positive: 'Expected a number of at least 0.',
  shadowTitle: 'Refused by limits', shadowAbout: 'Requests of this time range that a budget or limit refused. In shadow mode limits only write down what they would have refused.', refused: 'Show refused requests',
}, {
  about: '谁接近预算或限额、共享预算，以及您产品的最终用户。', nearTitle: '最接近预算', nearAbout: '已用掉大部分预算的密钥和团队。', noBudgets: '还没有密钥或团队设置预算。', shared: '共享预算', sharedAbout: '创建一次，可用于多个密钥、客户和组织。', newBudget: '新建预算', noShared: '还没有共享预算。',
  customers: '最终用户', customersAbout: '请求中的“user”：您产品所服务的人。设有预算或被停用的会列在这里。', noCustomers: '还没有设限的最终用户。', id: '标识', budget: '预算（美元）', duration: '重置周期', rpm: '每分钟请求数', tpm: '每分钟令牌数', resets: '下次重置', key: '密钥', team: '团队', kind: '类型', blocked: '已停用', active: '有效',
  created: (id: string) => `预算 ${id} 已创建。`, deleted: (id: string) => `预算 ${id} 已删除。`, wasBlocked: (id: string) => `${id} 已停用。`, wasUnblocked: (id: string) => `${id} 已恢复。`, deleteTitle: '删除这个预算？', deleteText: '使用它的对象将不再受其限制。', durations: { none: '从不', day: '每天', week: '每 7 天', month: '每 30 天' }, required: '此项必填。', positive: '请输入不小于 0 的数字。',
  shadowTitle: '被限额拒绝', shadowAbout: '此时间范围内被预算或限额拒绝的请求。影子模式下只记录本会拒绝的请求。', refused: '查看被拒绝的请求',
});
