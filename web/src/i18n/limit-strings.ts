// What limits and those who have them are called.
import { defineStrings } from './define-strings.ts';

/** See the top of the file. */
export const limitStrings = defineStrings({
  kinds: { global: 'Gateway', organization: 'Organization', team: 'Team', team_member: 'Team member', user: 'Person', key: 'Key', end_user: 'End user', tag: 'Tag', provider: 'Provider', model: 'Model', deployment: 'Deployment' },
  rules: { max_budget: 'Budget', model_max_budget: 'Budget for a model', budget_limits: 'Budget of a window', requests_per_minute: 'Requests per minute', tokens_per_minute: 'Tokens per minute', tokens_per_day: 'Tokens per day', max_parallel_requests: 'Requests at a time' },
  modes: { shadow: 'Would have refused', enforced: 'Refused' }, ofModel: (rule: string, model: string) => `${rule}, ${model}`,
}, {
  kinds: { global: '网关', organization: '组织', team: '团队', team_member: '团队成员', user: '成员', key: '密钥', end_user: '最终用户', tag: '标签', provider: '供应商', model: '模型', deployment: '部署' },
  rules: { max_budget: '预算', model_max_budget: '单个模型的预算', budget_limits: '时段预算', requests_per_minute: '每分钟请求数', tokens_per_minute: '每分钟 token 数', tokens_per_day: '每天 token 数', max_parallel_requests: '并发请求数' },
  modes: { shadow: '本会拒绝', enforced: '已拒绝' }, ofModel: (rule: string, model: string) => `${rule}（模型 ${model}）`,
});
