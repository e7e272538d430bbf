import { isDigit, isLetter } from './fold.ts';
import { ALIASES, COIN_QUOTES, isBareSymbol, QUOTES, type SymbolList } from './symbols.ts';

/**
 * How sure it is that a word names a coin: a pair with its quote, a marked coin of the list, a bare coin of the list,
 * a marked name that no list knows.
 */
export type SymbolMarker = 'pair' | 'tag' | 'bare' | 'tagUnlisted';

export interface SymbolShape {
  /** As Binance writes it, quote included: `BTCUSDT`. */
  readonly symbol: string;
  readonly base: string;
  readonly marker: SymbolMarker;
}

export interface LexedSymbol {
  readonly shape: SymbolShape;
  readonly end: number;
}

const BASE = /^\d{0,7}[A-Z][A-Z0-9]{0,14}$/;
const GLUED = ['FDUSD', 'USDT', 'USDC', 'BUSD', 'TUSD', 'USD'].map(
  (quote) => [quote, new RegExp(`^([A-Z0-9]{1,16})${quote}(PERP|SWAP|P)?$`)] as const,
);
const GLUED_COIN = /^([A-Z0-9]{2,16}?)(BTC|ETH|BNB|EUR|TRY|BRL)$/;
/** The last letters of those quotes. */
const COIN_QUOTE_ENDS = 'CHBRYL';
const GLUED_SIDE = /^([A-Z0-9]{1,16}?USD[TC])(LONG|SHORT|BUY|SELL|ENTRY|LEVERAGE|TARGETS?)$/;
const PERPETUAL = /\.(?:P|PERP)\b|[-_](?:PERP|SWAP)\b/iy;
const SEPARATED = / ?\/ ?|[-_]/y;
const SUFFIX = /(?:\.P\b|\.PERP\b|:USD[TC]?\b|[-_]?PERP\b|[-_]SWAP\b|[-_]\d{6}\b)+/iy;

/** Hashtags of trading chats that name no coin. */
const TOPICS = new Set(
  `SIGNAL SIGNALS VIP ALTCOIN ALTCOINS ALTS CRYPTO BINANCE KRAKEN BYBIT OKX KUCOIN MEXC BITGET COINBASE FUTURES SPOT TRADING TRADE FREE SCALP SCALPING SWING
  MEMECOIN MEMECOINS DEFI NFT GAMEFI ANALYSIS NEWS UPDATE PREMIUM FREESIGNAL IDEA SETUP BREAKOUT CALL ALERT RESULT RESULTS PROFIT TECHNICAL TA FA COIN
  LEVERAGE CROSS ISOLATED MARGIN TARGET STOPLOSS TP SL ENTRY TP1 TP2 TP3 TP4 TP5 TRADER BITCOIN BULLISH BEARISH MARKET HODL GEM GEMS DYOR NFA USDT USD USDC`.split(
    /\s+/,
  ),
);

function chunkAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && end - start < 28) {
    const code = text.charCodeAt(end);
    if (code >= 128 || !(isLetter(code) || isDigit(code))) break;
    end++;
  }
  return text.slice(start, end);
}

const canonical = (base: string): string => ALIASES.get(base) ?? base;
const isBase = (base: string, listed: SymbolList): boolean => BASE.test(base) || listed.bases.has(base);

/**
 * Reads a pair or coin at `start`, which must be the beginning of a word.
 * @param marker the sign before it; a marked word needs no list
 * @param pairOnly whether only a name with its quote is believed (`# ETC / USDT`, where `#` may be a heading)
 */
export function lexSymbol(
  text: string,
  start: number,
  listed: SymbolList,
  marker: 'tag' | 'cash' | 'none',
  pairOnly: boolean,
): LexedSymbol | null {
  const chunk = chunkAt(text, start);
  if (chunk === '' || chunk.length > 24) return null;
  const upper = chunk.toUpperCase();
  const pair =
    gluedPair(text, start, chunk, upper, listed) ??
    separatedPair(text, start, chunk, upper, listed, marker !== 'none');
  if (pair !== null) return pair;
  if (pairOnly) return null;
  if (marker !== 'none') return marked(text, start, chunk, upper, listed);
  return bare(text, start, chunk, listed);
}

function finish(text: string, base: string, quote: string, marker: SymbolMarker, end: number): LexedSymbol {
  SUFFIX.lastIndex = end;
  const suffix = SUFFIX.exec(text)?.[0].length ?? 0;
  const name = canonical(base);
  return { shape: { symbol: name + quote, base: name, marker }, end: end + suffix };
}

/** Base and quote of a glued pair, longest quote first: XBTUSD may be XB + TUSD or XBT + USD. */
const gluedReadings = (upper: string): readonly (readonly [string, string])[] =>
  GLUED.flatMap(([quote, pattern]) => {
    const base = pattern.exec(upper)?.[1];
    return base === undefined ? [] : [[base, quote] as const];
  });

function gluedPair(
  text: string,
  start: number,
  chunk: string,
  upper: string,
  listed: SymbolList,
): LexedSymbol | null {
  // Most words name no quote: that is told at once.
  if (upper.includes('USD')) {
    const side = GLUED_SIDE.exec(upper);
    if (side?.[1] !== undefined)
      return gluedPair(text, start, chunk.slice(0, side[1].length), side[1], listed);
    const word = /^([A-Z0-9]{2,16}USD[TC])[A-Z][a-z]/.exec(chunk)?.[1];
    if (word !== undefined) return gluedPair(text, start, word, word, listed);
    const readings = gluedReadings(upper);
    const glued = readings.find(([base]) => listed.bases.has(canonical(base))) ?? readings[0];
    if (glued !== undefined) {
      const [base, quote] = glued;
      if (isBase(base, listed) && (listed.bases.has(canonical(base)) || chunk === upper))
        return finish(text, base, quote, 'pair', start + chunk.length);
    }
  }
  const perp = upper.endsWith('PERP') ? /^([A-Z0-9]{2,16})PERP$/.exec(upper)?.[1] : undefined;
  if (perp !== undefined && listed.bases.has(canonical(perp)))
    return finish(text, perp, 'USDT', 'pair', start + chunk.length);
  if (!COIN_QUOTE_ENDS.includes(upper.charAt(upper.length - 1))) return null;
  const [, base = '', quote = ''] = GLUED_COIN.exec(upper) ?? [];
  const isCross =
    base !== '' &&
    base !== 'BTC' &&
    !listed.bases.has(upper) &&
    listed.bases.has(canonical(base)) &&
    chunk === upper;
  return isCross ? finish(text, base, quote, 'pair', start + chunk.length) : null;
}

function separatedPair(
  text: string,
  start: number,
  chunk: string,
  upper: string,
  listed: SymbolList,
  marked: boolean,
): LexedSymbol | null {
  if (!isBase(upper, listed)) return null;
  const baseEnd = start + chunk.length;
  PERPETUAL.lastIndex = baseEnd;
  // `T.P. 1: 1.118` is a label, and no coin of the name T.
  if (upper.length > 1 && PERPETUAL.test(text)) {
    return finish(text, upper, 'USDT', 'pair', baseEnd);
  }
  SEPARATED.lastIndex = baseEnd;
  const separator = SEPARATED.exec(text)?.[0];
  if (separator === undefined) return null;
  const quoteStart = baseEnd + separator.length;
  const written = chunkAt(text, quoteStart);
  const quote = quoteOf(written);
  if (quote === null || (COIN_QUOTES.has(quote) && (upper === 'BTC' || upper === quote))) return null;
  if (COIN_QUOTES.has(quote) && !marked && !listed.bases.has(canonical(upper))) return null;
  if (
    !marked &&
    separator.includes('/') &&
    separator !== '/' &&
    !listed.bases.has(canonical(upper)) &&
    chunk !== upper
  )
    return null;
  return finish(
    text,
    upper,
    quote === 'U' ? 'USDT' : quote,
    'pair',
    quoteStart + quoteLength(written, quote),
  );
}

/** The quote that `written` is, or begins with where a suffix or a glued word follows (`USDTPERP`, `USDTLong`). */
function quoteOf(written: string): string | null {
  const upper = written.toUpperCase();
  if (upper === 'U') return 'U';
  const exact = QUOTES.find((quote) => quote === upper);
  if (exact !== undefined) return exact;
  const stable = /^(USDT|USDC)(?=PERP|SWAP|P$|LONG|SHORT|BUY|SELL)/.exec(upper)?.[1];
  if (stable !== undefined) return stable;
  return /^(USDT|USDC)(?=[A-Z][a-z])/.exec(written)?.[1] ?? null;
}

function quoteLength(written: string, quote: string): number {
  return /^USD[TC]P$/i.test(written) ? written.length : quote.length;
}

function marked(
  text: string,
  start: number,
  chunk: string,
  upper: string,
  listed: SymbolList,
): LexedSymbol | null {
  const tagEnd = start + chunk.length;
  // A coin is called 4, but `#4` counts and `$4.99` is a price.
  if (/^\d+$/.test(upper)) return null;
  if (text.charAt(tagEnd) === '_' || TOPICS.has(upper)) return null;
  if (listed.bases.has(canonical(upper))) return finish(text, upper, 'USDT', 'tag', tagEnd);
  if (/^\d+(\.\d+)?[kKmMbB]?$/.test(upper)) return null;
  return BASE.test(upper) && chunk === upper && upper.length <= 12
    ? finish(text, upper, 'USDT', 'tagUnlisted', tagEnd)
    : null;
}

function bare(text: string, start: number, chunk: string, listed: SymbolList): LexedSymbol | null {
  if (isBareSymbol(chunk, listed) && !/^\d+[xX]?$/.test(chunk))
    return finish(text, chunk.toUpperCase(), 'USDT', 'bare', start + chunk.length);
  // A price or a side glued to the coin: BTC105200, SOLLong.
  const head = /^([A-Z]{3,8})(?=\d|[A-Z][a-z])/.exec(chunk)?.[1];
  if (head !== undefined && isBareSymbol(head, listed))
    return finish(text, head, 'USDT', 'bare', start + head.length);
  return null;
}
