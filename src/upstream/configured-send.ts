// How providers are called, as the configuration wants it.
import { readTlsSettings, sendWithTls } from '../http/provider-tls.ts';
import { send } from '../http/send.ts';
import type { Send } from '../http/provider-response.ts';
import { sendByFetch } from '../http/send-by-fetch.ts';
import type { CompileProblem } from '../routing/compile-deployments.ts';
import type { Config } from '../config/config.ts';

/** Gives what sends requests; or what is wrong with the settings about it. `WEIR_HTTP_CLIENT=fetch` takes the platform's client. */
export function configuredSend(config: Config): Send | CompileProblem {
  if (process.env['WEIR_HTTP_CLIENT'] === 'fetch') return sendByFetch(fetch);
  const { sslVerify, sslCertificate } = config.litellmSettings;
  const settings = readTlsSettings(sslVerify ?? (config.environmentValue('SSL_VERIFY') || undefined), sslCertificate);
  if (!settings.ok) return { file: config.files[0] ?? 'configuration', line: 0, path: `litellm_settings.${settings.setting}`, message: settings.message };
  return settings.tls ? sendWithTls(settings.tls, send) : send;
}
