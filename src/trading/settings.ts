import { z } from 'zod';
import { Decimal } from './decimal.ts';
import { duration } from './duration.ts';
import { marginMode, workingType } from './model.ts';
import { refusal } from './refusal.ts';

/** The `trading:` block of the config file. Keys are the file's; durations are milliseconds once parsed. */

/** A number of the config file that takes part in money arithmetic; both bounds are allowed values. */
export function boundedDecimal(min: string, max: string) {
  return z
    .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, refusal('number')), z.instanceof(Decimal)])
    .transform((value) => new Decimal(value))
    .refine((value) => value.gte(min) && value.lte(max), refusal('between', { min, max }));
}

/** Scaled to 100 where they are used, so that 1, 1, 2 is as good as 25, 25, 50. */
const shares = z.union(
  [z.literal('even'), z.array(boundedDecimal('0.01', '100')).min(1).max(50)],
  refusal('shares'),
);

const fields = {
  marginMode,
  leverage: z.number().int().min(1).max(150),
  zoneOrders: z.number().int().min(1).max(20),
  entryWeights: shares,
  entryTimeout: duration(),
  takeProfitShares: shares,
  breakEvenAfter: z.number().int().min(0).max(50),
  trailingStop: z
    .strictObject({
      activateAfter: z.number().int().min(0).max(50),
      // The range of callbackRate: https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order
      callbackPct: boundedDecimal('0.1', '10'),
    })
    .nullable(),
  stopTrigger: workingType,
  closeOnOpposite: z.boolean(),
};

const complete = z.strictObject(fields);

/** `entryTimeout` is in milliseconds. */
export type TradingSettings = z.output<typeof complete>;
export type TradingKey = keyof TradingSettings;

/** What a file or a channel really says; unknown keys are errors, absent keys are left to the layer below. */
export const tradingOverrides = complete.partial();
export type TradingOverrides = z.output<typeof tradingOverrides>;

export const tradingDefaults: TradingSettings = complete.parse({
  marginMode: 'isolated',
  leverage: 5,
  zoneOrders: 3,
  entryWeights: 'even',
  entryTimeout: '4h',
  takeProfitShares: 'even',
  breakEvenAfter: 1,
  trailingStop: null,
  stopTrigger: 'mark',
  closeOnOpposite: false,
});

/** Later layers win; keys that a layer does not have are left alone. */
export function mergeTrading(...layers: readonly TradingOverrides[]): TradingSettings {
  const merged = { ...tradingDefaults };
  for (const layer of layers) Object.assign(merged, present(layer));
  return merged;
}

function present(layer: TradingOverrides): Partial<TradingSettings> {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined));
}
