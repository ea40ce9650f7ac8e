// Providers of China, and their international addresses.
import { offers, oldTokenLimit, openaiChat, openaiCompatible, openaiCompletions, openaiResponses } from '../compatible.ts';
import type { ChatEndpoint, Provider } from '../provider.ts';

/** Anthropic's API beside OpenAI's, at another path of the same host. */
const anthropicAt = (baseUrl: string): ChatEndpoint => ({ dialect: 'anthropic-messages', path: '/v1/messages', baseUrl });

/** The rows. */
export const chinaProviders: readonly Provider[] = [
  openaiCompatible({
    name: 'moonshot', title: 'Moonshot (Kimi)', page: 'https://platform.moonshot.ai/docs', baseUrl: 'https://api.moonshot.ai/v1',
    chat: [openaiChat, anthropicAt('https://api.moonshot.ai/anthropic')], body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'zai', title: 'Z.ai', page: 'https://docs.z.ai', baseUrl: 'https://api.z.ai/api/paas/v4',
    chat: [openaiChat, anthropicAt('https://api.z.ai/api/anthropic')], operations: offers('embeddings'), body: oldTokenLimit,
    capabilities: { jsonSchema: false },
  }),
  openaiCompatible({
    name: 'bigmodel', title: 'Zhipu (BigModel)', page: 'https://docs.bigmodel.cn', baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
    chat: [
      openaiChat, { ...openaiResponses, baseUrl: 'https://open.bigmodel.cn/api/v1' }, anthropicAt('https://open.bigmodel.cn/api/anthropic'),
    ],
    operations: offers('embeddings'), body: oldTokenLimit, capabilities: { jsonSchema: false },
  }),
  openaiCompatible({
    name: 'dashscope', title: 'Alibaba DashScope', page: 'https://help.aliyun.com/zh/model-studio',
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    chat: [openaiChat, anthropicAt('https://dashscope.aliyuncs.com/apps/anthropic'), openaiCompletions],
    operations: { embeddings: '/embeddings', rerank: 'https://dashscope.aliyuncs.com/compatible-api/v1/reranks' }, body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'qwencloud', title: 'QwenCloud', page: 'https://docs.qwencloud.com',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', operations: offers('embeddings'), body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'qwen_ai_platform', title: 'Qianwen AI Platform', page: 'https://help.aliyun.com/zh/model-studio',
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1', operations: offers('embeddings'), body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'volcengine', title: 'Volcengine (Doubao)', page: 'https://www.volcengine.com/docs/82379',
    baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
    keyVariables: ['VOLCENGINE_API_KEY', 'ARK_API_KEY'], chat: [openaiChat, openaiResponses],
    operations: offers('embeddings', 'images-generations'),
  }),
  openaiCompatible({
    name: 'minimax', title: 'MiniMax', page: 'https://platform.minimax.io/docs', baseUrl: 'https://api.minimax.io/v1',
    chat: [openaiChat, anthropicAt('https://api.minimax.io/anthropic')],
  }),
  openaiCompatible({
    name: 'tencent', title: 'Tencent TokenHub', page: 'https://www.tencentcloud.com/document',
    baseUrl: 'https://tokenhub-intl.tencentcloudmaas.com/v1',
    chat: [openaiChat, { dialect: 'anthropic-messages', path: '/v1/messages' }],
  }),
  openaiCompatible({
    name: 'modelscope', title: 'ModelScope', page: 'https://modelscope.cn/docs', baseUrl: 'https://api-inference.modelscope.cn/v1',
    chat: [openaiChat, openaiCompletions],
  }),
  openaiCompatible({
    name: 'xiaomi_mimo', title: 'Xiaomi MiMo', page: 'https://platform.xiaomimimo.com/docs',
    baseUrl: 'https://api.xiaomimimo.com/v1', body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'streamlake', title: 'StreamLake (Kwai)', page: 'https://www.streamlake.com/document',
    baseUrl: 'https://vanchin.streamlake.ai/api/gateway/v1/endpoints',
    body: { rename: { max_tokens: 'max_completion_tokens' } },
    capabilities: { cacheControl: true, maxTokensField: 'max_completion_tokens' },
  }),
  // Not in LiteLLM under a name of their own.
  openaiCompatible({
    name: 'siliconflow', title: 'SiliconFlow', page: 'https://docs.siliconflow.cn', baseUrl: 'https://api.siliconflow.cn/v1',
    operations: offers('embeddings', 'rerank', 'images-generations', 'audio-speech', 'audio-transcriptions'),
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'stepfun', title: 'StepFun', page: 'https://platform.stepfun.com/docs', baseUrl: 'https://api.stepfun.com/v1',
    keyVariables: ['STEPFUN_API_KEY', 'STEP_API_KEY'],
    chat: [openaiChat, { dialect: 'anthropic-messages', path: '/messages' }],
    operations: offers('images-generations', 'audio-speech', 'audio-transcriptions'),
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'baidu', title: 'Baidu Qianfan', page: 'https://cloud.baidu.com/doc/qianfan', baseUrl: 'https://qianfan.baidubce.com/v2',
    baseUrlVariables: ['QIANFAN_API_BASE'],
    keyVariables: ['QIANFAN_API_KEY'], operations: offers('embeddings', 'rerank'),
  }),
  openaiCompatible({
    name: 'hunyuan', title: 'Tencent Hunyuan', page: 'https://cloud.tencent.com/document/product/1729',
    baseUrl: 'https://api.hunyuan.cloud.tencent.com/v1', operations: offers('embeddings'), body: oldTokenLimit,
  }),
];
