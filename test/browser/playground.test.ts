import { readFile, writeFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { IDS } from '../../src/sandbox/world.ts';
import { seriousFindings } from './axe.ts';
import { type PageRig, startPageRig } from './rig.ts';
import { describeInBrowser } from './suite.ts';

let rig: PageRig;

afterEach(async () => {
  const { complaints } = rig;
  await rig.close();
  expect(complaints).toEqual([]);
});

const button = (name: string | RegExp): Locator => rig.page.getByRole('button', { name }).first();
/** A place in the list of channels. */
const place = (name: string): Locator => rig.page.locator('.place', { hasText: name });
/** Messages that say this, edits included. */
const message = (text: string | RegExp): Locator => rig.page.locator('.message', { hasText: text });
const persona = (name: string): Locator => rig.page.locator('.persona', { hasText: name });

async function say(text: string): Promise<void> {
  await rig.page.locator('#composer').fill(text);
  await button('Send').click();
  await message(text.split('\n').at(-1) ?? '').waitFor();
}

describeInBrowser('the playground', () => {
  test('a signal is played from the composer to its last target', async () => {
    rig = await startPageRig();
    await persona('Analyst').click();
    await place('alpha-signals').click();
    await say('#BTC/USDT LONG\nEntry: 64900\nTP1: 65500\nTP2: 66000\nSL: 64300');
    await persona('You').click();
    await place('trades').click();
    await button(/^Confirm/).click();
    await button(/^Entry 64900/).click();
    await message('Filled BTCUSDT LONG').waitFor();
    await button(/^Target 65500/).click();
    await button(/^Stop 649\d\d/).waitFor();
    await button(/^Target 66000/).click();
    await message(/Closed BTCUSDT LONG: \+[\d.]+ USDT/)
      .first()
      .waitFor();
    await expect.poll(() => rig.binance.usdm.account.openPositions('BTCUSDT')).toEqual([]);
    await place('signalbox').click();
    await message('Filled BTCUSDT').first().waitFor();
    expect(await seriousFindings(rig.page)).toEqual([]);
    expect(await rig.page.locator('[data-unknown]').count()).toBe(0);
  });

  test('every slash command is found behind the slash, filled in and answered', async () => {
    rig = await startPageRig();
    const values: Record<string, string> = {
      key: 'maxOpenTrades',
      value: '3',
      symbol: 'BTCUSDT',
      text: '#BTC/USDT LONG\nEntry: 64900\nTP1: 65500\nSL: 64300',
      message: '500000000000000099',
    };
    const composer = rig.page.locator('#composer');
    await composer.fill('/');
    const options = rig.page.locator('[data-command]');
    const listed = () =>
      options.evaluateAll((all) => all.map((each) => each.getAttribute('data-command') ?? ''));
    await expect
      .poll(listed)
      .toEqual(expect.arrayContaining(['positions', 'risk set', 'panic', 'why', 'help']));
    const names = await listed();
    for (const name of names) {
      const before = rig.discord.allMessages(IDS.trades).length;
      await composer.fill(`/${name}`);
      await rig.page.locator(`[data-command="${name}"]`).click();
      await button('Run the command').waitFor();
      const fields = rig.page.locator('.command-form [required]');
      for (const field of await fields.all()) {
        const id = (await field.getAttribute('id')) ?? '';
        // Where Discord gives a list, one picks from it; its first line may be "nothing".
        if ((await field.evaluate((element) => element.tagName)) === 'SELECT') {
          await field.selectOption({ index: (await field.locator('option').count()) - 1 });
        } else await field.fill(values[id.replace('option-', '')] ?? '1');
      }
      await button('Run the command').click();
      await composer.waitFor();
      await expect
        .poll(() => rig.discord.allMessages(IDS.trades).length, { message: name })
        .toBeGreaterThan(before);
      const answered = rig.discord.allMessages(IDS.trades).at(-1);
      await rig.page.locator(`[data-message="${answered?.id}"]`).waitFor();
    }
    expect(await rig.page.locator('[data-unknown]').count()).toBe(0);
  });

  test('an option is completed while it is typed', async () => {
    rig = await startPageRig();
    await rig.page.locator('#composer').fill('/risk set');
    await rig.page.keyboard.press('Enter');
    await rig.page.locator('#option-key').fill('leverage');
    const choices = rig.page.locator('#option-key-choices [role=option]');
    // Those for nothing typed yet may come first.
    await expect
      .poll(async () => {
        const texts = await choices.allInnerTexts();
        return texts.length > 0 && texts.every((text) => /leverage/i.test(text));
      })
      .toBe(true);
    expect(await seriousFindings(rig.page)).toEqual([]);
    await rig.page.keyboard.press('ArrowDown');
    await rig.page.keyboard.press('Enter');
    // What is shown is the choice's name, no longer what was typed.
    await expect.poll(() => rig.page.locator('#option-key').inputValue()).toMatch(/leverage/i);
  });

  test('the form behind Adjust is filled in, and the plan follows', async () => {
    rig = await startPageRig();
    await button('BTC long, two targets').click();
    await button('Adjust').click();
    const form = rig.page.getByRole('dialog', { name: /^Adjust BTCUSDT/ });
    await form.getByLabel('Stop').fill('64000');
    await expect.poll(() => form.getByLabel('Targets').inputValue()).toContain('65520');
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.waitFor({ state: 'detached' });
    await message('Adjusted by').waitFor();
    await message('Adjusted by').getByText('64000').first().waitFor();
  });

  test('the bot is killed in the middle of a trade, started again, and goes on', async () => {
    rig = await startPageRig();
    await button('BTC long, two targets').click();
    await button(/^Confirm/).click();
    await button(/^Entry/).click();
    await message('Filled BTCUSDT LONG').waitFor();
    const killed = rig.bot.status.pid;
    await button('Kill the bot').click();
    await rig.page.getByText('is dead').waitFor();
    await rig.page.getByText('not connected to Discord').waitFor();
    expect(await seriousFindings(rig.page)).toEqual([]);
    await rig.page.locator('.line.target').last().click();
    await rig.page.locator('.bot-life').getByRole('button', { name: 'Start the bot' }).click();
    await rig.page.getByText('PID').waitFor();
    expect(rig.bot.status.pid).not.toBe(killed);
    await message(/target 1|take profit/i)
      .last()
      .waitFor();
    await rig.page.locator('.line.target').first().click();
    await message(/Closed BTCUSDT LONG/)
      .first()
      .waitFor();
  });

  test('a phone says that the bot is not running, and why, and starts it', async () => {
    rig = await startPageRig({ width: 390, height: 844 });
    const alert = rig.page.getByRole('alert');
    const config = await readFile(rig.configPath, 'utf8');
    await rig.bot.stop('SIGKILL');
    await alert.getByText('The bot is not running').waitFor();
    expect(await alert.locator('.last-words').count()).toBe(0);
    await writeFile(rig.configPath, `${config}nonsense: 1\n`);
    await alert.getByRole('button', { name: 'Start the bot' }).click();
    await alert.getByText('nonsense: unknown key').waitFor();
    expect(await rig.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await seriousFindings(rig.page)).toEqual([]);
    await writeFile(rig.configPath, config);
    await alert.getByRole('button', { name: 'Start the bot' }).click();
    await alert.waitFor({ state: 'detached' });
  });

  test('one writes as a webhook with an embed, answers, edits and deletes', async () => {
    rig = await startPageRig();
    await place('alpha-signals').click();
    const author = rig.page.locator('.author-select');
    await author.selectOption({ label: 'Alpha feed (webhook)' });
    await button('Add an embed').click();
    await rig.page.getByRole('textbox', { name: 'Title' }).fill('SOL/USDT SHORT');
    await rig.page.getByLabel('Description').fill('**Entry** market');
    expect(await seriousFindings(rig.page)).toEqual([]);
    await button('Send').click();
    const posted = message('SOL/USDT SHORT');
    await posted.locator('.embed strong', { hasText: 'Entry' }).waitFor();
    expect(rig.discord.messages(IDS.alpha)[0]).toMatchObject({ webhook_id: IDS.alphaWebhook });

    await author.selectOption('');
    await posted.hover();
    await posted.getByRole('button', { name: 'Reply' }).click();
    await say('well seen');
    const reply = message('well seen');
    await reply.getByText('Alpha feed').waitFor();
    await reply.hover();
    await reply.getByRole('button', { name: 'Edit' }).click();
    await rig.page.getByRole('textbox', { name: 'Edit' }).fill('seen well');
    await button('Save').click();
    await message('seen well').getByText('(edited)').waitFor();
    await message('seen well').hover();
    await message('seen well').getByRole('button', { name: 'Delete' }).click();
    await message('seen well').waitFor({ state: 'detached' });
    await expect.poll(() => rig.discord.messages(IDS.alpha)).toHaveLength(1);
  });

  test('a stranger sees what is for them alone, and nobody else does', async () => {
    rig = await startPageRig();
    await persona('Stranger').click();
    await rig.page.locator('#composer').fill('/status');
    await rig.page.keyboard.press('Enter');
    await rig.page.keyboard.press('Enter');
    await message('You are not an operator of this bot.').getByText('Only you can see this').waitFor();
    await persona('You').click();
    await message('You are not an operator of this bot.').waitFor({ state: 'detached' });
    await persona('Stranger').click();
    await button('Dismiss message').click();
    await message('You are not an operator of this bot.').waitFor({ state: 'detached' });
  });

  test('the language of the page is that of the people in it and of the bot', async () => {
    rig = await startPageRig();
    await button('中文').click();
    await rig.page.getByRole('heading', { name: '示例信号' }).waitFor();
    await expect.poll(() => rig.discord.world.people.get(IDS.operator)?.locale).toBe('zh-CN');
    await expect.poll(() => rig.language).toBe('zh-CN');
    await rig.page.locator('#composer').fill('/positions');
    await rig.page.keyboard.press('Enter');
    await rig.page.keyboard.press('Enter');
    await message('没有未平仓交易').waitFor();
    await rig.page.reload();
    await rig.page.getByRole('heading', { name: '示例信号' }).waitFor();
    await expect.poll(() => rig.page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });

  test('the market is moved and faults are switched, and the page follows', async () => {
    rig = await startPageRig();
    const last = () => Number(rig.binance.usdm.market('BTCUSDT').last);
    await button('Up 1 %').click();
    await expect.poll(last).toBe(65_650);
    await button('Gap −3 %').click();
    await expect.poll(last).toBe(63_680.5);
    await rig.page.locator('input[type=range]').fill('10');
    await expect.poll(last).toBeCloseTo(70_048.6, 0);
    await rig.page.locator('.price-last', { hasText: '70048.' }).waitFor();
    await button('20×').click();
    const down = rig.page.getByRole('switch', { name: 'Exchange answers 503' });
    await down.check();
    await expect.poll(() => rig.binance.faults.list().length).toBe(1);
    await button('Everything is well again').click();
    await expect.poll(() => rig.binance.faults.list().length).toBe(0);
    await expect.poll(() => down.isChecked()).toBe(false);
    await button('Lose the Discord session').click();
    await expect.poll(() => rig.discord.gateway.identifies).toBe(2);
    await rig.page.getByText(/· connected to Discord/).waitFor();
  });

  test('samples and a demonstration play at one click', async () => {
    rig = await startPageRig();
    for (const name of [
      'ETH 现价多 (Chinese)',
      'SOL short, entry zone',
      'XRP without a stop',
      'LINK, stop on the wrong side',
    ])
      await button(name).click();
    for (const text of ['Filled ETHUSDT LONG', 'SOLUSDT SHORT', 'Denied', 'Invalid'])
      await message(text).first().waitFor();
    await button('ADA on spot').click();
    await message('Filled ADAUSDT').first().waitFor();
    await button(/^Stop /).waitFor();
    await rig.page.locator('.coins', { hasText: 'ADA' }).waitFor();
    await button('BNB from a webhook, as an embed').click();
    await message('BNBUSDT LONG').first().waitFor();
    await button('Play a demonstration').click();
    await rig.page.getByText('A demonstration is running.').waitFor();
    await button('Stop it').click();
    await rig.page.getByText('A demonstration is running.').waitFor({ state: 'detached' });
  });

  test('what the page does not know is marked', async () => {
    rig = await startPageRig({ bot: false });
    const { id } = rig.discord.post({ channel: IDS.trades, author: IDS.analyst, content: 'x' });
    const [known] = rig.discord.messages(IDS.trades);
    if (!known) throw new Error('no message');
    rig.playground.show({
      type: 'message.edited',
      message: { ...known, components: [{ type: 99 }], content: '<sound:1:2>' },
      ephemeralFor: null,
    });
    const marked = rig.page.locator(`[data-message="${id}"] p[data-unknown]`);
    await expect
      .poll(() => marked.textContent())
      .toBe('This page cannot show: component type 99, markup <sound:1:2>');
    await expect
      .poll(() => rig.complaints)
      .toEqual(['console: this page cannot show: component type 99, markup <sound:1:2>']);
    rig.complaints.length = 0;
  });
});
