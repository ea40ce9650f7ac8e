// Sentences that every page needs.
import { defineStrings } from './define-strings.ts';

/** See the top of the file. */
export const shared = defineStrings({
  product: 'Weir',
  skip: 'Skip to the page',
  skipToMessage: 'Skip to the message box',
  menu: 'Open the menu',
  closeMenu: 'Close the menu',
  navigation: 'Main',
  
  masterKey: 'Master key',
  signedInAs: (name: string) => `Signed in as ${name}`,
  signOut: 'Sign out',
  signIn: 'Sign in to the dashboard',
  palette: 'Search and commands',
  groups: { use: 'Use', models: 'Models', access: 'Access', observe: 'Observe', admin: 'Admin' },
  pages: {
    home: 'Home', chat: 'Chat', playground: 'Playground', setup: 'Client setup', mine: 'My keys and usage', models: 'Models', providers: 'Providers', routing: 'Routing', prices: 'Prices',
    keys: 'Keys', teams: 'Teams and people', budgets: 'Budgets and limits', logs: 'Logs', usage: 'Usage', alerts: 'Alerts', configuration: 'Configuration', audit: 'Audit log', system: 'System',
  },
  notFound: { title: 'There is no such page', text: 'The address leads nowhere in this dashboard.', home: 'Go home' },
  range: { label: 'Time range', '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days', custom: 'Other …', from: 'From', to: 'To', apply: 'Apply' },
  scope: { team: 'Team', all: 'All teams' },
  actions: {
    save: 'Save', cancel: 'Cancel', create: 'Create', delete: 'Delete', edit: 'Edit', block: 'Block', unblock: 'Unblock', undo: 'Undo', retry: 'Try again', refresh: 'Refresh', more: 'Show more', close: 'Close', copy: 'Copy', copied: 'Copied',
    clear: 'Clear filters', back: 'Back', print: 'Print', exportCsv: 'Export CSV', add: 'Add', remove: 'Remove', showAll: 'Show all',
  },
  states: {
    loading: 'Loading …', failed: 'This could not be loaded.', refused: 'You may not see this. An administrator can.', offlineTitle: 'The gateway cannot be reached.', offline: 'The gateway cannot be reached. What you typed is kept; this page goes on by itself when it is back.',
    back: 'The gateway is back.', databaseAway: 'The database of the gateway cannot be reached. Calls go on; what you typed is kept, and this page goes on by itself when it is back.', databaseBack: 'The database is back.', stale: 'Showing what was last known.', signedOut: 'The session has ended. Sign in again.', changeFailed: (why: string) => `The change was taken back: ${why}`,
  },
  noDatabase: {
    title: 'This needs a database', text: 'Keys, teams, budgets, logs and usage are kept in SQLite or PostgreSQL. There is none yet; calling models works without.',
    how: 'Switch one on when starting the gateway, for example:', or: 'or, for a folder of files that needs no server:', afterwards: 'Then load this page again.',
  },
  table: { sortBy: (name: string) => `Sort by ${name}`, rows: (shown: string, total: string) => `${shown} of ${total}`, loaded: 'All rows are shown.', search: 'Search', open: (name: string) => `Open ${name}` },
  object: { tabs: 'Views', overview: 'Overview', yaml: 'As YAML', call: 'As API call' },
  fields: { name: 'Name', spend: 'Spend', budget: 'Budget', created: 'Created', status: 'Status', models: 'Models', allModels: 'All models', none: 'None', never: 'Never', unlimited: 'No limit', optional: 'optional', yes: 'Yes', no: 'No', unknown: 'Unknown', actions: 'Actions' },
  chart: { asTable: 'The chart as a table', total: 'Total', openLogs: 'Show these requests in the logs', empty: 'Nothing in this time.' },
}, {
  product: 'Weir',
  skip: '跳到页面内容',
  skipToMessage: '跳到输入框',
  menu: '打开菜单',
  closeMenu: '关闭菜单',
  navigation: '主导航',
  
  masterKey: '主密钥',
  signedInAs: (name: string) => `已登录：${name}`,
  signOut: '退出登录',
  signIn: '登录控制台',
  palette: '搜索与命令',
  groups: { use: '使用', models: '模型', access: '访问', observe: '观测', admin: '管理' },
  pages: {
    home: '首页', chat: '聊天', playground: '试验场', setup: '客户端接入', mine: '我的密钥与用量', models: '模型', providers: '供应商', routing: '路由', prices: '价格',
    keys: '密钥', teams: '团队与成员', budgets: '预算与限额', logs: '日志', usage: '用量', alerts: '告警', configuration: '配置', audit: '审计日志', system: '系统',
  },
  notFound: { title: '没有这个页面', text: '这个地址在控制台中不存在。', home: '返回首页' },
  range: { label: '时间范围', '1h': '最近 1 小时', '24h': '最近 24 小时', '7d': '最近 7 天', '30d': '最近 30 天', '90d': '最近 90 天', custom: '其他…', from: '从', to: '到', apply: '应用' },
  scope: { team: '团队', all: '所有团队' },
  actions: {
    save: '保存', cancel: '取消', create: '创建', delete: '删除', edit: '编辑', block: '停用', unblock: '恢复', undo: '撤销', retry: '重试', refresh: '刷新', more: '显示更多', close: '关闭', copy: '复制', copied: '已复制',
    clear: '清除筛选', back: '返回', print: '打印', exportCsv: '导出 CSV', add: '添加', remove: '移除', showAll: '显示全部',
  },
  states: {
    loading: '正在加载…', failed: '无法加载。', refused: '您无权查看此内容，管理员可以查看。', offlineTitle: '无法连接网关。', offline: '无法连接网关。您输入的内容会保留；网关恢复后页面会自动继续。',
    back: '网关已恢复。', databaseAway: '网关的数据库无法访问。调用仍在继续；您输入的内容会保留，数据库恢复后页面会自动继续。', databaseBack: '数据库已恢复。', stale: '显示的是最近一次的数据。', signedOut: '会话已结束，请重新登录。', changeFailed: (why: string) => `更改已撤回：${why}`,
  },
  noDatabase: {
    title: '此功能需要数据库', text: '密钥、团队、预算、日志和用量保存在 SQLite 或 PostgreSQL 中。目前没有数据库；调用模型不需要数据库。',
    how: '启动网关时启用数据库，例如：', or: '或者使用一个文件夹，无需数据库服务器：', afterwards: '然后重新加载本页。',
  },
  table: { sortBy: (name: string) => `按${name}排序`, rows: (shown: string, total: string) => `共 ${total}，已显示 ${shown}`, loaded: '已显示全部。', search: '搜索', open: (name: string) => `打开 ${name}` },
  object: { tabs: '视图', overview: '概览', yaml: 'YAML 形式', call: 'API 调用' },
  fields: { name: '名称', spend: '花费', budget: '预算', created: '创建时间', status: '状态', models: '模型', allModels: '所有模型', none: '无', never: '从不', unlimited: '不限', optional: '可选', yes: '是', no: '否', unknown: '未知', actions: '操作' },
  chart: { asTable: '以表格显示图表', total: '合计', openLogs: '在日志中查看这些请求', empty: '这段时间内没有数据。' },
});
