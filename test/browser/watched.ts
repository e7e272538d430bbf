import type { Page } from 'playwright-core';
import type { Opened } from './chromium.ts';

/** The browser's page; everything that goes wrong in it is put on the list: errors, refused policies, requests to elsewhere. */
export async function watchedPage(browser: Opened, url: string, complaints: string[]): Promise<Page> {
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  // A refused policy is a console error too. Failed answers are told by the tests that want them.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const elsewhere = !request.url().startsWith(`${url}/`) && !/^(data|blob):/.test(request.url());
    if (elsewhere) complaints.push(`request: ${request.url()}`);
  });
  return page;
}
