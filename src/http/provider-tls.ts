// How providers' certificates are judged, and which one they are shown, where the configuration says so (`ssl_verify`, `ssl_certificate`).
import { readFileSync } from 'node:fs';
import type { Send } from './provider-response.ts';
import { sendByFetch } from './send-by-fetch.ts';
import { withProbe } from './connect-probe.ts';

/** Options of a TLS connection. */
export interface ProviderTls {
  rejectUnauthorized: boolean;
  /** Certificates of the authorities that are believed, in PEM form; without it, the system's. */
  ca?: string;
  /** This side's certificate and its key, in PEM form. */
  cert?: string;
  key?: string;
}

/** The options; null: the usual ones. Or the setting whose file cannot be read. */
export type TlsSettings = { ok: true; tls: ProviderTls | null } | { ok: false; setting: string; message: string };

/** Reads the settings. `verify`: whether certificates are checked, or the path of the authorities to believe; `certificate`: the path of ours. */
export function readTlsSettings(verify: boolean | string | undefined, certificate: string | undefined): TlsSettings {
  const checked = typeof verify === 'string' && /^(true|false)$/i.test(verify) ? verify.toLowerCase() === 'true' : verify;
  if ((checked === undefined || checked === true) && certificate === undefined) return { ok: true, tls: null };
  const tls: ProviderTls = { rejectUnauthorized: checked !== false };
  const authorities = typeof checked === 'string' ? pemOf(checked) : null;
  if (authorities === undefined) return { ok: false, setting: 'ssl_verify', message: 'expected true, false, or the path of a file with certificates; the file cannot be read or holds none' };
  if (authorities !== null) tls.ca = authorities;
  const own = certificate === undefined ? null : pemOf(certificate);
  if (own === undefined) return { ok: false, setting: 'ssl_certificate', message: 'expected the path of a file with a certificate and its key; the file cannot be read or holds none' };
  if (own !== null) Object.assign(tls, { cert: own, key: own });
  return { ok: true, tls };
}

function pemOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Sends with these options where there is TLS, and as `plain` does where there is none. */
export function sendWithTls(tls: ProviderTls, plain: Send): Send {
  const secure = sendByFetch((url, init) => fetch(url, { ...init, tls }));
  return (url, request) => {
    if (!url.startsWith('https:')) return plain(url, request);
    const sent = secure(url, request);
    return request.connectTimeoutMs === undefined ? sent : withProbe(url, request.connectTimeoutMs, sent);
  };
}
