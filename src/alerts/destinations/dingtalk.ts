// DingTalk's custom robots: Markdown, signed in the query when the robot asks for it
// (https://open.dingtalk.com/document/orgapp/custom-robot-access). The robot answers 200 also when it refuses.
import { createHmac } from 'node:crypto';
import { factLines, jsonRequest, mark, refusalByCode, type Destination } from '../destination.ts';

function signed(address: string, secret: string | null): string {
  if (secret === null) return address;
  const atMs = String(Date.now());
  const url = new URL(address);
  url.searchParams.set('timestamp', atMs);
  url.searchParams.set('sign', createHmac('sha256', secret).update(`${atMs}\n${secret}`).digest('base64'));
  return url.href;
}

/** DingTalk. */
export const dingtalk: Destination = {
  name: 'dingtalk', label: 'DingTalk', addressVariable: 'DINGTALK_WEBHOOK_URL', secretVariable: 'DINGTALK_WEBHOOK_SECRET',
  write: (alert, address, secret) => jsonRequest(signed(address, secret), {
    msgtype: 'markdown',
    // A single line break is none in DingTalk's Markdown.
    markdown: { title: alert.title, text: [`### ${mark(alert)} ${alert.title}`, alert.text, factLines(alert, (name) => `**${name}**`).replaceAll('\n', '\n\n')].filter((line) => line !== '').join('\n\n') },
  }),
  refusal: refusalByCode('errcode', 'errmsg'),
};
