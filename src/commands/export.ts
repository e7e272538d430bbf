import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { quote } from '../bot/format.ts';
import type { MessageFile } from '../bot/ports.ts';
import { dayOf } from '../trading/timezone.ts';
import { channelChoices } from './choices.ts';
import { type Chosen, chosenTrades, periodOption, whichOptions } from './closed-trades.ts';
import { type Call, type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

/** Of all files of one message together: https://docs.discord.com/developers/reference#uploading-files */
const MAX_BYTES = 10_000_000;

export default {
  data: {
    ...words(
      ['export', '导出'],
      ['Closed trades and their fills as CSV and JSON files', '把已平仓交易及其成交导出为 CSV 和 JSON 文件'],
    ),
    ...inGuild,
    options: [periodOption(['Since when; all without it', '时间范围；不填则为全部']), ...whichOptions],
  },
  viewers: '*',
  async run(call) {
    const { t } = call;
    const chosen = await chosenTrades(call, 'all');
    if (typeof chosen === 'string') return whisper(chosen);
    const { trades, scope } = chosen;
    if (trades.length === 0) return whisper(t.command.noPnl(quote(scope)));
    const files = await fitting(await filesOf(chosen, call));
    if (files === null) return whisper(t.command.exportTooLarge(trades.length));
    const fills = trades.reduce((count, trade) => count + trade.fills.length, 0);
    return { ...whisper(t.command.exported(quote(scope), trades.length, fills)), files };
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;

async function filesOf({ trades, period }: Chosen, { settings, now }: Call): Promise<MessageFile[]> {
  // Seldom asked for.
  const { fillsCsv, tradesCsv, tradesJson } = await import('../trading/export.ts');
  const stem = `signalbox-${period}-${dayOf(now(), settings.config().timezone)}`;
  const file = (name: string, text: string) => ({ name: `${stem}-${name}`, bytes: Buffer.from(text) });
  return [
    file('trades.csv', tradesCsv(trades)),
    file('fills.csv', fillsCsv(trades)),
    file('trades.json', tradesJson(trades, now())),
  ];
}

/** Packed where they would not fit; null where they do not even then. */
async function fitting(files: MessageFile[]): Promise<MessageFile[] | null> {
  if (sizeOf(files) <= MAX_BYTES) return files;
  const pack = promisify(gzip);
  const packed = await Promise.all(
    files.map(async ({ name, bytes }) => ({ name: `${name}.gz`, bytes: await pack(bytes) })),
  );
  return sizeOf(packed) <= MAX_BYTES ? packed : null;
}

function sizeOf(files: readonly MessageFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
