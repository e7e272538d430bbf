import type { Decimal } from '../../../trading/decimal.ts';
import { apiError } from '../errors.ts';
import type { Params } from '../params.ts';
import { choice, optionalBoolean, required } from '../params.ts';
import type { Core } from './core.ts';
import { leverageUpdate, multiAssetsUpdate } from './events.ts';
import { maxLeverage, notional, notionalLimit } from './margin.ts';
import type { MarginType } from './model.ts';
import { requestedMarket } from './placement.ts';

/** Leverage, margin type, position mode and asset mode: what may be changed, and when it is refused. */

export interface LeverageResult {
  leverage: number;
  maxNotionalValue: number;
  symbol: string;
}

/** -4028 outside the brackets, -4161 lowering it under an isolated position, -2027 under a position too large for it. */
export function setLeverage(core: Core, params: Params): LeverageResult {
  const { instrument, mark } = requestedMarket(core, params);
  const { symbol } = instrument;
  const sent = required(params, 'leverage');
  const leverage = Number(sent);
  if (!Number.isInteger(leverage) || leverage < 1 || leverage > maxLeverage(instrument)) {
    throw apiError(-4028, sent);
  }
  const settings = core.account.settingsOf(symbol);
  const open = core.account.openPositions(symbol);
  if (leverage < settings.leverage && settings.marginType === 'ISOLATED' && open.length > 0)
    throw apiError(-4161);
  const limit = notionalLimit(instrument, leverage);
  const tooLarge = (size: Decimal) => size.abs().greaterThan(limit);
  if (open.some((position) => tooLarge(notional(position, mark)))) throw apiError(-2027);
  const changed = settings.leverage !== leverage;
  settings.leverage = leverage;
  if (changed) core.publish(leverageUpdate(core, symbol, leverage));
  return { leverage, maxNotionalValue: limit, symbol };
}

function openOrdersOf(core: Core, symbol?: string): number {
  const all = [...core.openOrders.values(), ...core.openAlgos.values()];
  return all.filter((order) => symbol === undefined || order.symbol === symbol).length;
}

/** -4046 where it is so already, -4047 with open orders, -4048 with a position, -4168 in multi-assets mode. */
export function setMarginType(core: Core, params: Params): void {
  const { symbol } = requestedMarket(core, params).instrument;
  const type = required(params, 'marginType');
  const wanted = choice<MarginType>(type === 'CROSS' ? 'CROSSED' : type, ['CROSSED', 'ISOLATED'], -1130);
  const settings = core.account.settingsOf(symbol);
  if (core.account.multiAssets && wanted === 'ISOLATED') throw apiError(-4168);
  if (settings.marginType === wanted) throw apiError(-4046);
  if (openOrdersOf(core, symbol) > 0) throw apiError(-4047);
  if (core.account.openPositions(symbol).length > 0) throw apiError(-4048);
  settings.marginType = wanted;
}

/** -4059 where it is so already, -4067 with open orders, -4068 with positions. */
export function setPositionMode(core: Core, params: Params): void {
  const dual = requiredFlag(params, 'dualSidePosition');
  if (core.account.hedgeMode === dual) throw apiError(-4059);
  if (openOrdersOf(core) > 0) throw apiError(-4067);
  if (core.account.openPositions().length > 0) throw apiError(-4068);
  core.account.hedgeMode = dual;
}

/** -4171 where it is so already, -4170 with open orders. */
export function setMultiAssets(core: Core, params: Params): void {
  const enabled = requiredFlag(params, 'multiAssetsMargin');
  if (core.account.multiAssets === enabled) throw apiError(-4171);
  if (openOrdersOf(core) > 0) throw apiError(-4170);
  core.account.multiAssets = enabled;
  core.publish(multiAssetsUpdate(core, enabled));
}

function requiredFlag(params: Params, name: string): boolean {
  required(params, name);
  return optionalBoolean(params, name) ?? false;
}
