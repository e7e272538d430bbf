import type { Client } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import { KEPT_MESSAGES } from '../../src/panel/playground/state.js';
import { IDS } from '../../src/sandbox/world.ts';
import { seriousFindings } from './axe.ts';
import { playGallery } from './gallery.ts';
import { type PageRig, startPageRig } from './rig.ts';
import { describeInBrowser } from './suite.ts';

let rig: PageRig;
let client: Client<true>;

async function given(options: { width?: number; height?: number } = {}): Promise<void> {
  rig = await startPageRig({ ...options, bot: false });
  client = await playGallery(rig.discord);
  await message('With a thread').waitFor({ state: 'attached' });
}

afterEach(async () => {
  const { complaints } = rig;
  await client.destroy();
  await rig.close();
  expect(complaints).toEqual([]);
});

const message = (text: string) => rig.page.locator('.message', { hasText: text });
const button = (name: string) => rig.page.getByRole('button', { name, exact: true }).first();

describeInBrowser('what a bot can post', () => {
  test('is all shown, and nothing of it comes from elsewhere', async () => {
    await given();
    const { page } = rig;
    expect(await page.locator('[data-unknown]').count()).toBe(0);
    for (const selector of [
      ...[
        '.heading.level-1',
        '.subtext',
        '.markup blockquote',
        '.markup ul ul',
        '.markup ol',
        'pre code',
        '.spoiler',
      ],
      ...[
        '.embed-title a',
        '.embed-author',
        '.embed-thumbnail img',
        '.embed-footer time',
        '.embed .picture img',
      ],
      ...['.container', '.section .picture', '.gallery', '.file-card', 'hr.wide', '.thread-link'],
    ])
      await expect.poll(() => page.locator(selector).count(), { message: selector }).toBeGreaterThan(0);
    const broken = () =>
      page
        .locator('img')
        .evaluateAll((all) => all.filter((each) => !(each as HTMLImageElement).naturalWidth).length);
    await expect.poll(broken).toBe(0);
    await page.locator('.container .file-card pre', { hasText: 'BTCUSDT,12.5' }).waitFor();
  });

  test('can be pressed, chosen from and filled in', async () => {
    await given();
    const { page } = rig;
    await button('Primary').click();
    await message('Pressed Primary').getByText('Only you can see this').waitFor();
    await button('Section button').click();
    await message('Pressed Section button').waitFor();
    expect(await button('Disabled').isDisabled()).toBe(true);

    await button('Choose two').click();
    await page.locator('.menu').getByRole('option', { name: /^a/ }).click();
    await page.locator('.menu').getByRole('option', { name: 'c' }).click();
    await button('Done').click();
    await message('Chose a and c').waitFor();
    // By the keyboard alone.
    await button('Choose a person').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: '@You' }).focus();
    await page.keyboard.press('Enter');
    await message(`Chose ${IDS.operator}`).waitFor();

    await page.getByRole('button', { name: 'Open a form' }).click();
    const form = page.getByRole('dialog', { name: 'Move the stop' });
    await form.getByLabel('Price').fill('64000');
    await form.getByRole('button', { name: /^Side/ }).click();
    await form.getByRole('option', { name: 'short' }).click();
    await form.getByLabel('large').check();
    await form.getByLabel('stop', { exact: true }).check();
    expect(await seriousFindings(page)).toEqual([]);
    await form.getByRole('button', { name: 'Submit' }).click();
    await message('Form: 64000 short large stop').waitFor();
  });

  test('is led to: threads, channels, replies', async () => {
    await given();
    const { page } = rig;
    await page.locator('.thread-link').click();
    await message('Inside the thread').waitFor();
    await page.locator('.place', { hasText: 'trades' }).click();
    await page.locator('.markup .mention', { hasText: '#alpha-signals' }).click();
    await page.getByRole('heading', { name: 'alpha-signals', exact: true }).waitFor();
  });

  test('is let go of when newer messages have taken its place', async () => {
    await given();
    const { page, discord } = rig;
    await page.evaluate((words) => {
      const first = [...document.querySelectorAll('.message')].find((each) =>
        each.textContent?.includes(words),
      );
      Object.assign(window, { first: new WeakRef(first as Element) });
    }, 'Buttons and menus');
    const post = (content: string) => discord.post({ channel: IDS.trades, author: IDS.analyst, content });
    for (let count = 0; count < KEPT_MESSAGES; count += 1) post(`message ${count}`);
    await message(`message ${KEPT_MESSAGES - 1}`).waitFor();
    const devtools = await page.context().newCDPSession(page);
    const isThere = async () => {
      await devtools.send('HeapProfiler.collectGarbage');
      return page.evaluate(
        () => (window as never as { first: WeakRef<Element> }).first.deref() !== undefined,
      );
    };
    await expect.poll(isThere).toBe(false);
  });

  test('a bot that does not answer is told of, in the language of the page', async () => {
    await given();
    client.removeAllListeners('interactionCreate');
    const press = async () => {
      const pressed = rig.discord.waitForEvent((event) => event.type === 'interaction.created');
      await button('Primary').click();
      await pressed;
      rig.discord.advance(3_001);
    };
    await press();
    await message('Buttons and menus').getByText('The application did not respond').waitFor();
    await button('中文').click();
    await press();
    await message('Buttons and menus').getByText('该应用未响应').waitFor();
  });
});

describeInBrowser('axe finds nothing serious', () => {
  test('in the dark, in the light, in Chinese, with the commands open', async () => {
    await given();
    const { page } = rig;
    expect(await seriousFindings(page)).toEqual([]);
    await button('Light theme').click();
    expect(await seriousFindings(page)).toEqual([]);
    await button('中文').click();
    await page.getByRole('heading', { name: '示例信号' }).waitFor();
    await page.locator('#composer').fill('/');
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('on a phone, where one column is shown at a time', async () => {
    await given({ width: 390, height: 844 });
    const { page } = rig;
    for (const [tab, selector] of [
      ['Chat', '.chat'],
      ['Channels', '.channels'],
      ['Market', '.market'],
    ] as const) {
      await button(tab).click();
      await expect.poll(() => page.locator(selector).boundingBox()).toMatchObject({ x: 0, width: 390 });
      await expect
        .poll(() => page.locator('.tabs').boundingBox())
        .toMatchObject({ x: 0, width: 390, y: 844 - 49 });
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(await seriousFindings(page)).toEqual([]);
    }
  });

  test('on a phone that is turned and turned back, nothing is cut off', async () => {
    await given({ width: 390, height: 844 });
    const { page } = rig;
    await page.locator('.tabs').getByText('Market', { exact: true }).click();
    const chart = page.locator('.market canvas').first();
    const width = async () => (await chart.boundingBox())?.width ?? 0;
    await expect.poll(width).toBeGreaterThan(0);
    const upright = await width();
    await page.setViewportSize({ width: 844, height: 390 });
    await expect.poll(width).toBeGreaterThan(390);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(width).toBe(upright);
    expect(await page.locator('.market').evaluate((pane) => pane.scrollWidth - pane.clientWidth)).toBe(0);
  });
});
