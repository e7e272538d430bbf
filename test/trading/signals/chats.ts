/** A seeded generator of chat messages that talk about trading without calling a trade. */
export function* chats(seed: number): Generator<string, never> {
  const random = mulberry32(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const number = (): string => {
    const value = 10 ** (random() * 6 - 1);
    return pick([
      value.toFixed(2),
      value.toFixed(0),
      `${(value / 10).toFixed(1)}k`,
      Math.round(value).toLocaleString('en-US'),
    ]);
  };
  const percent = (): string => `${pick(['+', '-', ''])}${(random() * 90).toFixed(pick([0, 1]))}%`;
  const words: Record<string, () => string> = {
    COIN: () => pick(['BTC', 'ETH', 'SOL', '#LINK', '$XRP', 'DOGE/USDT', 'ADAUSDT', 'btc', '大饼', '以太']),
    SIDE: () => pick(['long', 'short', 'LONG', 'SHORT', 'buy', 'sell']),
    SIDES: () => pick(['longs', 'shorts']),
    ZH: () => pick(['多', '空', '做多', '做空', '多单', '空单']),
    NUM: number,
    PCT: percent,
    LEV: () => `${Math.ceil(random() * 50)}x`,
    WHEN: () => pick(['yesterday', 'last week', 'on Monday', 'this morning']),
    EMOJI: () => pick(['🚀', '🔥', '😂', '📈', '📉', '✅', '']),
  };
  const fill = (template: string): string =>
    template.replace(/[A-Z]{2,5}(?=\b|[^A-Za-z])/g, (name) => words[name]?.() ?? name);
  for (;;) {
    const count = 1 + Math.floor(random() * 3);
    const lines = Array.from({ length: count }, () => fill(pick(TEMPLATES)));
    // A quote is one only at the start of a line.
    yield lines.join(lines.some((line) => line.startsWith('>')) ? '\n' : pick(['\n', ' ', '\n\n']));
  }
}

const TEMPLATES = [
  // reports and results
  'TP1 done PCT EMOJI',
  'COIN SIDE closed at NUM, PCT profit EMOJI',
  'Results: COIN SIDE PCT, COIN SIDE PCT',
  'WHEN we called COIN at NUM and it printed NUM',
  'We took NUM points on COIN WHEN',
  'PnL today: COIN PCT, COIN PCT',
  'COIN SIDE from NUM hit NUM, that is PCT with LEV EMOJI',
  '昨天COIN NUM附近ZH，今天NUM止盈，恭喜',
  '本周战绩：COIN ZH PCT',
  'Profit: PCT EMOJI Period: 3 Hours',
  'last trade on COIN was PCT, next one soon',
  // questions
  'Should I SIDE COIN at NUM?',
  'is COIN SIDE still valid, entry NUM?',
  'what stop for COIN SIDE?',
  'anyone in COIN SIDE from NUM?',
  '请问COIN现在NUM能ZH吗？',
  'COIN止损放NUM可以吗',
  'why SIDE here at NUM?',
  'SIDE or wait at NUM?',
  // conditions and intentions
  'If COIN breaks NUM I will look for SIDES',
  'waiting for COIN at NUM before I SIDE',
  'might SIDE COIN around NUM',
  'I want to SIDE COIN near NUM, not yet',
  '如果COIN跌破NUM就ZH',
  '等COIN到NUM再考虑ZH',
  'thinking about a COIN SIDE at NUM with stop NUM',
  'no trade until COIN holds NUM',
  // negations and warnings
  "don't SIDE COIN at NUM",
  'never SIDE with LEV',
  'avoid SIDES under NUM',
  '不要在NUM追ZH',
  'stay away from COIN below NUM',
  // news and statistics
  'BREAKING: COIN ETF sees $NUMM inflows',
  'COIN funding PCT, open interest PCT',
  'Whale moved NUM COIN to an exchange',
  '$NUMM COIN SIDES liquidated at NUM',
  'COIN NUM (PCT) | COIN NUM (PCT)',
  'COIN dominance PCT',
  '爆仓提醒：COIN ZH NUM万美元',
  '资金费率PCT，COIN多空比NUM',
  // analysis
  'COIN support NUM, resistance NUM',
  'COIN between NUM and NUM, RSI 55, EMA200 NUM',
  'My long-term COIN target is NUM',
  'COIN压力NUM，支撑NUM，震荡',
  'Bias: bullish above NUM, bearish below NUM',
  'key levels for COIN: NUM / NUM / NUM',
  'weekly close above NUM would be strong',
  // teaching and advertising
  'Never risk more than PCT per trade',
  'Example: SIDE COIN at NUM, SL NUM, TP NUM',
  'Our VIP had COIN at NUM, join now',
  '10 signals a day, LEV, PCT accuracy',
  'A stop loss at NUM means you lose PCT',
  'use isolated margin and LEV at most',
  'How to read: entry NUM, SL NUM, TP NUM',
  // chatter
  'gm everyone EMOJI',
  'COIN to the moon EMOJI',
  'lol EMOJI',
  'fees are NUM USDT',
  'see you at 20:00',
  '各位早安',
  '空仓观望',
  'market is slow today',
  'my bag is PCT down',
  'NUM',
  'COIN EMOJI',
  // somebody else
  'he said SIDE COIN at NUM, sl NUM, tp NUM',
  '"SIDE COIN NUM, SL NUM, TP NUM" was his call WHEN',
  '> SIDE COIN NUM SL NUM TP NUM',
  '~~SIDE COIN NUM SL NUM TP NUM~~',
];

/** A small generator of pseudo-random numbers from 0 to 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
