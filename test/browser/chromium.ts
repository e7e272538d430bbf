import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Debian's browser; nothing is downloaded for the tests. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const chromiumPath = PLACES.find(existsSync) ?? null;
export const NO_CHROMIUM = 'no chromium on this machine: apt-get install chromium fonts-noto-cjk';

export interface Opened {
  context: BrowserContext;
  close(): Promise<void>;
}

/** A browser with nothing in it that calls home, in a profile of its own. */
export async function openChromium(
  options: { width?: number; height?: number; locale?: string; scale?: number } = {},
): Promise<Opened> {
  if (chromiumPath === null) throw new Error(NO_CHROMIUM);
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    deviceScaleFactor: options.scale ?? 1,
    locale: options.locale ?? 'en-US',
    timezoneId: 'UTC',
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
