import { Decimal, ZERO } from './decimal.ts';
import type { Instrument } from './exchange.ts';
import { gridOf } from './lifecycle/filters.ts';
import type { Plan, PlannedEntry, PositionSide, Signal, TradeTerms } from './model.ts';
import { liquidationOf, together } from './planning/leverage.ts';
import { sum } from './planning/shares.ts';
import { balanceNumbers, type Size, sizeFor, smallSlot, tooSmall } from './planning/sizing.ts';
import { mergedNote, mergeSlot } from './planning/sketch.ts';
import { type Exits, plannedOnSpot, stopTermsOf } from './planning/spot.ts';
import { rewardRisk, targetsFor } from './planning/targets.ts';
import { type EntrySlot, type PlanInput, type Refused, refused, type Sketch } from './planning/types.ts';
import { gain, roundAlong } from './rounding.ts';
import type { TradingSettings } from './settings.ts';

export type Planned = { kind: 'planned'; plan: Plan };

/** Fits a signal to the account and the exchange's filters. The sketch is `sketchOf(input)`. */
export function planOf(input: PlanInput, sketch: Sketch): Planned | Refused {
  const { stopPrice } = sketch;
  if (stopPrice === null || gain(input.signal.side, stopPrice, sketch.entryPrice).lte(0)) {
    return refused('no_stop', 'requireStopLoss', noStopNumbers(input.signal, input.limits.defaultStopPct));
  }
  if (input.account.equity.lte(0)) {
    return refused('balance_too_small', null, balanceNumbers(input, input.account.equity, null));
  }
  let slots = sketch.slots;
  for (;;) {
    const size = sizeFor(input, slots, stopPrice);
    if (size.kind === 'refused') return size;
    const small = smallSlot(input, slots, size.quantities, stopPrice);
    if (small === -1) return assemble(input, sketch, stopPrice, slots, size);
    if (slots.length === 1) return tooSmall(input, slots, sum(size.quantities), size.blame);
    slots = mergeSlot(slots, small);
  }
}

/** The numbers of `no_stop`; `words` stand where the stop should be. */
export function noStopNumbers(
  { stopWords }: Pick<Signal, 'stopWords'>,
  defaultStopPct: Decimal | null,
): Record<string, string> {
  return {
    defaultStopPct: defaultStopPct?.toString() ?? '',
    ...(stopWords === undefined ? {} : { words: stopWords }),
  };
}

/** The terms of the trade that this plan becomes. */
export function termsFor(
  plan: Plan,
  trading: TradingSettings,
  instrument: Instrument,
  fees: { maker: Decimal; taker: Decimal },
): TradeTerms {
  if (plan.market === 'usdm') return termsOf(trading, instrument, fees);
  const stop = stopTermsOf(instrument, plan.stopPrice, plan.filterPrice ?? plan.markPrice);
  const spot = { base: instrument.base, maxLists: plan.maxLists ?? 1, ...stop };
  // There is one price on spot: the last.
  return { ...termsOf(trading, instrument, fees), stopTrigger: 'last', spot };
}

/** What the trade carries with it from settings, filters and fees. Fees are shares of the notional (0.0005). */
export function termsOf(
  trading: TradingSettings,
  instrument: Instrument,
  fees: { maker: Decimal; taker: Decimal },
): TradeTerms {
  return {
    entryTimeoutMs: trading.entryTimeout,
    breakEvenAfter: trading.breakEvenAfter,
    stopTrigger: trading.stopTrigger,
    trailingStop: trading.trailingStop,
    makerFee: fees.maker,
    takerFee: fees.taker,
    ...gridOf(instrument),
  };
}

function assemble(
  input: PlanInput,
  sketch: Sketch,
  stopPrice: Decimal,
  slots: readonly EntrySlot[],
  size: Size,
): Planned {
  const { signal, instrument, market, account } = input;
  const { side } = signal;
  const { leverage, marginMode } = size.funding;
  const sized = slots.map((slot, index) => ({ ...slot, quantity: size.quantities[index] ?? ZERO }));
  const quantity = sum(size.quantities);
  const notional = sum(sized.map((slot) => slot.price.times(slot.quantity)));
  const riskAmount = sum(sized.map((slot) => gain(side, stopPrice, slot.price).times(slot.quantity)));
  const entryPrice = notional.div(quantity).toSignificantDigits(15);
  const { targets, notes: targetNotes } = targetsFor(input, { entryPrice, stopPrice, quantity });
  const own = { side, quantity, entryPrice };
  const whole = marginMode === 'isolated' ? together(input, own) : own;
  const liquidation = liquidationOf(input, whole, leverage, marginMode);
  const merged = slots.length < sketch.slots.length;
  const notes = [
    ...input.notes,
    ...sketch.notes.filter((note) => !(merged && note.code === 'entries_merged')),
    ...(merged ? [mergedNote('entries_merged', sketch.wanted, slots.length)] : []),
    ...size.notes,
    ...size.funding.notes,
    ...targetNotes,
  ];
  const plan: Plan = {
    market,
    symbol: instrument.symbol,
    quote: instrument.quote,
    side,
    positionSide: positionSideOf(input),
    entries: sized.map((slot) =>
      plannedEntry(input, slot, { stopPrice, targets, isOnly: sized.length === 1 }),
    ),
    entryPrice,
    stopPrice,
    targets,
    quantity,
    leverage,
    marginMode,
    notional,
    margin: notional.div(leverage).toDecimalPlaces(8, Decimal.ROUND_UP),
    riskAmount,
    riskPct: riskAmount.div(account.equity).times(100).toDecimalPlaces(6, Decimal.ROUND_UP),
    rewardRisk:
      rewardRisk(side, targets, entryPrice, stopPrice)?.toDecimalPlaces(4, Decimal.ROUND_DOWN) ?? null,
    liquidationPrice: liquidation ? roundAlong(side, liquidation, instrument.tickSize) : null,
    markPrice: input.prices.mark,
    ...(input.filterPrice ? { filterPrice: input.filterPrice.price } : {}),
    equity: account.equity,
    ...(input.maxLists === undefined ? {} : { maxLists: input.maxLists }),
    notes,
  };
  return { kind: 'planned', plan };
}

function plannedEntry(input: PlanInput, slot: EntrySlot & { quantity: Decimal }, exits: Exits): PlannedEntry {
  if (input.market === 'spot') return plannedOnSpot(input, slot, exits);
  const { type, price, quantity } = slot;
  return { type, price: type === 'market' ? null : price, quantity };
}

function positionSideOf({ market, account, signal }: PlanInput): PositionSide {
  if (market === 'spot' || !account.hedgeMode) return 'BOTH';
  return signal.side === 'long' ? 'LONG' : 'SHORT';
}
