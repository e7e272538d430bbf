import { afterEach, expect, test } from 'vitest';
import { d, snowflake } from '../bot/fakes.ts';
import { aMessage } from '../bot/rig.ts';
import { TOKEN } from '../panel/rig.ts';
import { seriousFindings } from './axe.ts';
import { openPanel, type PanelPage } from './panel-rig.ts';
import { describeInBrowser } from './suite.ts';

let given: PanelPage;

afterEach(async () => {
  const { complaints, problems } = given;
  await given.close();
  expect([...complaints, ...problems]).toEqual([]);
});

const button = (name: string) => given.page.getByRole('button', { name, exact: true });
const text = (words: string | RegExp) => given.page.getByText(words).first();

async function signIn(): Promise<void> {
  await given.page.locator('#token').fill(TOKEN);
  await given.page.keyboard.press('Enter');
  await shown();
}

async function shown(): Promise<void> {
  await given.page.locator('#trades').waitFor();
  await given.page.locator('#results .chart-box canvas').first().waitFor();
  await given.page.locator('#signals li').first().waitFor();
}

describeInBrowser('the panel', () => {
  test('opens with the token, and shows what the bot does, live', async () => {
    given = await openPanel();
    const { page, rig } = given;
    await page.locator('#token').fill('wrong');
    await button('Sign in').click();
    await page.getByRole('alert').getByText('that is not the token').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await signIn();
    const row = page.getByRole('row', { name: /BTCUSDT/ });
    await row.getByText('Stop on the exchange').waitFor();
    await page
      .getByRole('row', { name: /ETHUSDT/ })
      .getByText('Waits for its entry')
      .waitFor();
    await text(/^entry_too_far: .*4\.08%/).waitFor();
    await page
      .getByRole('row', { name: /Signal, or click, to order/ })
      .getByRole('img')
      .waitFor();
    // Pushed: nothing is asked for again and again.
    rig.meanings.set('wrong again', { kind: 'invalid', reason: 'tp_wrong_side' });
    await rig.parts.intake.created(aMessage(rig.clock, 'wrong again', { id: snowflake(rig.clock.at + 1) }));
    await text(/tp_wrong_side/).waitFor();
    const denied = page.locator('#signals > ul > li', { hasText: 'entry_too_far' });
    await denied.getByText('The message, and why').click();
    await denied.getByRole('row', { name: /^denied entry_too_far .* maxEntryDeviationPct 136%/ }).waitFor();
    await denied.locator('pre', { hasText: 'long btc' }).waitFor();
    rig.desk.prices.set('BTCUSDT', { mark: d(61_234), last: d(61_234) });
    await row.getByText('61234').waitFor();
    given.tail.out.write('{"level":"error","time":"2026-01-01T12:00:02.000Z","msg":"it broke"}\n');
    await text('it broke').waitFor();
    await page.getByLabel('Filter').fill('rate');
    await text('it broke').waitFor({ state: 'detached' });
    await text('discord: rate limited').waitFor();
    await page.getByRole('heading', { name: 'Settings' }).click();
    await page.getByRole('rowheader', { name: 'maxDailyLossPct' }).waitFor();
    await page.getByText('Risk and trading in alpha').click();
    await page.getByRole('rowheader', { name: 'takeProfitShares' }).waitFor();
    await page.reload();
    await row.waitFor();
    await button('Sign out').click();
    await page.locator('#token').waitFor();
  });

  test('pauses, resumes and panics, by the keyboard alone, after a question', async () => {
    given = await openPanel();
    const { page, rig } = given;
    await signIn();
    await button('Pause').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Pause' }).getByLabel('For how long').selectOption('4h');
    expect(await seriousFindings(page)).toEqual([]);
    await button('Confirm').focus();
    await page.keyboard.press('Enter');
    await button('Resume').waitFor();
    await expect.poll(() => rig.desk.pauses).toMatchObject([{ reason: 'user', by: 'panel' }]);
    await button('Resume').click();
    await page.getByRole('dialog', { name: 'Resume' }).waitFor();
    await page.keyboard.press('Escape');
    expect(rig.desk.resumed).toEqual([]);
    await button('Resume').click();
    await button('Confirm').click();
    await button('Pause').waitFor();

    await button('Panic').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(rig.desk.panics).toBe(0);
    await button('Panic').click();
    await button('Confirm').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => rig.desk.panics).toBe(1);
  });

  test('a bot that is away is not taken for one that trades, nor what was asked of it for done', async () => {
    given = await openPanel();
    const { page, panel } = given;
    await signIn();
    await page.getByRole('status').getByText('Trading').waitFor();
    await panel.close();
    await page.getByRole('alert').getByText('The bot does not answer.').waitFor();
    await page.getByRole('status').getByText('No answer').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await button('Panic').click();
    await text('It may not have been done').waitFor();
  });

  test('axe finds nothing serious in the dark, in the light, in Chinese', async () => {
    given = await openPanel();
    const { page } = given;
    await signIn();
    for (const place of ['#results', '#settings']) await page.locator(`${place} summary`).first().click();
    await page.getByText('The message, and why').first().click();
    await page.locator('.rules').waitFor();
    await page.getByText('Risk and trading in alpha').click();
    expect(await seriousFindings(page)).toEqual([]);
    await button('Light theme').click();
    expect(await seriousFindings(page)).toEqual([]);
    await button('中文').click();
    await page.getByRole('heading', { name: '未平仓交易' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('fits a phone', async () => {
    given = await openPanel({ width: 390, height: 844 });
    const { page, panel } = given;
    // As the sandbox's page links to it: the token opens it, and is gone from the address.
    await page.goto(`${panel.url}/#token=${TOKEN}`);
    await shown();
    expect(page.url()).toBe(`${panel.url}/`);
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await seriousFindings(page)).toEqual([]);
    await button('Light theme').click();
    await button('中文').click();
    await page.getByRole('heading', { name: '未平仓交易' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});
