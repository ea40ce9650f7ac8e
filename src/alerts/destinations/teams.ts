// Microsoft Teams by a workflow's webhook: an adaptive card inside a message
// (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook).
import { jsonRequest, mark, type Destination } from '../destination.ts';

/** Microsoft Teams. */
export const teams: Destination = {
  name: 'ms_teams', label: 'Microsoft Teams', addressVariable: 'MS_TEAMS_WEBHOOK_URL', secretVariable: null,
  write: (alert, address) => jsonRequest(address, {
    type: 'message',
    attachments: [{
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4',
        body: [
          { type: 'TextBlock', text: `${mark(alert)} ${alert.title}`, weight: 'Bolder', size: 'Medium', wrap: true },
          ...(alert.text === '' ? [] : [{ type: 'TextBlock', text: alert.text, wrap: true }]),
          { type: 'FactSet', facts: alert.facts.map(([title, value]) => ({ title, value })) },
        ],
      },
    }],
  }),
};
