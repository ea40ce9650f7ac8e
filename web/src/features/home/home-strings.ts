import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences of the first page. */
export const homeStrings = defineStrings({
  about: 'How the gateway is, what it did, and what needs a look.', requests: 'Requests', spend: 'Spend', errors: 'Failed', p95: 'p95 latency', firstToken: 'First token, median', sinceStart: (age: string) => `since the start, ${age}`, before: (change: string) => `${change} to the period before`,
  nothingBefore: 'nothing in the period before', ofRequests: (share: string) => `${share} of requests`, spendByDay: 'Spend by day', requestsByDay: 'Requests by day', succeeded: 'Answered', failed: 'Failed', show: 'Show', details: 'All of usage',
  healthTitle: 'Deployments', healthy: 'Healthy', failing: 'Partly failing', cooling: 'Cooling down', unknown: 'Not called yet', allHealthy: (count: string) => `All ${count} deployments are fine.`, noModels: 'There are no models yet.', addModel: 'Add a model', allModels: 'All models',
  connectTitle: 'Connect a client', connectAbout: 'Claude Code, Codex, Cursor, SDKs: the exact lines for this gateway, with a key made on the spot.', connect: 'Client setup', address: 'This gateway',
  topKeys: 'Keys by spend', topModels: 'Models by spend', changes: 'What changed', noChanges: 'No changes yet.', allKeys: 'All keys', allChanges: 'Audit log', noDatabase: 'No database: keys, logs and usage over time are not kept. Figures below are since the start.', howDatabase: 'How to switch one on', tryModels: 'Try a model', 
}, {
  about: '网关的状态、做过的工作，以及需要关注的事项。', requests: '请求', spend: '花费', errors: '失败', p95: 'p95 延迟', firstToken: '首令牌时间（中位数）', sinceStart: (age: string) => `自启动以来（${age}）`, before: (change: string) => `较上一时段 ${change}`,
  nothingBefore: '上一时段没有数据', ofRequests: (share: string) => `占请求的 ${share}`, spendByDay: '每日花费', requestsByDay: '每日请求', succeeded: '已回答', failed: '失败', show: '显示', details: '全部用量',
  healthTitle: '部署', healthy: '健康', failing: '部分失败', cooling: '冷却中', unknown: '尚未调用', allHealthy: (count: string) => `全部 ${count} 个部署正常。`, noModels: '还没有模型。', addModel: '添加模型', allModels: '所有模型',
  connectTitle: '接入客户端', connectAbout: 'Claude Code、Codex、Cursor 和各种 SDK：本网关的准确配置，密钥当场创建。', connect: '客户端接入', address: '本网关地址',
  topKeys: '花费最多的密钥', topModels: '花费最多的模型', changes: '最近的更改', noChanges: '还没有更改。', allKeys: '所有密钥', allChanges: '审计日志', noDatabase: '没有数据库：不会保存密钥、日志和历史用量。以下数字自启动以来统计。', howDatabase: '如何启用', tryModels: '试用模型', 
});
