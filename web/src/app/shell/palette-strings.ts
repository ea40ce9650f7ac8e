import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences of the palette. */
export const paletteStrings = defineStrings({
  title: 'Search and commands', placeholder: 'Go to a page, a model, a key …', nothing: 'Nothing has this in its name.', pages: 'Pages', commands: 'Commands', models: 'Models', keys: 'Keys', teams: 'Teams', newKey: 'Make a key', findRequest: (id: string) => `Find request ${id} in the logs`,
  light: 'Light theme', dark: 'Dark theme', system: 'Theme like the system', english: 'English', chinese: 'Chinese',
}, {
  title: '搜索与命令', placeholder: '前往页面、模型、密钥…', nothing: '没有匹配的名称。', pages: '页面', commands: '命令', models: '模型', keys: '密钥', teams: '团队', newKey: '创建密钥', findRequest: (id: string) => `在日志中查找请求 ${id}`,
  light: '浅色主题', dark: '深色主题', system: '主题跟随系统', english: '英文', chinese: '中文',
});
