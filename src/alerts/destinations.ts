// The table of destinations that are told over HTTP. E-mail, which is not, is in `email.ts`.
import { dingtalk } from './destinations/dingtalk.ts';
import { discord } from './destinations/discord.ts';
import { feishu, lark } from './destinations/feishu.ts';
import { pagerduty } from './destinations/pagerduty.ts';
import { slack } from './destinations/slack.ts';
import { teams } from './destinations/teams.ts';
import { webhook } from './destinations/webhook.ts';
import { wecom } from './destinations/wecom.ts';
import type { Destination } from './destination.ts';

/** All of them, in the order of the documentation. */
export const destinations: readonly Destination[] = [slack, discord, teams, feishu, lark, dingtalk, wecom, pagerduty, webhook];

/** The destination of a name in `alerting`. */
export const destinationOf = (name: string): Destination | undefined => destinations.find((destination) => destination.name === name);
