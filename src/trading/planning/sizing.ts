import { Decimal, ZERO } from '../decimal.ts';
import type { Instrument } from '../exchange.ts';
import type { Denial, PlanNote } from '../model.ts';
import { floorTo, gain } from '../rounding.ts';
import { percentOf, quoteAmount, withoutEmpty } from './format.ts';
import { type Funding, fundingFor, type Load } from './leverage.ts';
import { bracketCap } from './liquidation.ts';
import { sum } from './shares.ts';
import { meanPrice } from './sketch.ts';
import { exchangeRoom, measuredAt, netOf, protectionFloor } from './spot.ts';
import { type Cap, type EntrySlot, type PlanInput, type Refused, refused } from './types.ts';
import { futuresUnitCost, spotUnitCost } from './unit-cost.ts';

/** A quantity that every limit allows, one part per slot. */
export interface Size {
  kind: 'sized';
  quantities: Decimal[];
  funding: Funding;
  notes: PlanNote[];
  /** The limit that cut the quantity last: it is to blame when too little is left. */
  blame: Denial | null;
}

/** One limit: the largest quantity that it allows, `room` / `perUnit`, and what to say when that is too little. */
interface Cut {
  room: Decimal;
  perUnit: Decimal;
  denial(): Denial;
}

const ONE = new Decimal(1);

/** What sizing starts from. */
interface Basis {
  entryPrice: Decimal;
  /** Between entry and stop. */
  distance: Decimal;
  /** Before any limit. */
  wanted: Decimal;
}

interface Amount {
  quantity: Decimal;
  notes: PlanNote[];
  blame: Denial | null;
}

/**
 * Equity × riskPerTradePct / |entry − stop|, rounded down to the step, cut by each limit in turn and split over the
 * slots. What the split's rounding leaves goes to the slot nearest the stop, so that the loss at the stop never
 * exceeds the risk.
 */
export function sizeFor(input: PlanInput, slots: readonly EntrySlot[], stopPrice: Decimal): Size | Refused {
  const step = stepOf(input.instrument, slots);
  const basis = basisOf(input, slots, stopPrice);
  const limited = cutBy(limitCuts(input, slots, basis), basis.wanted, step);
  // Rounded down to nothing it would not say how little it is.
  const little = basis.wanted.toSignificantDigits(3, Decimal.ROUND_DOWN);
  if (limited.quantity.lte(0)) return tooSmall(input, slots, little, limited.blame);
  const funding = fundingFor(input, loadOf(input, slots, limited.quantity, stopPrice, basis));
  if (funding.kind === 'refused') return funding;
  const margin = marginCut(input, slots, limited.quantity, funding.leverage, basis, stopPrice);
  const sized = cutBy([margin], limited.quantity, step);
  const blame = sized.blame ?? limited.blame;
  if (sized.quantity.lte(0)) return tooSmall(input, slots, sized.quantity, blame);
  const quantities = split(sized.quantity, slots, step);
  return { kind: 'sized', quantities, funding, notes: [...limited.notes, ...sized.notes], blame };
}

/** The first slot whose part the exchange would refuse for being too small; -1 when all stand. */
export function smallSlot(
  input: PlanInput,
  slots: readonly EntrySlot[],
  quantities: readonly Decimal[],
  stopPrice: Decimal,
): number {
  return slots.findIndex((slot, index) => {
    const quantity = quantities[index];
    if (quantity === undefined || quantity.lt(minQuantityOf(input.instrument, slot))) return true;
    if (quantity.times(measuredAt(slot, input)).lt(input.instrument.minNotional)) return true;
    return input.market === 'spot' && !isCoverable(input, quantity, stopPrice);
  });
}

/** What each entry buys by itself must be enough for a stop: the others may never fill. */
function isCoverable(input: PlanInput, quantity: Decimal, stopPrice: Decimal): boolean {
  const net = netOf(quantity, input);
  const { minQuantity, minNotional } = input.instrument;
  return net.gte(minQuantity) && net.times(protectionFloor(input, stopPrice)).gte(minNotional);
}

/** The limit that cut the quantity is to blame; without one the risk itself is too small for the exchange. */
export function tooSmall(
  input: PlanInput,
  slots: readonly EntrySlot[],
  quantity: Decimal,
  blame: Denial | null,
): Refused {
  if (blame !== null) return { kind: 'refused', denial: blame };
  return refused('size_too_small', 'riskPerTradePct', sizeNumbers(input, slots, quantity));
}

export function sizeNumbers(
  { instrument }: Pick<PlanInput, 'instrument'>,
  slots: readonly EntrySlot[],
  quantity: Decimal,
): Denial['numbers'] {
  return {
    quantity: quantity.toString(),
    minQuantity: Decimal.max(...slots.map((slot) => minQuantityOf(instrument, slot))).toString(),
    notional: quoteAmount(quantity.times(meanPrice(slots))),
    minNotional: instrument.minNotional.toString(),
  };
}

function basisOf(input: PlanInput, slots: readonly EntrySlot[], stopPrice: Decimal): Basis {
  const entryPrice = meanPrice(slots);
  const distance = gain(input.signal.side, stopPrice, entryPrice);
  const wanted = input.account.equity.times(input.limits.riskPerTradePct).div(distance.times(100));
  return { entryPrice, distance, wanted };
}

function limitCuts(input: PlanInput, slots: readonly EntrySlot[], basis: Basis): Cut[] {
  const { entryPrice, distance, wanted } = basis;
  const cuts = input.limits.caps.map((cap): Cut => {
    const perUnit = cap.code === 'risk_limit' ? distance : entryPrice;
    const denial = (): Denial => {
      const numbers = capNumbers(cap, wanted.times(perUnit));
      return { code: cap.code, setting: cap.setting, numbers };
    };
    return { room: cap.limit.minus(cap.used), perUnit, denial };
  });
  const most = maxQuantityOf(input.instrument, slots);
  cuts.push(exchangeCut(input, 'order', { room: most, perUnit: ONE }, basis));
  const stopPrice = entryPrice.minus(distance);
  for (const { scope, most, used } of input.market === 'spot' ? exchangeRoom(input, slots, stopPrice) : []) {
    cuts.push(exchangeCut(input, scope, { room: most, perUnit: ONE }, basis, used));
  }
  if (input.market === 'usdm') {
    // It is the position's, whoever has a part of it.
    const used = input.kept?.beside?.notional ?? ZERO;
    const room = bracketCap(input.kept?.leverage ?? 1, input.brackets).minus(used);
    cuts.push(exchangeCut(input, 'bracket', { room, perUnit: entryPrice }, basis, used.div(entryPrice)));
  }
  return cuts;
}

/** The numbers of `notional_limit` and `risk_limit`; amounts in quote currency. */
export function capNumbers(cap: Omit<Cap, 'code' | 'setting'>, wanted: Decimal): Denial['numbers'] {
  return {
    scope: cap.scope,
    limitPct: cap.limitPct.toString(),
    limit: quoteAmount(cap.limit),
    used: quoteAmount(cap.used),
    wanted: quoteAmount(wanted),
  };
}

function exchangeCut(
  input: PlanInput,
  scope: 'order' | 'bracket' | 'position',
  by: Pick<Cut, 'room' | 'perUnit'>,
  basis: Basis,
  used = ZERO,
): Cut {
  const denial = (): Denial => {
    const limit = mostOf(by).plus(used).times(basis.entryPrice);
    const numbers = {
      scope,
      limitPct: percentOf(limit, input.account.equity),
      limit: quoteAmount(limit),
      used: quoteAmount(used.times(basis.entryPrice)),
      wanted: quoteAmount(basis.wanted.times(basis.entryPrice)),
    };
    return { code: 'notional_limit', setting: null, numbers };
  };
  return { ...by, denial };
}

function mostOf({ room, perUnit }: Pick<Cut, 'room' | 'perUnit'>): Decimal {
  return room.div(perUnit);
}

function marginCut(
  input: PlanInput,
  slots: readonly EntrySlot[],
  quantity: Decimal,
  leverage: number,
  basis: Basis,
  stopPrice: Decimal,
): Cut {
  const cost =
    input.market === 'spot'
      ? spotUnitCost(input, slots, stopPrice)
      : futuresUnitCost(input, slots, leverage, basis.entryPrice);
  const { available } = input.account;
  const denial = (): Denial => {
    const numbers = balanceNumbers(input, available, quantity.times(cost));
    return { code: 'balance_too_small', setting: null, numbers };
  };
  return { room: available, perUnit: cost, denial };
}

/** Spot has no margin: `asset` is what its orders lock. */
export function balanceNumbers(
  { market, instrument }: Pick<PlanInput, 'market' | 'instrument'>,
  available: Decimal,
  required: Decimal | null,
): Record<string, string> {
  return withoutEmpty({
    available: quoteAmount(available),
    required: required ? quoteAmount(required) : '',
    asset: market === 'spot' ? instrument.quote : '',
  });
}

function cutBy(cuts: readonly Cut[], start: Decimal, step: Decimal): Amount {
  const amount: Amount = { quantity: floorTo(Decimal.max(start, 0), step), notes: [], blame: null };
  for (const cut of cuts) {
    if (isFarFrom(cut, amount.quantity)) continue;
    const most = mostOf(cut);
    if (most.gte(amount.quantity)) continue;
    const quantity = floorTo(Decimal.max(most, 0), step);
    const blame = cut.denial();
    const numbers = {
      code: blame.code,
      setting: blame.setting ?? '',
      from: amount.quantity.toString(),
      to: quantity.toString(),
    };
    amount.notes.push({ code: 'quantity_cut', numbers });
    amount.quantity = quantity;
    amount.blame = blame;
  }
  return amount;
}

/**
 * The limit certainly allows the quantity, as most do. Floating-point numbers, whose error is less than a millionth of
 * the difference that is asked for, say it as surely as the division.
 */
export function isFarFrom({ room, perUnit }: Pick<Cut, 'room' | 'perUnit'>, quantity: Decimal): boolean {
  const each = perUnit.toNumber();
  return each > 0 && room.toNumber() > quantity.toNumber() * each * (1 + 1e-9);
}

function split(quantity: Decimal, slots: readonly EntrySlot[], step: Decimal): Decimal[] {
  const weights = sum(slots.map((slot) => slot.weight));
  const parts = slots.slice(0, -1).map((slot) => floorTo(quantity.times(slot.weight).div(weights), step));
  return [...parts, quantity.minus(sum(parts))];
}

function loadOf(
  { signal: { side } }: PlanInput,
  slots: readonly EntrySlot[],
  quantity: Decimal,
  stopPrice: Decimal,
  { entryPrice }: Basis,
): Load {
  const positions = [{ side, quantity, entryPrice }];
  const [first] = slots;
  if (first && slots.length > 1) {
    const part = quantity.times(first.weight).div(sum(slots.map((slot) => slot.weight)));
    positions.push({ side, quantity: part, entryPrice: first.price });
  }
  return { notional: quantity.times(entryPrice), stopPrice, positions };
}

function isMarket(slot: EntrySlot): boolean {
  return slot.type !== 'limit';
}

/** Market orders, conditional ones among them, have a lot size of their own. */
function stepOf(instrument: Instrument, slots: readonly EntrySlot[]): Decimal {
  const { stepSize, marketStepSize } = instrument;
  return slots.some(isMarket) ? Decimal.max(stepSize, marketStepSize) : stepSize;
}

function minQuantityOf(instrument: Instrument, slot: EntrySlot): Decimal {
  const { minQuantity, marketMinQuantity } = instrument;
  return isMarket(slot) ? Decimal.max(minQuantity, marketMinQuantity) : minQuantity;
}

/** The total with which no slot's part exceeds the largest order, nor a target that is for all of it. */
function maxQuantityOf(instrument: Instrument, slots: readonly EntrySlot[]): Decimal {
  const weights = sum(slots.map((slot) => slot.weight));
  const totals = slots.map((slot) => {
    const { maxQuantity, marketMaxQuantity } = instrument;
    const most = isMarket(slot) ? Decimal.min(maxQuantity, marketMaxQuantity) : maxQuantity;
    // Rounding can add up to a step per slot to the last part.
    const room = slots.length === 1 ? most : most.minus(instrument.stepSize.times(slots.length));
    return room.times(weights).div(slot.weight);
  });
  return Decimal.min(instrument.maxQuantity, ...totals);
}
