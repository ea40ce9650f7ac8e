import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences of the playground. */
export const playgroundStrings = defineStrings({
  about: 'One request, up to four models side by side, with every parameter, and as code.', prompt: 'Request', system: 'System prompt', systemHint: 'How the model is to behave.', message: 'Message', messagePlaceholder: 'What do you want to ask?', parameters: 'Parameters', tools: 'Tools', format: 'Structured answer',
  more: 'Other parameters', temperature: 'Temperature', topP: 'Top p', maxTokens: 'Most output tokens', seed: 'Seed', stop: 'Stop at', effort: 'Reasoning effort', efforts: { none: 'As the model likes', minimal: 'Minimal', low: 'Low', medium: 'Medium', high: 'High' }, run: 'Run', halt: 'Stop', runHint: 'Ctrl+Enter',
  model: (number: string) => `Model ${number}`, add: 'Compare with another model', removeModel: (name: string) => `Remove ${name}`, answer: 'Answer', raw: 'Raw', rawRequest: 'Request', rawResponse: 'Response', reasoning: 'Reasoning', calls: (name: string) => `Calls ${name}`, waiting: 'Waiting for the first token …', nothing: 'Run it to see the answer here.', noAnswer: 'The model answered without text.',
  meter: { firstToken: (time: string) => `first token ${time}`, total: (time: string) => `total ${time}`, tokens: (input: string, output: string) => `${input} in, ${output} out`, speed: (rate: string) => `${rate} tokens/s` }, code: 'The same as code', notJson: 'This is not valid JSON.', notNumber: 'Expected a number.', empty: 'Write a message first.', noModels: 'There are no models yet.', addModel: 'Add a model', replayed: 'Filled in from a logged request.', notKept: 'The content of that request was not kept, so only its model could be filled in.', log: 'In the logs',
  hints: { tools: 'A JSON list of functions, as OpenAI’s API takes it.', format: 'A JSON schema that the answer must follow.', more: 'JSON; goes into the request as it is.' },
}, {
  about: '同一个请求，最多四个模型并排比较，支持全部参数，并可导出为代码。', prompt: '请求', system: '系统提示词', systemHint: '模型应如何表现。', message: '消息', messagePlaceholder: '您想问什么？', parameters: '参数', tools: '工具', format: '结构化回答',
  more: '其他参数', temperature: '温度', topP: 'Top p 采样', maxTokens: '最大输出令牌数', seed: '随机种子', stop: '停止于', effort: '推理强度', efforts: { none: '由模型决定', minimal: '最低', low: '低', medium: '中', high: '高' }, run: '运行', halt: '停止', runHint: 'Ctrl+Enter',
  model: (number: string) => `模型 ${number}`, add: '与另一个模型比较', removeModel: (name: string) => `移除 ${name}`, answer: '回答', raw: '原始内容', rawRequest: '请求', rawResponse: '响应', reasoning: '推理', calls: (name: string) => `调用 ${name}`, waiting: '正在等待首个令牌…', nothing: '运行后在此显示回答。', noAnswer: '模型的回答没有文字。',
  meter: { firstToken: (time: string) => `首令牌 ${time}`, total: (time: string) => `总计 ${time}`, tokens: (input: string, output: string) => `输入 ${input}，输出 ${output}`, speed: (rate: string) => `${rate} 令牌/秒` }, code: '等效代码', notJson: '不是有效的 JSON。', notNumber: '请输入数字。', empty: '请先输入消息。', noModels: '还没有模型。', addModel: '添加模型', replayed: '已填入日志中的请求。', notKept: '该请求的内容未保存，只填入了模型。', log: '查看日志',
  hints: { tools: '函数的 JSON 列表，格式与 OpenAI API 相同。', format: '回答必须遵循的 JSON Schema。', more: 'JSON 格式，原样加入请求。' },
});
