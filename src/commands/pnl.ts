import { cut, money, multiple, percent, price, quote as quoted, signedMoney } from '../bot/format.ts';
import type { Catalogue } from '../bot/locales/index.ts';
import { tradeName } from '../bot/plan-view.ts';
import type { MessageBody } from '../bot/ports.ts';
import { Decimal, ZERO } from '../trading/decimal.ts';
import { type Result, resultOf } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { type Performance, performanceOf } from '../trading/performance.ts';
import { channelChoices } from './choices.ts';
import { type Chosen, chosenTrades, periodOption, whichOptions } from './closed-trades.ts';
import { type Call, type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

const HUNDRED = new Decimal(100);
const HOUR_MS = 3_600_000;

export default {
  data: {
    ...words(
      ['pnl', '盈亏'],
      [
        'Profit and loss of closed trades, net of commissions and funding',
        '已平仓交易的盈亏，已扣除手续费和资金费',
      ],
    ),
    ...inGuild,
    options: [periodOption(['Since when; today without it', '时间范围；不填则为今天']), ...whichOptions],
  },
  viewers: '*',
  async run(call) {
    const { t } = call;
    const chosen = await chosenTrades(call, 'today', (trade) => closedOf(trade, t));
    if (typeof chosen === 'string') return whisper(chosen);
    const { trades, scope } = chosen;
    if (trades.length === 0) return whisper(nothingText(chosen, call));
    const content = cut([t.command.pnlTitle(quoted(scope)), ...summary(trades, call)].join('\n'), 1_900);
    return { ...whisper(content), later: () => withChart(content, chosen, call) };
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;

/** What is told of one trade: ten thousand of them have to be small. */
interface Closed extends Pick<Result, 'net' | 'fees' | 'otherFees' | 'funding' | 'liquidation'> {
  name: string;
  at: number;
  quote: string;
  beforeCosts: Decimal;
  r: Decimal | null;
}

function closedOf(trade: Trade, t: Catalogue): Closed {
  const { realised, rMultiple, net, fees, otherFees, funding, liquidation } = resultOf(trade);
  return {
    name: tradeName(trade.plan, t),
    at: trade.closedAt ?? trade.createdAt,
    quote: trade.plan.quote,
    beforeCosts: realised,
    r: rMultiple,
    net,
    fees,
    otherFees,
    funding,
    liquidation,
  };
}

function nothingText({ scope }: Chosen<Closed>, { desk, t }: Call): string {
  const open = desk.trades().length;
  return [t.command.noPnl(quoted(scope)), ...(open > 0 ? [t.command.openNow(open)] : [])].join('\n');
}

function summary(trades: readonly Closed[], { desk, t }: Call): string[] {
  // Money of different assets is never summed.
  const lines = [...Map.groupBy(trades, ({ quote }) => quote)].flatMap(([quote, group]) =>
    bill(group, quote, t),
  );
  if (desk.trades().length > 0) lines.push(t.command.openNow(desk.trades().length));
  return lines;
}

function bill(closed: readonly Closed[], quote: string, t: Call['t']): string[] {
  const total = (what: 'fees' | 'beforeCosts' | 'funding' | 'liquidation') =>
    closed.reduce((sum, one) => sum.plus(one[what]), ZERO);
  const fees = money(total('fees'), quote);
  const performance = performanceOf(closed);
  const { count, wins, losses, net } = performance;
  const before = total('beforeCosts');
  const funding = total('funding');
  const liquidation = total('liquidation');
  return [
    `**${t.card.net} ${signedMoney(net, quote)}** · ${t.command.trades(count, wins, losses)}`,
    `${t.command.beforeCosts} ${signedMoney(before, quote)}`,
    `${t.card.fees} ${[fees, ...otherFees(closed)].join(' + ')}`,
    `${t.card.funding} ${signedMoney(funding, quote)}`,
    ...(liquidation.isZero() ? [] : [`${t.card.liquidationFee} ${signedMoney(liquidation, quote)}`]),
    ...performanceLines(performance, quote, t),
    ...extremes(closed, t),
  ];
}

function performanceLines(performance: Performance, quote: string, t: Call['t']): string[] {
  const words = t.command.performance;
  const { winRate, expectancyR, profitFactor, maxDrawdown, longestWins, longestLosses, streak } = performance;
  const rates = [
    ...(winRate ? [`${words.winRate} ${percent(winRate.times(HUNDRED))}`] : []),
    ...(expectancyR ? [`${words.expectancy} ${multiple(expectancyR)}`] : []),
    ...(profitFactor ? [`${words.profitFactor} ${profitFactor.toFixed(2)}`] : []),
  ];
  const now = streak ? ` (${words.now(words.streak(streak.kind, streak.length))})` : '';
  return [
    rates.join(' · '),
    `${words.drawdown} ${money(maxDrawdown, quote)}`,
    `${words.longest(longestWins, longestLosses)}${now}`,
  ];
}

function extremes(closed: readonly Closed[], t: Call['t']): string[] {
  const sorted = closed.toSorted((a, b) => b.net.comparedTo(a.net));
  const [best, worst] = [sorted[0], sorted.at(-1)];
  if (!best || !worst) return [];
  if (best === worst) return [resultText(best)];
  return [`${t.command.best} ${resultText(best)} · ${t.command.worst} ${resultText(worst)}`];
}

function resultText({ name, net, quote, r }: Closed): string {
  return `${name} ${signedMoney(net, quote)}${r ? ` (${multiple(r)})` : ''}`;
}

/** Commissions paid in other assets (BNB) cannot be summed with the rest. */
function otherFees(closed: readonly Closed[]): string[] {
  const totals = new Map<string, Decimal>();
  for (const { otherFees } of closed)
    for (const [asset, fee] of Object.entries(otherFees))
      totals.set(asset, (totals.get(asset) ?? ZERO).plus(fee));
  return [...totals].map(([asset, fee]) => `${price(fee)} ${asset}`);
}

/** Of the asset that most trades were closed in. Null where no picture could be made. */
async function withChart(content: string, chosen: Chosen<Closed>, call: Call): Promise<MessageBody | null> {
  const { settings, now, t } = call;
  const [most] = [...Map.groupBy(chosen.trades, ({ quote }) => quote)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  if (!most) return null;
  const [quote, closed] = most;
  const net = closed.reduce((sum, one) => sum.plus(one.net), ZERO);
  const { performance } = t.command;
  // Seldom asked for.
  const { pnlChart } = await import('../charts/pnl-chart.ts');
  const first = closed[0]?.at ?? now();
  const name = await call.draw(
    'pnl',
    pnlChart({
      title: t.command.pnlTitle(chosen.scope),
      subtitle: t.command.trades(
        closed.length,
        closed.filter((one) => one.net.gt(0)).length,
        closed.filter((one) => one.net.lt(0)).length,
      ),
      total: { text: signedMoney(net, quote), good: net.isZero() ? null : net.gt(0) },
      results: closed.map(({ at, net: result }) => ({ at, net: result.toNumber() })),
      fromMs: chosen.period === 'all' ? first - HOUR_MS : chosen.fromMs,
      untilMs: now(),
      timeZone: settings.config().timezone,
      labels: { equity: performance.equity, drawdown: performance.drawdown, daily: performance.daily },
    }),
  );
  return name === null
    ? null
    : { content, embeds: [{ image: { url: `attachment://${name}` } }], picture: name };
}
