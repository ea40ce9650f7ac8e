// WeCom's group robots: Markdown of at most 4,096 bytes (https://developer.work.weixin.qq.com/document/path/91770). The robot answers 200 also when it refuses.
import { factLines, jsonRequest, mark, refusalByCode, type Destination } from '../destination.ts';

const longestContentBytes = 4_096;

/** WeCom. */
export const wecom: Destination = {
  name: 'wecom', label: 'WeCom', addressVariable: 'WECOM_WEBHOOK_URL', secretVariable: null,
  write(alert, address) {
    const content = [`### ${mark(alert)} ${alert.title}`, alert.text, factLines(alert, (name) => `> **${name}**`)].filter((line) => line !== '').join('\n');
    return jsonRequest(address, { msgtype: 'markdown', markdown: { content: cut(content, longestContentBytes) } });
  },
  refusal: refusalByCode('errcode', 'errmsg'),
};

/** At most so many bytes of UTF-8, without half a character at the end. */
function cut(text: string, most: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= most ? text : bytes.subarray(0, most).toString('utf8').replace(/\uFFFD+$/, '');
}
