import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about prices. */
export const pricesStrings = defineStrings({
  about: 'What a million tokens cost, for your models and for every model that the price list knows.', search: 'Model or provider', mine: 'Your models', all: 'The price list', which: 'Which prices', model: 'Model', provider: 'Provider', input: 'Input per 1M', output: 'Output per 1M', cacheRead: 'Cache read per 1M', cacheWrite: 'Cache write per 1M', context: 'Context', nothing: 'No model fits.', hint: 'A deployment’s own input_cost_per_token and output_cost_per_token win over the list.', kind: 'Kind',
}, {
  about: '每百万 token 的价格，包括您的模型和价格表中的所有模型。', search: '模型或供应商', mine: '您的模型', all: '价格表', which: '哪些价格', model: '模型', provider: '供应商', input: '每百万输入', output: '每百万输出', cacheRead: '每百万缓存读取', cacheWrite: '每百万缓存写入', context: '上下文', nothing: '没有符合条件的模型。', hint: '部署自己的 input_cost_per_token 和 output_cost_per_token 优先于价格表。', kind: '类型',
});
