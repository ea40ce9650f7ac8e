import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences of the setup page. */
export const setupStrings = defineStrings({
  about: 'The exact lines for your client, with this gateway’s address and a key.', pick: 'Pick a client', agents: 'Coding agents and editors', sdks: 'SDKs and tools', key: 'Take a key', keyField: 'Key', keyHint: 'Paste a key that you have, or make one now. It stays on this page only.', make: 'Make a key',
  making: 'Making it …', madeName: (client: string) => `${client} (made in client setup)`, made: 'A new key was made. Copy the lines now: the key is not shown again.', noDatabase: 'Keys are made where there is a database. Paste the master key, or one that you were given.', model: 'Choose a model', modelField: 'Model', noModels: 'There are no models yet.',
  lines: 'Copy the lines', shell: 'In your shell', file: (path: string) => `In ${path}`, code: (language: string) => language, settings: 'In the settings, under Models', test: 'Try it', testAbout: 'Sends one short question, as this client would, with the key above.', run: 'Send a test call', running: 'Waiting for the answer …',
  works: (time: string) => `It works: answered in ${time}.`, fails: 'It does not work yet.', needKey: 'Put a key in above first.', answer: 'What came back', seeLog: 'See it in the logs', placeholder: 'your-key',
}, {
  about: '为您的客户端生成准确的配置，包含本网关地址和密钥。', pick: '选择客户端', agents: '编程助手与编辑器', sdks: 'SDK 与工具', key: '准备密钥', keyField: '密钥', keyHint: '粘贴已有的密钥，或现在创建一个。密钥只停留在本页面。', make: '创建密钥',
  making: '正在创建…', madeName: (client: string) => `${client}（在客户端接入中创建）`, made: '已创建新密钥。请立即复制配置：密钥不会再次显示。', noDatabase: '有数据库时才能创建密钥。请粘贴主密钥或您收到的密钥。', model: '选择模型', modelField: '模型', noModels: '还没有模型。',
  lines: '复制配置', shell: '在命令行中', file: (path: string) => `在 ${path} 中`, code: (language: string) => `${language} 代码`, settings: '在设置的 Models 页中', test: '测试', testAbout: '使用上面的密钥，像该客户端一样发送一个简短的问题。', run: '发送测试调用', running: '正在等待回答…',
  works: (time: string) => `成功：用时 ${time}。`, fails: '尚未成功。', needKey: '请先在上面填入密钥。', answer: '返回内容', seeLog: '在日志中查看', placeholder: '您的密钥',
});
