// Slack's incoming webhooks (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). `&`, `<` and `>` are the only characters with a meaning.
import { factLines, jsonRequest, mark, type Destination } from '../destination.ts';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Slack. */
export const slack: Destination = {
  name: 'slack', label: 'Slack', addressVariable: 'SLACK_WEBHOOK_URL', secretVariable: null,
  write: (alert, address) =>
    jsonRequest(address, { text: [`${mark(alert)} *${escape(alert.title)}*`, escape(alert.text), escape(factLines(alert, (name) => `*${name}*`))].filter((line) => line !== '').join('\n') }),
};
