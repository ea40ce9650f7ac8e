// Debian's Chromium for browser tests, and what every page in them is watched for.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const candidates = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is, or null when this machine has none. */
export function findChromium(): string | null {
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Says loudly that browser tests are skipped; in CI that is a failure. */
export function refuseMissingChromium(): void {
  const text = 'SKIPPED: browser tests need Chromium (apt-get install chromium, or CHROMIUM_PATH)';
  if (process.env.CI === 'true') throw new Error(text);
  console.warn(`\n${'!'.repeat(text.length)}\n${text}\n${'!'.repeat(text.length)}\n`);
}

/** Starts a browser that talks to nobody but the pages under test. */
export function launchChromium(executablePath: string): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet] });
}

/** A page with everything it complained about and everything it received. */
export interface WatchedPage {
  page: Page;
  /** Console errors and warnings, exceptions, and violations of the content security policy. */
  complaints: string[];
  /** Bodies and headers of all answers. */
  received: string[];
  /** Addresses of all requests. */
  requested: string[];
  close(): Promise<void>;
}

/** Opens a page in a context of its own. */
export async function openWatched(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const watched: WatchedPage = { page, complaints: [], received: [], requested: [], close: () => context.close() };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') watched.complaints.push(message.text());
  });
  page.on('pageerror', (error) => watched.complaints.push(String(error)));
  page.on('request', (request) => watched.requested.push(request.url()));
  page.on('response', (response) => {
    watched.received.push(JSON.stringify(response.headers()));
    response.text().then(
      (text) => watched.received.push(text),
      () => undefined,
    );
  });
  await page.goto(url);
  return watched;
}
