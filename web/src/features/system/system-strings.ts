import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about the system. */
export const systemStrings = defineStrings({
  about: 'The process, its database and caches, and what is under way.', version: 'Version', status: 'Status', database: 'Database', cache: 'Response cache', noCache: 'Off', connected: 'Connected', none: 'None', started: 'Started', memory: 'Memory', cpu: 'Processor time', inFlight: 'Requests under way', streams: 'Open streams', queued: 'Queued', rejected: 'Refused for overload', cacheEntries: 'Answers in the cache', callbacks: 'Reported to', parts: 'What it is connected to', overhead: 'Overhead of the gateway, p95', retries: 'Retries', fallbacks: 'Fallbacks', coolDowns: 'Cool-downs', work: 'What it did since the start', metrics: 'All metrics', address: 'Address', tokens: 'Tokens',
}, {
  about: '进程、数据库和缓存，以及正在进行的工作。', version: '版本', status: '状态', database: '数据库', cache: '响应缓存', noCache: '关闭', connected: '已连接', none: '无', started: '启动时间', memory: '内存', cpu: '处理器时间', inFlight: '进行中的请求', streams: '打开的流', queued: '排队', rejected: '因过载拒绝', cacheEntries: '缓存中的回答', callbacks: '上报到', parts: '连接的组件', overhead: '网关自身耗时 p95', retries: '重试', fallbacks: '回退', coolDowns: '冷却次数', work: '启动以来的工作', metrics: '全部指标', address: '地址', tokens: 'token 数',
});
