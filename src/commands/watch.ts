import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType } from 'discord.js';
import { cut, price, quote } from '../bot/format.ts';
import { MAX_WATCHES, watchText } from '../bot/price-watches.ts';
import type { PriceWatch } from '../bot/records.ts';
import type { Book } from '../risk/book.ts';
import { instrumentOf, priceAsListed } from '../risk/listing.ts';
import { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import { type Answer, type Call, type Choice, type Command, type Typed, whisper } from './command.ts';
import { choice, inGuild, words } from './definition.ts';
import { symbolIn } from './symbols.ts';

/** A command with subcommands takes no options of its own: https://discord.com/developers/docs/interactions/application-commands#subcommands-and-subcommand-groups */
const WATCHED: APIApplicationCommandBasicOption[] = [
  {
    type: ApplicationCommandOptionType.String,
    ...words(['symbol', '币种'], ['Such as BTCUSDT', '例如 BTCUSDT']),
    required: true,
    autocomplete: true,
  },
  {
    type: ApplicationCommandOptionType.String,
    ...words(['price', '价格'], ['In quote currency', '以计价币计']),
    required: true,
  },
  {
    type: ApplicationCommandOptionType.String,
    ...words(['market', '市场'], ['Where it is listed; without it futures first', '市场；不填则优先合约']),
    choices: [choice(['futures', '合约'], 'usdm'), choice(['spot', '现货'], 'spot')],
  },
];

export default {
  data: {
    ...words(
      ['watch', '盯盘'],
      ['Price alerts by direct message, each told once', '价格提醒：到价后私信通知一次'],
    ),
    ...inGuild,
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(
          ['above', '高于'],
          ['Tell me when the last price is there or above', '最新价达到或高于该价格时提醒我'],
        ),
        options: WATCHED,
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(
          ['below', '低于'],
          ['Tell me when the last price is there or below', '最新价达到或低于该价格时提醒我'],
        ),
        options: WATCHED,
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(['list', '列表'], ['Your price alerts', '你的价格提醒']),
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(['remove', '删除'], ['Drop one of your price alerts', '删除一个价格提醒']),
        options: [
          {
            type: ApplicationCommandOptionType.String,
            ...words(['alert', '提醒'], ['Which one', '哪一个']),
            required: true,
            autocomplete: true,
          },
        ],
      },
    ],
  },
  viewers: ['list'],
  async run(call) {
    switch (call.subcommand) {
      case 'above':
      case 'below':
        return add(call, call.subcommand);
      case 'remove':
        return remove(call);
      default:
        return list(call);
    }
  },
  complete: (typed) => (typed.option === 'alert' ? own(typed) : listed(typed)),
} satisfies Command;

async function add(
  { desk, watches, id, userId, now, t, text }: Call,
  when: PriceWatch['when'],
): Promise<Answer> {
  const words = t.command.watch;
  const typed = priceIn(text('price') ?? '');
  if (typed === null) return whisper(words.badPrice);
  const wanted = symbolIn(text('symbol') ?? '');
  const found = find(desk, wanted, text('market'));
  if (!found) return whisper(words.notListed(quote(wanted, 40)));
  if (watches.of(userId).length >= MAX_WATCHES) return whisper(words.tooMany(MAX_WATCHES));
  const last = found.book.prices.get(found.watched.symbol)?.last;
  // Who names the single coin means its price.
  const level = last ? priceAsListed(found.watched.symbol, typed, last) : typed.times(found.multiple);
  const watch: PriceWatch = { id, userId, ...found.watched, when, price: level, createdAt: now() };
  await watches.add(watch);
  return whisper(words.added(watchText(watch, t), last ? price(last) : null));
}

async function remove({ watches, userId, t, text }: Call): Promise<Answer> {
  const removed = await watches.remove(text('alert') ?? '', userId);
  return whisper(removed ? t.command.watch.removed(watchText(removed, t)) : t.command.watch.unknown);
}

function list({ watches, userId, t }: Call): Answer {
  const own = watches.of(userId);
  if (own.length === 0) return whisper(t.command.watch.none);
  const lines = own.map((watch) => `• ${watchText(watch, t)}`);
  return whisper(cut([t.command.watch.title(own.length), ...lines].join('\n'), 1_900));
}

function own({ watches, userId, value, t }: Typed): Choice[] {
  return watches
    .of(userId)
    .map((watch) => ({ name: cut(watchText(watch, t), 100), value: watch.id }))
    .filter(({ name }) => name.toLowerCase().includes(value.toLowerCase()));
}

function listed({ desk, value }: Typed): Choice[] {
  const typed = value.toUpperCase();
  const symbols = new Set(desk.books().flatMap((book) => [...book.instruments.keys()]));
  return [...symbols]
    .filter((symbol) => symbol.startsWith(typed))
    .slice(0, 25)
    .map((symbol) => ({ name: symbol, value: symbol }));
}

/** `BTC` means `BTCUSDT`, and `PEPE` what is listed by the thousand. Null where no market in use lists it. */
function find(desk: Desk, wanted: string, market: string | null) {
  const books = desk.books().filter((book) => market === null || book.market === market);
  for (const symbol of [wanted, `${wanted}USDT`]) {
    const book = books.find(({ instruments }: Book) => instruments.has(symbol));
    if (book) return { book, watched: { market: book.market, symbol }, multiple: 1 };
  }
  for (const book of books) {
    const listing = instrumentOf(`${wanted}USDT`, book.instruments) ?? instrumentOf(wanted, book.instruments);
    if (!listing) continue;
    const { instrument, multiple } = listing;
    return { book, watched: { market: book.market, symbol: instrument.symbol }, multiple };
  }
  return null;
}

/** Null for what is no price above zero. */
function priceIn(text: string): Decimal | null {
  const digits = text.trim().replaceAll(/[,_\s]/g, '');
  if (!/^\d{1,12}(\.\d{1,12})?$/.test(digits)) return null;
  const level = new Decimal(digits);
  return level.gt(0) ? level : null;
}
