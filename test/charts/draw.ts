import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paint } from '../../src/charts/paint.ts';
import type { Picture } from '../../src/charts/picture.ts';
import { pnlChart } from '../../src/charts/pnl-chart.ts';
import { tradeChart } from '../../src/charts/trade-chart.ts';
import * as samples from './samples.ts';

/** The pictures that are kept, by name. `node test/charts/draw.ts` draws them anew: look at them before they stay. */
export const golden: Record<string, Picture> = {
  'six-targets': tradeChart(samples.sixTargets),
  'chinese-short': tradeChart(samples.chineseShort),
  'no-candles': tradeChart(samples.noCandles),
  'pnl-month': pnlChart(samples.month),
  'pnl-chinese-loss': pnlChart(samples.chineseLoss),
};

export const goldenFile = (name: string) => join(import.meta.dirname, 'golden', `${name}.png`);

if (import.meta.main) {
  for (const [name, picture] of Object.entries(golden))
    await writeFile(goldenFile(name), await paint(picture));
}
