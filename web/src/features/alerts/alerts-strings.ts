import { defineStrings } from '../../i18n/define-strings.ts';

/** The sentences about alerts. */
export const alertsStrings = defineStrings({
  about: 'What operators were told lately, where alerts go, and what is told.', places: 'Where alerts go', noPlaces: 'Nobody is told of anything yet.', howPlaces: 'Name places in general_settings.alerting, such as slack, email, webhook, feishu, dingtalk, wecom, discord, teams or pagerduty, and set their address in the environment.', test: 'Send a test alert', sent: (place: string) => `The test alert went to ${place}.`, recent: 'The last alerts', none: 'Nothing has happened that would be told.', kinds: 'What is told', told: 'Told', notTold: 'Not told',
  severity: { info: 'Good to know', warning: 'Warning', critical: 'Critical' }, resolved: 'Over', time: 'Time', alert: 'Alert', subject: 'About', settings: 'Change it in the configuration', warnings: 'To look at', state: 'State', deliveries: 'Brought to', 
}, {
  about: '最近通知了运营者什么、告警发往哪里，以及哪些事件会通知。', places: '告警发往哪里', noPlaces: '目前不会通知任何人。', howPlaces: '在 general_settings.alerting 中列出目的地，例如 slack、email、webhook、feishu、dingtalk、wecom、discord、teams 或 pagerduty，并在环境变量中设置地址。', test: '发送测试告警', sent: (place: string) => `测试告警已发送到 ${place}。`, recent: '最近的告警', none: '没有发生需要通知的事情。', kinds: '哪些事件会通知', told: '通知', notTold: '不通知',
  severity: { info: '供参考', warning: '警告', critical: '严重' }, resolved: '已结束', time: '时间', alert: '告警', subject: '对象', settings: '在配置中修改', warnings: '需要注意', state: '状态', deliveries: '已送达', 
});
