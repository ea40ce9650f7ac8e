// Discord's webhooks (https://discord.com/developers/docs/resources/webhook#execute-webhook). Mentions inside a text stay text.
import { factLines, jsonRequest, mark, type Destination } from '../destination.ts';

const longestContent = 2_000;

/** Discord. */
export const discord: Destination = {
  name: 'discord', label: 'Discord', addressVariable: 'DISCORD_WEBHOOK_URL', secretVariable: null,
  write: (alert, address) => jsonRequest(address, {
    content: [`${mark(alert)} **${alert.title}**`, alert.text, factLines(alert, (name) => `**${name}**`)].filter((line) => line !== '').join('\n').slice(0, longestContent),
    allowed_mentions: { parse: [] },
  }),
};
