import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about usage. */
export const usageStrings = defineStrings({
  about: 'Spend, tokens and requests over time, by whatever you want to know; compared with the period before.', spend: 'Spend', tokens: 'Tokens', requests: 'Requests', failed: 'Failed', cached: 'Tokens from providers’ caches', saved: 'Saved by caches', measure: 'What is counted', by: 'By', chartTitle: (measure: string) => `${measure} by day`, table: 'Breakdown', name: 'Name', share: 'Share',
  dimensions: { model_groups: 'Model', models: 'Provider’s model', providers: 'Provider', api_keys: 'Key', team: 'Team', user: 'Person', tag: 'Tag', customer: 'End user' }, others: 'Others', before: (change: string) => `${change} to the period before`, nothingBefore: 'nothing in the period before', input: 'Input tokens', output: 'Output tokens', average: 'Per request', filterKey: (key: string) => `Only the key ${key}`, clear: 'Show all keys',
  empty: 'Nothing was used in this time.', emptyAbout: 'Usage appears here as soon as somebody calls a model.', utc: 'Days are those of UTC.', masterKey: 'Master key', ofInput: (share: string) => `${share} of the input`,
}, {
  about: '一段时间内的花费、token 和请求，可按任意维度查看，并与上一时段比较。', spend: '花费', tokens: 'token 数', requests: '请求', failed: '失败', cached: '供应商缓存命中的 token', saved: '缓存节省', measure: '统计内容', by: '维度', chartTitle: (measure: string) => `每日${measure}`, table: '明细', name: '名称', share: '占比',
  dimensions: { model_groups: '模型', models: '供应商的模型', providers: '供应商', api_keys: '密钥', team: '团队', user: '成员', tag: '标签', customer: '最终用户' }, others: '其他', before: (change: string) => `较上一时段 ${change}`, nothingBefore: '上一时段没有数据', input: '输入 token', output: '输出 token', average: '每次请求', filterKey: (key: string) => `仅密钥 ${key}`, clear: '显示所有密钥',
  empty: '这段时间内没有用量。', emptyAbout: '一旦有人调用模型，用量就会出现在这里。', utc: '日期按 UTC 计算。', masterKey: '主密钥', ofInput: (share: string) => `占输入的 ${share}`,
});
