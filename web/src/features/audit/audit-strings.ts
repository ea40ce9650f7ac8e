import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about the audit log. */
export const auditStrings = defineStrings({
  about: 'Who changed what, when, and what it was before.', label: 'Changes', search: 'Object or person', time: 'Time', action: 'Change', table: 'Kind', object: 'Object', by: 'By', byKey: 'With the key', anyAction: 'Any change', actions: { created: 'Made', updated: 'Changed', deleted: 'Deleted', blocked: 'Blocked', unblocked: 'Unblocked', rotated: 'Rotated' }, empty: 'Nothing was changed yet.', nothing: 'No change fits.', before: 'Before', after: 'After', difference: 'What changed', field: 'Field',
}, {
  about: '谁在什么时候更改了什么，以及之前的值。', label: '更改', search: '对象或人员', time: '时间', action: '更改', table: '类型', object: '对象', by: '操作者', byKey: '所用密钥', anyAction: '所有更改', actions: { created: '创建', updated: '修改', deleted: '删除', blocked: '停用', unblocked: '恢复', rotated: '轮换' }, empty: '还没有任何更改。', nothing: '没有符合条件的更改。', before: '之前', after: '之后', difference: '变化', field: '字段',
});
