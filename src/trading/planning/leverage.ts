import { Decimal, ZERO } from '../decimal.ts';
import { isBetter } from '../lifecycle/facts.ts';
import type { MarginMode, PlanNote } from '../model.ts';
import { gain } from '../rounding.ts';
import {
  bracketLeverage,
  bufferedPrice,
  type Holding,
  liquidationPrice,
  marginToReach,
} from './liquidation.ts';
import { type PlanInput, type Refused, refused } from './types.ts';

export interface Funding {
  kind: 'funded';
  leverage: number;
  marginMode: MarginMode;
  notes: PlanNote[];
}

/** What a leverage has to carry: the whole position, and its first entry alone, whose stop is farthest away. */
export interface Load {
  /** In quote currency. */
  notional: Decimal;
  stopPrice: Decimal;
  positions: readonly Omit<Holding, 'margin'>[];
}

/** Leverage and margin mode: as wished, within the limits, kept where the symbol has them already. */
export function fundingFor(input: PlanInput, load: Load): Funding | Refused {
  if (input.market === 'spot') return spotFunding(input);
  return input.kept ? keptFunding(input, load, input.kept) : freeFunding(input, load);
}

function spotFunding({ signal }: PlanInput): Funding {
  const notes =
    signal.leverage !== null && signal.leverage > 1 ? [leverageCut(signal.leverage, 1, 'spot')] : [];
  return { kind: 'funded', leverage: 1, marginMode: 'isolated', notes };
}

function freeFunding(input: PlanInput, load: Load): Funding | Refused {
  const wish = wishOf(input);
  const notes = [...wish.notes];
  const bracketMax = bracketLeverage(load.notional, input.brackets);
  let leverage = wish.leverage;
  if (leverage > bracketMax) {
    notes.push(leverageCut(leverage, bracketMax, 'bracket'));
    leverage = bracketMax;
  }
  const bearable = bearableLeverage(input, load, wish.marginMode);
  if (leverage > bearable && bearable >= 1) {
    const numbers = {
      from: String(leverage),
      to: String(bearable),
      bufferPct: input.limits.minLiquidationBufferPct.toString(),
    };
    notes.push({ code: 'leverage_for_liquidation', numbers });
    leverage = bearable;
  }
  if (bearable < 1) return tooNear(input, load, 1, wish.marginMode);
  return { kind: 'funded', leverage, marginMode: wish.marginMode, notes };
}

/** A symbol with a position or working orders of ours: neither may change, so both must be safe as they are. */
function keptFunding(input: PlanInput, load: Load, kept: NonNullable<PlanInput['kept']>): Funding | Refused {
  const wish = wishOf(input);
  const leverage = kept.leverage ?? wish.leverage;
  const marginMode = kept.marginMode ?? wish.marginMode;
  const numbers = { symbol: input.instrument.symbol, marginMode, leverage: String(leverage) };
  if (marginMode === 'cross' && !input.limits.allowCross) {
    return refused('margin_mode_conflict', 'allowCross', numbers);
  }
  if (leverage > input.limits.maxLeverage) return refused('margin_mode_conflict', 'maxLeverage', numbers);
  if (leverage > bearableLeverage(input, load, marginMode)) return tooNear(input, load, leverage, marginMode);
  const near = marginMode === 'isolated' ? nearTogether(input, load, leverage) : null;
  if (near) return near;
  const notes: PlanNote[] = [];
  if (marginMode !== wish.marginMode) {
    notes.push({ code: 'keeps_margin_mode', numbers: { mode: marginMode, wanted: wish.marginMode } });
  } else notes.push(...wish.notes.filter((note) => note.code === 'cross_as_isolated'));
  if (leverage !== wish.leverage) {
    notes.push({
      code: 'keeps_leverage',
      numbers: { leverage: String(leverage), wanted: String(wish.leverage) },
    });
  }
  return { kind: 'funded', leverage, marginMode, notes };
}

/** The signal's wishes, else the settings', within the settings' limits. */
function wishOf({ signal, trading, limits }: PlanInput): Omit<Funding, 'kind'> {
  const notes: PlanNote[] = [];
  const wanted = signal.leverage ?? trading.leverage;
  const leverage = Math.min(wanted, limits.maxLeverage);
  if (leverage < wanted) notes.push(leverageCut(wanted, leverage, 'maxLeverage'));
  let marginMode = signal.marginMode ?? trading.marginMode;
  if (marginMode === 'cross' && !limits.allowCross) {
    notes.push({ code: 'cross_as_isolated', numbers: {} });
    marginMode = 'isolated';
  }
  return { leverage, marginMode, notes };
}

/** The highest leverage with which liquidation stays beyond the buffer; 0 when none does. */
function bearableLeverage(input: PlanInput, load: Load, marginMode: MarginMode): number {
  const bearable = load.positions.map((position) => {
    const nearest = bufferedPrice(position.entryPrice, load.stopPrice, input.limits.minLiquidationBufferPct);
    const needed = marginToReach(nearest, position, input.brackets);
    if (needed.lte(0)) return Number.MAX_SAFE_INTEGER;
    // All that is available stands behind a cross position, whatever its leverage.
    if (marginMode === 'cross') return needed.lte(input.account.available) ? Number.MAX_SAFE_INTEGER : 0;
    return position.quantity.times(position.entryPrice).div(needed).floor().toNumber();
  });
  return Math.min(...bearable);
}

/**
 * The position as it will be with what others hold of it. The exchange closes parts at the mean price of the whole, and
 * so this stays its entry price when one of them has gone.
 */
export function together<Part extends Omit<Holding, 'margin'>>({ kept }: PlanInput, part: Part): Part {
  const { quantity = ZERO, entryPrice = ZERO } = kept?.beside ?? {};
  return joined(part, [{ quantity, price: entryPrice }]);
}

function joined<Part extends Omit<Holding, 'margin'>>(
  part: Part,
  others: readonly { quantity: Decimal; price: Decimal }[],
): Part {
  let { quantity } = part;
  let cost = quantity.times(part.entryPrice);
  for (const other of others) {
    quantity = quantity.plus(other.quantity);
    cost = cost.plus(other.quantity.times(other.price));
  }
  return { ...part, quantity, entryPrice: cost.div(quantity) };
}

/**
 * One position has one liquidation price: it has to lie beyond every stop in it, also once the entries that rest have
 * filled, of one trade or of all.
 */
function nearTogether(input: PlanInput, load: Load, leverage: number): Refused | null {
  const others = input.kept?.beside?.trades ?? [];
  const resting = others.flatMap(({ entering }) => entering);
  for (const part of load.positions) {
    if (isFarAtWorst(input, load, part, leverage)) continue;
    const now = together(input, part);
    const own = { entryPrice: part.entryPrice, stopPrice: load.stopPrice };
    const held = others.filter(({ isHeld }) => isHeld);
    const found =
      (held.length > 0 ? nearIn(input, now, [own, ...held], leverage) : null) ??
      others
        .filter(({ entering }) => entering.length > 0)
        .map((one) => nearIn(input, joined(now, one.entering), [own, one, ...held], leverage))
        .find((near) => near !== null) ??
      (resting.length > 0 ? nearIn(input, joined(now, resting), [own, ...others], leverage) : null);
    if (found) return found;
  }
  return null;
}

/**
 * Whether even all of it, at the worst of the prices, would not be liquidated ahead of the farthest stop: then no part of
 * it would be either, since what a position needs to get to a price grows with its size, and with how bad its mean is.
 * Dozens of entries may rest on a symbol, and each signal is judged beside them.
 */
function isFarAtWorst(
  input: PlanInput,
  load: Load,
  part: Omit<Holding, 'margin'>,
  leverage: number,
): boolean {
  const { side } = part;
  const {
    quantity: before = ZERO,
    entryPrice: mean = part.entryPrice,
    trades = [],
  } = input.kept?.beside ?? {};
  let { quantity, entryPrice } = part;
  let { stopPrice } = load;
  const takeEntry = (price: Decimal): void => {
    if (isBetter(side, price, entryPrice)) entryPrice = price;
  };
  if (before.gt(0)) takeEntry(mean);
  quantity = quantity.plus(before);
  for (const one of trades) {
    takeEntry(one.entryPrice);
    if (isBetter(side, stopPrice, one.stopPrice)) stopPrice = one.stopPrice;
    for (const entering of one.entering) {
      takeEntry(entering.price);
      quantity = quantity.plus(entering.quantity);
    }
  }
  return nearIn(input, { side, quantity, entryPrice }, [{ entryPrice, stopPrice }], leverage) === null;
}

/** @param stops of the trades that have a part of it */
function nearIn(
  input: PlanInput,
  whole: Omit<Holding, 'margin'>,
  stops: readonly { entryPrice: Decimal; stopPrice: Decimal }[],
  leverage: number,
): Refused | null {
  const { minLiquidationBufferPct: pct } = input.limits;
  const margin = whole.quantity.times(whole.entryPrice).div(leverage);
  const near = stops.find(({ entryPrice, stopPrice }) => {
    const isInLoss = gain(whole.side, stopPrice, entryPrice).gt(0);
    const nearest = isInLoss ? bufferedPrice(entryPrice, stopPrice, pct) : stopPrice;
    return marginToReach(nearest, whole, input.brackets).gt(margin);
  });
  if (!near) return null;
  const price = liquidationPrice({ ...whole, margin }, input.brackets);
  const { side } = whole;
  const numbers = bufferNumbers({ side, entryPrice: near.entryPrice }, near.stopPrice, price, pct, leverage);
  return refused('liquidation_too_near', 'minLiquidationBufferPct', numbers);
}

function tooNear(input: PlanInput, load: Load, leverage: number, marginMode: MarginMode): Refused {
  const [position] = load.positions.filter((one) => one.quantity.gt(0)).slice(-1);
  const { minLiquidationBufferPct } = input.limits;
  if (!position) return refused('liquidation_too_near', 'minLiquidationBufferPct', {});
  const price = liquidationOf(input, position, leverage, marginMode);
  return refused(
    'liquidation_too_near',
    'minLiquidationBufferPct',
    bufferNumbers(position, load.stopPrice, price, minLiquidationBufferPct, leverage),
  );
}

export function liquidationOf(
  input: PlanInput,
  position: Omit<Holding, 'margin'>,
  leverage: number,
  marginMode: MarginMode,
): Decimal | null {
  if (input.market === 'spot') return null;
  const own = position.quantity.times(position.entryPrice).div(leverage);
  const margin = marginMode === 'cross' ? Decimal.max(own, input.account.available) : own;
  return liquidationPrice({ ...position, margin }, input.brackets);
}

/** The numbers of `liquidation_too_near`. `bufferPct` is empty where liquidation cannot happen. */
export function bufferNumbers(
  position: Pick<Holding, 'side' | 'entryPrice'>,
  stopPrice: Decimal,
  liquidation: Decimal | null,
  limitPct: Decimal,
  leverage: number,
): Record<string, string> {
  const distance = gain(position.side, stopPrice, position.entryPrice);
  const beyond = liquidation === null ? null : gain(position.side, liquidation, stopPrice);
  return {
    liquidationPrice: liquidation?.toSignificantDigits(8).toString() ?? '',
    stopPrice: stopPrice.toString(),
    bufferPct: beyond && !distance.isZero() ? share(beyond, distance.abs()) : '',
    limitPct: limitPct.toString(),
    leverage: String(leverage),
  };
}

function share(part: Decimal, whole: Decimal): string {
  return part.div(whole).times(100).toDecimalPlaces(2, Decimal.ROUND_FLOOR).toString();
}

function leverageCut(from: number, to: number, limit: 'maxLeverage' | 'bracket' | 'spot'): PlanNote {
  return { code: 'leverage_cut', numbers: { from: String(from), to: String(to), limit } };
}
