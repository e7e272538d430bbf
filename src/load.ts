import { flushCompileCache } from 'node:module';

/**
 * The parts that the bot is made of, the large ones first. `app.ts` puts them together and would load them all, but in
 * one go: Node keeps the compiled code that it has read in memory until it is told to write what is new, and what it
 * then gives up lies in pieces between what stays, so that the system gets none of it back. Given up a part at a time,
 * each part takes the place of the one before. The figures are in docs/performance.md.
 */
const PARTS: readonly (() => Promise<unknown>)[] = [
  // Comes before discord.js.
  () => import('./one-fetch.ts'),
  () => import('./bot/messenger.ts'),
  () => import('./bot/client.ts'),
  () => import('./trading/model.ts'),
  () => import('./config.ts'),
  () => import('./trading/binance/rest.ts'),
  () => import('./trading/binance/usdm.ts'),
  () => import('./trading/trade.ts'),
  () => import('./trading/ledger.ts'),
  () => import('./log.ts'),
  () => import('./trading/desk.ts'),
  () => import('./bot/locales/index.ts'),
  () => import('./bot/bot.ts'),
];

/** Loads all of it; what imports it afterwards finds it there. */
export async function loadInParts(): Promise<void> {
  for (const part of PARTS) {
    await part();
    flushCompileCache();
  }
}
