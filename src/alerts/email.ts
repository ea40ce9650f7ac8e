// Alerts by e-mail, with LiteLLM's variables: SMTP_HOST, SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD, SMTP_SENDER_EMAIL, SMTP_TLS; ALERT_EMAILS says to whom.
// The library is loaded with the first mail.
import { alertTimeoutMs } from '../lib/bounds.ts';
import { failureWords, type Place } from './delivery.ts';
import { mark } from './destination.ts';
import type { Alert } from './alert.ts';

/** How mail is sent. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly sender: string;
  readonly recipients: readonly string[];
  /** False only for servers inside that speak no TLS. */
  readonly tls: boolean;
}

/** The variables without which no mail is sent. */
export const mailVariables = ['SMTP_HOST', 'SMTP_SENDER_EMAIL', 'ALERT_EMAILS'] as const;

const usualPort = 587;
const implicitTlsPort = 465;

/** The settings from the environment; what is missing is named. */
export function mailSettings(variable: (name: string) => string | undefined): { settings: MailSettings } | { missing: readonly string[] } {
  const host = variable('SMTP_HOST');
  const sender = variable('SMTP_SENDER_EMAIL');
  const recipients = (variable('ALERT_EMAILS') ?? '').split(',').map((address) => address.trim()).filter((address) => address !== '');
  const missing = [host ? [] : ['SMTP_HOST'], sender ? [] : ['SMTP_SENDER_EMAIL'], recipients.length > 0 ? [] : ['ALERT_EMAILS']].flat();
  if (!host || !sender || missing.length > 0) return { missing };
  return {
    settings: {
      host, sender, recipients, port: Number(variable('SMTP_PORT') ?? usualPort) || usualPort, username: variable('SMTP_USERNAME') ?? null, password: variable('SMTP_PASSWORD') ?? null,
      tls: !/^(false|0|no)$/i.test(variable('SMTP_TLS') ?? 'true'),
    },
  };
}

/** A mail server as a place. */
export function mailPlace(settings: MailSettings): Place {
  return {
    name: 'email', label: 'E-mail',
    async tell(alert, id) {
      try {
        const { createTransport } = await import('nodemailer');
        const transport = createTransport({
          host: settings.host, port: settings.port, secure: settings.port === implicitTlsPort, requireTLS: settings.tls && settings.port !== implicitTlsPort, ignoreTLS: !settings.tls,
          ...(settings.username === null ? {} : { auth: { user: settings.username, pass: settings.password ?? '' } }),
          connectionTimeout: alertTimeoutMs, greetingTimeout: alertTimeoutMs, socketTimeout: alertTimeoutMs,
          disableFileAccess: true, disableUrlAccess: true,
        });
        await transport.sendMail({ from: settings.sender, to: [...settings.recipients], subject: oneLine(`${mark(alert)} ${alert.title}`), text: mailText(alert), messageId: `<${id}@weir>` });
        return null;
      } catch (error) {
        const permanent = error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' && error.responseCode >= 500;
        return { reason: failureWords(error), again: !permanent };
      }
    },
  };
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

function mailText(alert: Alert): string {
  const facts = alert.facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  return [alert.title, alert.text, facts, new Date(alert.atMs).toISOString()].filter((part) => part !== '').join('\n\n');
}
