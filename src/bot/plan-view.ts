import type { APIEmbedField } from 'discord.js';
import { Decimal, ZERO } from '../trading/decimal.ts';
import type { Entry, Level, Market, Plan, PlannedEntry, Signal, Target } from '../trading/model.ts';
import { money, percent, price } from './format.ts';
import type { Catalogue } from './locales/index.ts';

/** Signals and plans in words. Prices are plain, money has two decimals and its unit. */

export function sideWord(side: 'long' | 'short', t: Catalogue): string {
  return side === 'long' ? t.long : t.short;
}

/** `BTCUSDT LONG`, `BTCUSDT LONG spot` */
export function tradeName(
  { symbol, side, market }: { symbol: string; side: 'long' | 'short'; market?: Market },
  t: Catalogue,
): string {
  const name = `${symbol} ${sideWord(side, t)}`;
  return market === 'spot' ? `${name} ${t.plan.spot}` : name;
}

/** The author's idea in one line: `BTCUSDT LONG 65000, stop 63000, targets 66000 / 67000`. */
export function signalLine(signal: Signal, t: Catalogue): string {
  const { entry, trigger } = signal;
  const at = entryText(entry, t);
  const parts = [`${tradeName(signal, t)} ${trigger === null ? at : t.plan.breakout[trigger](at)}`];
  if (signal.stopLoss) parts.push(t.plan.stopAt(levelText(signal.stopLoss)));
  if (signal.takeProfits.length > 0)
    parts.push(t.plan.targetsAt(signal.takeProfits.map(targetText).join(' / ')));
  if (signal.leverage !== null) parts.push(`${signal.leverage}x`);
  if (signal.marginMode) parts.push(t.plan[signal.marginMode]);
  return parts.join(t.comma);
}

export function entryText(entry: Entry, t: Catalogue): string {
  switch (entry.type) {
    case 'market':
      return entry.reference ? `${t.plan.market} ~${price(entry.reference)}` : t.plan.market;
    case 'limit':
      return entry.prices.map(price).join(' / ');
    case 'zone':
      return `${price(entry.low)}–${price(entry.high)}`;
  }
}

export function levelText(level: Level): string {
  return 'price' in level ? price(level.price) : percent(level.percent);
}

export function targetText(target: Target): string {
  const level = 'price' in target ? price(target.price) : percent(target.percent);
  return target.share ? `${level} (${percent(target.share)})` : level;
}

/** What is known beside a plan when it is shown. */
export interface PlanSight {
  /** Shares of the notional (0.0005); null where they are not to be counted. */
  fees: { maker: Decimal; taker: Decimal } | null;
  /** Of quantities; null where it is not known. */
  stepSize: Decimal | null;
}

const UNSEEN: PlanSight = { fees: null, stepSize: null };

/** What a phone shows of a plan: entry, stop, targets, size and what it risks. */
export function planLines(plan: Plan, t: Catalogue, { fees }: PlanSight = UNSEEN): string[] {
  const { quote } = plan;
  const margin =
    plan.market === 'spot'
      ? ''
      : ` · ${t.plan.margin} ${money(plan.margin, quote)} (${leverageText(plan, t)})`;
  const loss = t.plan.lossAtStop(money(plan.riskAmount, quote), percent(plan.riskPct));
  const withFees = fees ? t.plan.withFees(money(lossWithFees(plan, fees), quote)) : '';
  return [
    `${t.plan.entry} ${plan.entries.map((entry) => plannedPrice(entry, plan.side, t)).join(' / ')} · ${t.plan.stop} ${price(plan.stopPrice)} (${stopDistance(plan)})`,
    `${t.plan.targets} ${targetsText(plan, t)}`,
    `${t.plan.size} ${sizeText(plan)} · ${plan.market === 'spot' ? t.plan.cost : t.plan.notional} ${money(plan.notional, quote)}${margin}`,
    `${t.plan.risk} ${loss}${withFees} · ${t.plan.rewardRisk} ${ratioText(plan)}`,
  ];
}

/** What is lost if every entry fills and the stop is hit at its price, the fees of both ways in it. */
export function lossWithFees(plan: Plan, { maker, taker }: { maker: Decimal; taker: Decimal }): Decimal {
  const entering = plan.entries.reduce((sum, { type, price: at, quantity }) => {
    const fee = type === 'limit' ? maker : taker;
    return sum.plus((at ?? plan.entryPrice).times(quantity).times(fee));
  }, ZERO);
  return plan.riskAmount.plus(entering).plus(plan.stopPrice.times(plan.quantity).times(taker));
}

/** `48500 (19.17% away, 575% of the stop’s distance)`; null where there is none. */
export function liquidationText(plan: Plan, t: Catalogue): string | null {
  const { liquidationPrice, entryPrice, stopPrice } = plan;
  if (liquidationPrice === null || plan.market === 'spot') return null;
  const away = entryPrice.minus(liquidationPrice).abs();
  const ofStop = away.div(entryPrice.minus(stopPrice).abs());
  return t.plan.liquidationAt(
    price(liquidationPrice),
    percent(away.div(entryPrice).times(100)),
    ofStop.toDecimalPlaces(1).toFixed(),
  );
}

/** What would be sent to the exchange. */
export function ordersField(plan: Plan, t: Catalogue, sight: PlanSight): APIEmbedField {
  return { name: t.plan.orders, value: orderLines(plan, t, sight).join('\n') };
}

export function planFields(plan: Plan, t: Catalogue): APIEmbedField[] {
  const { quote } = plan;
  const field = (name: string, value: string): APIEmbedField => ({ name, value, inline: true });
  const fields = [
    ordersField(plan, t, UNSEEN),
    field(t.plan.size, sizeText(plan)),
    field(t.plan.notional, money(plan.notional, quote)),
    field(t.plan.risk, `${money(plan.riskAmount, quote)} (${percent(plan.riskPct)})`),
    field(t.plan.rewardRisk, ratioText(plan)),
  ];
  if (plan.market !== 'spot') {
    fields.push(
      field(t.plan.margin, `${money(plan.margin, quote)} · ${leverageText(plan, t)}`),
      field(t.plan.liquidation, liquidationText(plan, t) ?? '–'),
    );
  }
  if (plan.notes.length > 0) fields.push({ name: t.plan.note, value: noteLines(plan, t).join('\n') });
  return fields;
}

function leverageText(plan: Plan, t: Catalogue): string {
  return `${plan.leverage}x ${t.plan[plan.marginMode]}`;
}

/** What the plan changed against the signal. */
export function noteLines(plan: Pick<Plan, 'notes'>, t: Catalogue): string[] {
  return plan.notes.map((note) => t.notes[note.code](note.numbers));
}

/** As the exchange will get them: rounded to its steps. */
function orderLines(plan: Plan, t: Catalogue, { stepSize }: PlanSight): string[] {
  const [enter, leave] = plan.side === 'long' ? [t.plan.buy, t.plan.sell] : [t.plan.sell, t.plan.buy];
  const entries = plan.entries.map(
    (entry) => `${enter} ${price(entry.quantity)} @ ${orderPrice(entry, t)}${withEntryText(entry, t)}`,
  );
  const quantities = stepSize ? targetQuantities(plan, stepSize) : null;
  const targets = plan.targets.map(({ sharePct, price: at }, index) => {
    const quantity = quantities?.[index];
    const much = quantity ? `${price(quantity)} (${percent(sharePct)})` : percent(sharePct);
    return `${leave} ${much} @ ${price(at)} ${t.plan.takeProfit}`;
  });
  return [
    ...entries,
    `${leave} ${price(plan.quantity)} @ ${price(plan.stopPrice)} ${t.plan.stopOrder}`,
    ...targets,
  ];
}

/** Rounded as the trade will round them: each sum of shares down, so that nothing is left over by rounding. */
function targetQuantities(plan: Plan, stepSize: Decimal): Decimal[] {
  let share = ZERO;
  let allotted = ZERO;
  return plan.targets.map(({ sharePct }) => {
    share = share.plus(sharePct);
    const whole = share.gte('99.99') ? plan.quantity : plan.quantity.times(share).div(100);
    const upTo = whole.div(stepSize).toDecimalPlaces(0, Decimal.ROUND_DOWN).times(stepSize);
    const quantity = upTo.minus(allotted);
    allotted = upTo;
    return quantity;
  });
}

/** As an order: `65000`, `65000 stop-market`, `market`. */
function orderPrice({ type, price: at, limitPrice }: PlannedEntry, t: Catalogue): string {
  if (at === null) return t.plan.market;
  if (limitPrice) return `${price(at)} ${t.plan.stopLimit}${t.comma}${t.plan.atMost(price(limitPrice))}`;
  return type === 'stop_market' ? `${price(at)} ${t.plan.stopOrder}` : price(at);
}

/** `65000`, `once above 65000, at most 65100`, `market` */
export function plannedPrice(entry: PlannedEntry, side: Plan['side'], t: Catalogue): string {
  if (entry.price === null) return t.plan.market;
  const at = price(entry.price);
  if (entry.type === 'market' || entry.type === 'limit') return at;
  const limit = entry.limitPrice ? `${t.comma}${t.plan.atMost(price(entry.limitPrice))}` : '';
  return `${t.plan.breakout[side === 'long' ? 'above' : 'below'](at)}${limit}`;
}

function targetsText(plan: Plan, t: Catalogue): string {
  if (plan.targets.length === 0) return t.plan.noTargets;
  return plan.targets.map((target) => `${price(target.price)} (${percent(target.sharePct)})`).join(' / ');
}

/** `0.05 BTC` */
export function sizeText(plan: Plan): string {
  return `${price(plan.quantity)} ${plan.symbol.endsWith(plan.quote) ? plan.symbol.slice(0, -plan.quote.length) : ''}`.trim();
}

function stopDistance(plan: Plan): string {
  return percent(plan.stopPrice.minus(plan.entryPrice).div(plan.entryPrice).times(new Decimal(100)));
}

function ratioText(plan: Plan): string {
  return plan.rewardRisk ? plan.rewardRisk.toDecimalPlaces(2).toFixed() : '–';
}

/** What the exchange places once the entry has filled. */
function withEntryText({ attached, attachedTarget }: PlannedEntry, t: Catalogue): string {
  if (!attached) return '';
  return ` · ${attachedTarget ? t.plan.withExits : t.plan.withStop}`;
}
