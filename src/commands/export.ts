import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { quote } from '../bot/format.ts';
import type { MessageFile } from '../bot/ports.ts';
import type { ExportedTrade } from '../trading/export.ts';
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
    // Seldom asked for.
    const { exportedTrade } = await import('../trading/export.ts');
    const chosen = await chosenTrades(call, 'all', exportedTrade);
    if (typeof chosen === 'string') return whisper(chosen);
    const { trades, scope } = chosen;
    if (trades.length === 0) return whisper(t.command.noPnl(quote(scope)));
    const files = await fitting(await textsOf(chosen, call));
    if (files === null) return whisper(t.command.exportTooLarge(trades.length));
    const fills = trades.reduce((count, trade) => count + trade.fills.length, 0);
    return { ...whisper(t.command.exported(quote(scope), trades.length, fills)), files };
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;

/** A file in pieces. */
interface Text {
  name: string;
  pieces: readonly string[];
}

async function textsOf({ trades, period }: Chosen<ExportedTrade>, { settings, now }: Call): Promise<Text[]> {
  const { fillsCsv, tradesCsv, tradesJson } = await import('../trading/export.ts');
  const stem = `signalbox-${period}-${dayOf(now(), settings.config().timezone)}`;
  return [
    { name: `${stem}-trades.csv`, pieces: tradesCsv(trades) },
    { name: `${stem}-fills.csv`, pieces: fillsCsv(trades) },
    { name: `${stem}-trades.json`, pieces: tradesJson(trades, now()) },
  ];
}

/** Packed where they would not fit; null where they do not even then. */
async function fitting(texts: readonly Text[]): Promise<MessageFile[] | null> {
  const length = texts
    .flatMap(({ pieces }) => pieces)
    .reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  if (length <= MAX_BYTES)
    return texts.map(({ name, pieces }) => ({ name, bytes: Buffer.from(pieces.join('')) }));
  const files: MessageFile[] = [];
  for (const { name, pieces } of texts) files.push({ name: `${name}.gz`, bytes: await packed(pieces) });
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0) <= MAX_BYTES ? files : null;
}

async function packed(pieces: readonly string[]): Promise<Buffer> {
  return buffer(Readable.from(pieces).pipe(createGzip()));
}
