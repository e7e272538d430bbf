import { mkdirSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { type PageRig, startPageRig } from '../browser/rig.ts';

/** Takes the pictures of docs/pictures from the sandbox's page: `npm run pictures`. Needs Debian's chromium. */
const FOLDER = 'docs/pictures';

/** A trade at its first target, one that was refused, and a short that waits: something of everything. */
async function play({ page }: PageRig): Promise<void> {
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const message = (text: string) => page.locator('.message', { hasText: text }).first();
  await page.locator('[data-sample="no-stop"]').click();
  await message(WORDS.denied).waitFor();
  await page.locator('[data-sample="long"]').click();
  await button(WORDS.confirm).waitFor();
  await button(WORDS.confirm).click();
  await page.locator('.line.entry').first().click();
  await message(WORDS.filled).waitFor();
  await page.locator('.line.target').last().click();
  await message(WORDS.target).waitFor();
  await message('· hit').waitFor();
  await page.locator('.toast').first().waitFor({ state: 'detached' });
}

const WORDS = {
  confirm: /^Confirm/,
  denied: 'Denied',
  filled: 'Filled BTCUSDT LONG entry',
  target: 'Filled BTCUSDT LONG target',
};

/** One message, as large as it is. */
async function picture(name: string, part: Locator): Promise<void> {
  await part.first().screenshot({ path: `${FOLDER}/${name}.png` });
}

async function desktop(): Promise<void> {
  const rig = await startPageRig({ width: 1440, height: 900 });
  const { page } = rig;
  try {
    await play(rig);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `${FOLDER}/playground.png` });
    await picture('denied', page.locator('.message', { hasText: 'Denied' }));
    await page.getByRole('button', { name: 'Light theme' }).click();
    await page.locator('#composer').fill('/p');
    await page.locator('[data-command]').first().waitFor();
    await page.screenshot({ path: `${FOLDER}/playground-light.png` });
    await page.locator('#composer').fill('/pnl');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Run the command' }).click();
    const answer = page.locator('.message', { hasText: '/pnl' });
    await answer.waitFor();
    await picture('pnl', answer);
  } finally {
    await rig.close();
  }
}

async function phone(): Promise<void> {
  const rig = await startPageRig({ width: 390, height: 844, scale: 2 });
  const { page } = rig;
  try {
    await page.getByRole('button', { name: '中文' }).click();
    // The bot has read its config file again within three seconds.
    await page.waitForTimeout(3_500);
    const tab = (name: string) => page.locator('.tabs').getByRole('button', { name });
    await tab('行情').click();
    await page.locator('[data-sample="chinese"]').click();
    await page.locator('.message', { hasText: 'ETHUSDT' }).first().waitFor();
    await page.locator('.toast').waitFor({ state: 'detached' });
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `${FOLDER}/playground-phone.png` });
  } finally {
    await rig.close();
  }
}

mkdirSync(FOLDER, { recursive: true });
await desktop();
await phone();
