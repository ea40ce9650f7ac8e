import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about providers and credentials. */
export const providersStrings = defineStrings({
  about: 'Where calls go, and with which credentials. Keys are never shown again.', inUse: 'Providers in use', noneInUse: 'No deployment uses a provider yet.', credentials: 'Stored credentials', credentialsAbout: 'Encrypted in the database; deployments refer to them by litellm_credential_name.', noCredentials: 'There are no stored credentials yet.', newCredential: 'New credential', supported: (count: string) => `All ${count} providers`, provider: 'Provider', deployments: 'Deployments', calls: 'Calls', failures: 'Failed', p95: 'p95', name: 'Name', values: 'Values', apiKey: 'Key', apiBase: 'Address of the API',
  created: (name: string) => `The credential ${name} was stored.`, deleted: (name: string) => `The credential ${name} was deleted.`, deleteTitle: 'Delete this credential?', deleteText: 'Deployments that refer to it can no longer call their provider.', required: 'This is needed.',
}, {
  about: '调用发往哪里、使用哪些凭据。密钥保存后不再显示。', inUse: '使用中的供应商', noneInUse: '还没有部署使用任何供应商。', credentials: '已保存的凭据', credentialsAbout: '加密保存在数据库中；部署通过 litellm_credential_name 引用。', noCredentials: '还没有保存凭据。', newCredential: '新建凭据', supported: (count: string) => `全部 ${count} 个供应商`, provider: '供应商', deployments: '部署', calls: '调用', failures: '失败', p95: 'p95 延迟', name: '名称', values: '内容', apiKey: '密钥', apiBase: 'API 地址',
  created: (name: string) => `凭据 ${name} 已保存。`, deleted: (name: string) => `凭据 ${name} 已删除。`, deleteTitle: '删除这个凭据？', deleteText: '引用它的部署将无法再调用供应商。', required: '此项必填。',
});
