import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about routing. */
export const routingStrings = defineStrings({
  about: 'Which deployment answers, what follows when it fails, and what would happen to a request.', whatTitle: 'What would happen to this request?', whatAbout: 'Nothing is sent to a provider.', model: 'Model', message: 'Message', tags: 'Tags, separated by commas', more: 'Other members of the request, as JSON', ask: 'Show the way', notJson: 'This is not valid JSON.', answer: 'Would be answered by', refused: 'Would be refused', group: 'Model group', strategy: 'Strategy', rules: 'Rules', retries: 'Retries', attempts: 'Most attempts', timeout: 'Most time', tokens: 'Input tokens',
  needs: 'Needs', cache: 'Response cache', cacheHit: 'answers it', cacheMiss: 'would be asked, and has no answer', fallbacks: { on_failure: 'After a failure', on_context_window: 'When it is too long', on_content_policy: 'When the content is refused' }, candidates: 'Candidates', candidate: 'Deployment', score: 'Score', inFlight: 'Under way', excluded: 'Why not', chosen: 'Chosen', groups: 'Groups and their order', order: 'Order', weight: 'Weight', limits: 'Limits', state: 'Health', fallbackList: 'Fallbacks', noFallbacks: 'No fallbacks', noModels: 'There are no models yet.', settings: 'All routing settings', instead: (name: string) => `in place of ${name}`,
  states: { healthy: 'Healthy', failing: 'Partly failing', cooling: 'Cooling down', unknown: 'Not called yet' },
}, {
  about: '由哪个部署回答、失败后怎么办，以及一个请求会经过怎样的路径。', whatTitle: '这个请求会怎样？', whatAbout: '不会向供应商发送任何内容。', model: '模型', message: '消息', tags: '标签，以逗号分隔', more: '请求的其他字段（JSON）', ask: '显示路径', notJson: '不是有效的 JSON。', answer: '将由此部署回答', refused: '将被拒绝', group: '模型组', strategy: '策略', rules: '规则', retries: '重试', attempts: '最多尝试', timeout: '最长时间', tokens: '输入令牌',
  needs: '所需能力', cache: '响应缓存', cacheHit: '直接回答', cacheMiss: '会被查询，但没有答案', fallbacks: { on_failure: '失败之后', on_context_window: '内容过长时', on_content_policy: '内容被拒时' }, candidates: '候选部署', candidate: '部署', score: '得分', inFlight: '进行中', excluded: '未选原因', chosen: '已选', groups: '模型组与顺序', order: '顺序', weight: '权重', limits: '限额', state: '健康状况', fallbackList: '回退', noFallbacks: '没有回退', noModels: '还没有模型。', settings: '全部路由设置', instead: (name: string) => `代替 ${name}`,
  states: { healthy: '健康', failing: '部分失败', cooling: '冷却中', unknown: '尚未调用' },
});
