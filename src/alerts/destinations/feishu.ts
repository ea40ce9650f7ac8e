// Feishu's and Lark's custom bots: a card; signed when the bot asks for it
// (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot). The bot answers 200 also when it refuses.
import { createHmac } from 'node:crypto';
import { factLines, jsonRequest, mark, refusalByCode, type Destination } from '../destination.ts';

const colours = { info: 'blue', warning: 'orange', critical: 'red' } as const;

/** The key of the signature is the time and the secret, and what is signed is empty. */
function signature(atSeconds: number, secret: string): string {
  return createHmac('sha256', `${atSeconds}\n${secret}`).update('').digest('base64');
}

function feishuLike(words: Pick<Destination, 'name' | 'label' | 'addressVariable' | 'secretVariable'>): Destination {
  return {
    ...words,
    write(alert, address, secret) {
      const atSeconds = Math.floor(Date.now() / 1000);
      const signed = secret === null ? {} : { timestamp: String(atSeconds), sign: signature(atSeconds, secret) };
      const content = [alert.text, factLines(alert, (fact) => `**${fact}**`)].filter((line) => line !== '').join('\n');
      return jsonRequest(address, {
        ...signed,
        msg_type: 'interactive',
        card: {
          header: { title: { tag: 'plain_text', content: `${mark(alert)} ${alert.title}` }, template: alert.resolved ? 'green' : colours[alert.severity] },
          elements: [{ tag: 'markdown', content: content === '' ? alert.title : content }],
        },
      });
    },
    refusal: refusalByCode('code', 'msg'),
  };
}

/** Feishu. */
export const feishu = feishuLike({ name: 'feishu', label: 'Feishu', addressVariable: 'FEISHU_WEBHOOK_URL', secretVariable: 'FEISHU_WEBHOOK_SECRET' });
/** Lark, Feishu's name outside China. */
export const lark = feishuLike({ name: 'lark', label: 'Lark', addressVariable: 'LARK_WEBHOOK_URL', secretVariable: 'LARK_WEBHOOK_SECRET' });
