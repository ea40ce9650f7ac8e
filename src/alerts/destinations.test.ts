import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'bun:test';
import { destinationOf, destinations } from './destinations.ts';
import type { Alert } from './alert.ts';

const alert: Alert = {
  kind: 'budget_alerts', severity: 'warning', subject: 'key:k1', title: 'Key <b>k1</b> & co passed 80 %', text: 'A sentence.', facts: [['spent', '$0.80'], ['budget', '$1.00']],
  members: { spend: 0.8, max_budget: 1, event_group: 'key' }, resolved: false, atMs: Date.parse('2026-03-01T03:00:00Z'),
};
const write = (name: string, secret: string | null = null, change: Partial<Alert> = {}): { url: URL; headers: Readonly<Record<string, string>>; body: Record<string, unknown>; text: string } => {
  const destination = destinationOf(name);
  if (!destination) throw new Error(`no ${name}`);
  const { url, headers, body } = destination.write({ ...alert, ...change }, name === 'pagerduty' ? 'routing-key' : 'https://alerts.test/hook?token=t', secret, 'id-1');
  return { url: new URL(url), headers, body: JSON.parse(body) as Record<string, unknown>, text: body };
};

test('every destination tells title, sentence and facts', () => {
  for (const { name } of destinations) {
    const { text } = write(name);
    for (const part of ['passed 80 %', 'A sentence.', '$0.80', 'budget']) expect(text, name).toContain(part);
  }
});

describe('each in its own form', () => {
  test('Slack: marks of its own are escaped', () => expect(write('slack').body['text'] as string).toContain('Key &lt;b&gt;k1&lt;/b&gt; &amp; co'));
  test('Discord: nobody is mentioned, and the text is not too long', () => {
    const { body } = write('discord', null, { text: '@everyone '.repeat(400) });
    expect(body['allowed_mentions']).toEqual({ parse: [] });
    expect((body['content'] as string).length).toBeLessThanOrEqual(2_000);
  });
  test('Teams: an adaptive card', () => {
    const { body } = write('ms_teams');
    expect(body).toMatchObject({ type: 'message', attachments: [{ content: { type: 'AdaptiveCard', body: [{ weight: 'Bolder' }, { text: 'A sentence.' }, { facts: [{ title: 'spent', value: '$0.80' }, { title: 'budget' }] }] } }] });
  });
  test.each(['feishu', 'lark'])('%s: signed by time and secret over nothing', (name) => {
    const { body } = write(name, 'secret');
    expect(body['sign'] as string).toBe(createHmac('sha256', `${String(body['timestamp'])}\nsecret`).digest('base64'));
    expect('sign' in write(name).body).toBe(false);
    expect(write(name, null, { resolved: true }).body).toMatchObject({ msg_type: 'interactive', card: { header: { template: 'green' } } });
  });
  test('DingTalk: signed in the query, which keeps its token', () => {
    const { searchParams } = write('dingtalk', 'secret').url;
    expect(searchParams.get('token')).toBe('t');
    expect(searchParams.get('sign')).toBe(createHmac('sha256', 'secret').update(`${String(searchParams.get('timestamp'))}\nsecret`).digest('base64'));
  });
  test('WeCom: at most 4,096 bytes, no half character', () => {
    const { content } = write('wecom', null, { text: '漢'.repeat(3_000) }).body['markdown'] as { content: string };
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(4_096);
    expect(content).not.toContain('\uFFFD');
  });
  test('PagerDuty: an incident is opened and closed under one name', () => {
    const opened = write('pagerduty').body;
    const closed = write('pagerduty', null, { resolved: true }).body;
    expect([opened['event_action'], closed['event_action']]).toEqual(['trigger', 'resolve']);
    expect(opened['dedup_key']).toBe(closed['dedup_key']);
    expect(opened).toMatchObject({ routing_key: 'routing-key', payload: { severity: 'warning', source: 'weir' } });
  });
  test('a webhook: members as LiteLLM names them, signed as Standard Webhooks', () => {
    const { headers, text, body } = write('webhook', 'secret');
    expect(body).toMatchObject({ event: 'budget_alerts', event_group: 'key', spend: 0.8, max_budget: 1 });
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 'secret').update(`id-1.${String(headers['webhook-timestamp'])}.${text}`).digest('base64')}`);
    expect('webhook-signature' in write('webhook').headers).toBe(false);
  });
});

test('a 200 that says no is a refusal', () => {
  expect(destinationOf('feishu')?.refusal?.('{"code":19021,"msg":"sign match fail"}')).toBe('19021 sign match fail');
  expect(destinationOf('dingtalk')?.refusal?.('{"errcode":310000,"errmsg":"keywords not in content"}')).toContain('310000');
  expect(destinationOf('wecom')?.refusal?.('{"errcode":0,"errmsg":"ok"}')).toBeNull();
  expect(destinationOf('wecom')?.refusal?.('<html>')).toBeNull();
});
