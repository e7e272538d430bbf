import { IDS } from '../../src/sandbox/world.ts';
import type { Message } from '../../src/sim/discord/wire.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { startPageRig } from '../browser/rig.ts';

/** Takes the pictures of a plan to confirm and of a card from the sandbox's page: `npm run pictures`. */

const SIGNAL = `#BTC/USDT LONG
Entry: 64850
TP1: 65100
TP2: 65250
TP3: 65400
TP4: 65550
SL: 64300
Leverage: 5x`;

const rig = await startPageRig({ width: 1_100, height: 1_600, scale: 2 });
const { page, discord, binance } = rig;

async function shot(message: Message, name: string): Promise<void> {
  const element = page.locator(`[data-message="${message.id}"]`);
  await element.scrollIntoViewIfNeeded();
  await element.screenshot({ path: `docs/pictures/${name}.png` });
  console.log(`docs/pictures/${name}.png`);
}

const says = (channel: string, ...words: string[]): Promise<Message> =>
  discord.waitForMessage((message) => words.every((word) => JSON.stringify(message).includes(word)), {
    channel,
    timeoutMs: 60_000,
  });

/** The market walks there, so that there are candles. */
async function walk(from: number, to: number): Promise<void> {
  for (let step = 1; step <= 12; step += 1) {
    binance.usdm.setPrice('BTCUSDT', { last: new Decimal(Math.round(from + ((to - from) * step) / 12)) });
    await new Promise((done) => setTimeout(done, 150));
  }
}

try {
  await page.locator('.place', { hasText: 'trades' }).click();
  discord.post({ channel: IDS.alpha, author: IDS.analyst, content: SIGNAL });
  const question = await says(IDS.trades, 'trade this?');
  await shot(question, 'plan');
  discord.press({ user: IDS.operator, message: question.id, label: 'Confirm' });
  const card = await says(IDS.trades, 'BTCUSDT LONG: waiting for entry');
  await walk(65_000, 64_840);
  await walk(64_840, 65_260);
  await says(IDS.trades, 'BTCUSDT LONG: open', '✅ 2.', 'attachment_id');
  await new Promise((done) => setTimeout(done, 12_000));
  await shot(card, 'card');
} finally {
  await rig.close();
}
