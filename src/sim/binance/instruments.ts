import { Decimal } from '../../trading/decimal.ts';

/**
 * The contracts that the simulator lists, with filters and leverage brackets like those of the real list.
 * Source of the fields: https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information
 */

export type SymbolStatus = 'TRADING' | 'PENDING_TRADING' | 'SETTLING' | 'CLOSE';

/** One step of the leverage table; amounts in quote currency. */
export interface Bracket {
  bracket: number;
  initialLeverage: number;
  notionalFloor: number;
  notionalCap: number;
  maintMarginRatio: Decimal;
  /** Deducted from notional × ratio, so that the maintenance margin has no jump between brackets. */
  cum: Decimal;
}

export interface Instrument {
  symbol: string;
  baseAsset: string;
  quoteAsset: string;
  status: SymbolStatus;
  /** When it is settled, once its delisting is announced. */
  deliveryDate?: number;
  tickSize: Decimal;
  minPrice: Decimal;
  maxPrice: Decimal;
  pricePrecision: number;
  stepSize: Decimal;
  minQuantity: Decimal;
  maxQuantity: Decimal;
  maxMarketQuantity: Decimal;
  quantityPrecision: number;
  minNotional: Decimal;
  percentPriceUp: Decimal;
  percentPriceDown: Decimal;
  maxOrders: number;
  brackets: readonly Bracket[];
  /** Where the market stands before anything is set. */
  startPrice: Decimal;
}

type Tier = 'top' | 'major' | 'large' | 'small';

/** symbol, start price, tick, step, price precision, max limit qty, max market qty, min notional, tier */
type Row = readonly [string, string, string, string, number, string, string, string, Tier];

const LISTED: readonly Row[] = [
  ['BTCUSDT', '65000', '0.10', '0.001', 2, '1000', '120', '100', 'top'],
  ['ETHUSDT', '3200', '0.01', '0.001', 2, '10000', '2000', '20', 'top'],
  ['SOLUSDT', '150', '0.0100', '0.01', 4, '1000000', '5000', '5', 'major'],
  ['BNBUSDT', '600', '0.010', '0.01', 3, '100000', '2000', '5', 'major'],
  ['XRPUSDT', '0.6', '0.0001', '0.1', 4, '10000000', '2000000', '5', 'major'],
  ['DOGEUSDT', '0.15', '0.000010', '1', 6, '50000000', '30000000', '5', 'major'],
  ['ADAUSDT', '0.45', '0.00010', '1', 5, '2000000', '300000', '5', 'large'],
  ['1000PEPEUSDT', '0.01', '0.0000001', '1', 7, '100000000', '40000000', '5', 'large'],
  ['1000BONKUSDT', '0.02', '0.0000010', '1', 7, '80000000', '8000000', '5', 'large'],
  ['AVAXUSDT', '30', '0.0010', '1', 4, '50000', '5000', '5', 'large'],
  ['LINKUSDT', '15', '0.001', '0.01', 3, '200000', '20000', '20', 'large'],
  ['DOTUSDT', '6', '0.001', '0.1', 3, '500000', '50000', '5', 'large'],
  ['LTCUSDT', '80', '0.01', '0.001', 2, '10000', '5000', '20', 'major'],
  ['BCHUSDT', '400', '0.01', '0.001', 2, '10000', '850', '20', 'large'],
  ['TRXUSDT', '0.12', '0.00001', '1', 5, '10000000', '5000000', '5', 'large'],
  ['POLUSDT', '0.4', '0.00010', '1', 5, '2000000', '500000', '5', 'small'],
  ['UNIUSDT', '8', '0.0010', '1', 4, '100000', '20000', '5', 'large'],
  ['ATOMUSDT', '7', '0.001', '0.01', 3, '200000', '20000', '5', 'large'],
  ['ETCUSDT', '25', '0.001', '0.01', 3, '100000', '40000', '20', 'large'],
  ['XLMUSDT', '0.11', '0.00001', '1', 5, '10000000', '1000000', '5', 'large'],
  ['FILUSDT', '5', '0.001', '0.1', 3, '500000', '60000', '5', 'large'],
  ['NEARUSDT', '5', '0.0010', '1', 4, '500000', '80000', '5', 'large'],
  ['APTUSDT', '8', '0.00100', '0.1', 5, '500000', '50000', '5', 'large'],
  ['ARBUSDT', '0.8', '0.000100', '0.1', 6, '5000000', '500000', '5', 'large'],
  ['OPUSDT', '1.7', '0.0001000', '0.1', 7, '5000000', '500000', '5', 'large'],
  ['SUIUSDT', '1.2', '0.000100', '0.1', 6, '5000000', '1500000', '5', 'major'],
  ['INJUSDT', '22', '0.001000', '0.1', 6, '50000', '5000', '5', 'large'],
  ['SEIUSDT', '0.4', '0.0000100', '1', 7, '10000000', '1000000', '5', 'small'],
  ['TIAUSDT', '6', '0.0001000', '1', 7, '1000000', '100000', '5', 'large'],
  ['1000SHIBUSDT', '0.018', '0.000001', '1', 6, '100000000', '50000000', '5', 'large'],
  ['1000FLOKIUSDT', '0.16', '0.00001', '1', 5, '12000000', '2000000', '5', 'small'],
  ['WIFUSDT', '2.1', '0.0001000', '0.1', 7, '2000000', '300000', '5', 'large'],
  ['ORDIUSDT', '38', '0.001000', '0.1', 6, '50000', '8000', '5', 'large'],
  ['WLDUSDT', '2.3', '0.0001000', '1', 7, '1000000', '200000', '5', 'large'],
  ['FETUSDT', '1.4', '0.0001000', '1', 7, '2000000', '250000', '5', 'small'],
  ['RUNEUSDT', '5', '0.0010000', '1', 7, '500000', '25000', '5', 'small'],
  ['AAVEUSDT', '95', '0.010', '0.1', 3, '50000', '5000', '5', 'large'],
  ['LDOUSDT', '1.9', '0.000100', '1', 6, '1000000', '150000', '5', 'small'],
  ['ICPUSDT', '10', '0.001', '1', 3, '100000', '20000', '5', 'large'],
  ['HBARUSDT', '0.08', '0.00001', '1', 5, '10000000', '1000000', '5', 'large'],
  ['ALGOUSDT', '0.17', '0.0001', '0.1', 4, '10000000', '1500000', '5', 'small'],
  ['GALAUSDT', '0.035', '0.00001', '1', 5, '20000000', '2000000', '5', 'small'],
  ['SANDUSDT', '0.38', '0.00001', '1', 5, '10000000', '1000000', '5', 'small'],
  ['GMXUSDT', '27', '0.00100', '0.01', 5, '20000', '2000', '5', 'small'],
  ['PENDLEUSDT', '5.2', '0.0001000', '1', 7, '500000', '60000', '5', 'small'],
  ['JUPUSDT', '0.9', '0.0001000', '1', 7, '3000000', '300000', '5', 'small'],
];

/** notional cap, leverage, maintenance margin ratio */
const TIERS: Readonly<Record<Tier, readonly (readonly [number, number, string])[]>> = {
  top: [
    [300_000, 150, '0.004'],
    [800_000, 100, '0.005'],
    [3_000_000, 75, '0.0065'],
    [12_000_000, 50, '0.01'],
    [70_000_000, 25, '0.02'],
    [100_000_000, 20, '0.025'],
    [230_000_000, 10, '0.05'],
    [480_000_000, 5, '0.1'],
    [600_000_000, 4, '0.125'],
    [800_000_000, 3, '0.15'],
    [1_200_000_000, 2, '0.25'],
    [1_800_000_000, 1, '0.5'],
  ],
  major: [
    [50_000, 100, '0.005'],
    [500_000, 75, '0.0065'],
    [1_000_000, 50, '0.01'],
    [5_000_000, 25, '0.02'],
    [20_000_000, 10, '0.05'],
    [40_000_000, 5, '0.1'],
    [60_000_000, 3, '0.15'],
    [100_000_000, 1, '0.5'],
  ],
  large: [
    [10_000, 75, '0.01'],
    [50_000, 50, '0.015'],
    [200_000, 25, '0.02'],
    [1_000_000, 10, '0.05'],
    [4_000_000, 5, '0.1'],
    [8_000_000, 2, '0.25'],
    [20_000_000, 1, '0.5'],
  ],
  small: [
    [5_000, 50, '0.015'],
    [25_000, 25, '0.02'],
    [100_000, 10, '0.05'],
    [400_000, 5, '0.1'],
    [1_000_000, 2, '0.25'],
    [3_000_000, 1, '0.5'],
  ],
};

function brackets(tier: Tier): readonly Bracket[] {
  let floor = 0;
  let cum = new Decimal(0);
  let previous = new Decimal(0);
  return TIERS[tier].map(([notionalCap, initialLeverage, ratio], index) => {
    const maintMarginRatio = new Decimal(ratio);
    cum = cum.plus(maintMarginRatio.minus(previous).times(floor));
    const row = {
      bracket: index + 1,
      initialLeverage,
      notionalFloor: floor,
      notionalCap,
      maintMarginRatio,
      cum,
    };
    floor = notionalCap;
    previous = maintMarginRatio;
    return row;
  });
}

function instrument(row: Row): Instrument {
  const [symbol, price, tick, step, pricePrecision, maxQuantity, maxMarketQuantity, minNotional, tier] = row;
  const tickSize = new Decimal(tick);
  const stepSize = new Decimal(step);
  const startPrice = new Decimal(price);
  const band = tier === 'top' ? '0.05' : '0.15';
  return {
    symbol,
    baseAsset: symbol.slice(0, -'USDT'.length),
    quoteAsset: 'USDT',
    status: 'TRADING',
    tickSize,
    minPrice: tickSize,
    maxPrice: startPrice.times(70).toSignificantDigits(2),
    pricePrecision,
    stepSize,
    minQuantity: stepSize,
    maxQuantity: new Decimal(maxQuantity),
    maxMarketQuantity: new Decimal(maxMarketQuantity),
    quantityPrecision: stepSize.decimalPlaces(),
    minNotional: new Decimal(minNotional),
    percentPriceUp: new Decimal(1).plus(band),
    percentPriceDown: new Decimal(1).minus(band),
    maxOrders: 200,
    brackets: brackets(tier),
    startPrice,
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `QAAUSDT`, `QABUSDT`, …: names that no listed symbol has. */
function generatedRow(index: number): Row {
  const name = `Q${LETTERS[Math.floor(index / 26) % 26] ?? 'A'}${LETTERS[index % 26] ?? 'A'}`;
  const price = new Decimal((index % 97) + 3).div(10);
  return [`${name}USDT`, price.toFixed(), '0.0001', '1', 4, '5000000', '500000', '5', 'small'];
}

/** The first `count` contracts: the listed ones, then generated ones (at most 600 in all). */
export function instruments(count: number = LISTED.length): Map<string, Instrument> {
  const wanted = Math.min(Math.max(count, 1), 600);
  const rows = LISTED.slice(0, wanted);
  for (let index = 0; rows.length < wanted; index += 1) rows.push(generatedRow(index));
  return new Map(rows.map((row) => [row[0], instrument(row)]));
}

/** The entry of one contract in `GET /fapi/v1/exchangeInfo`. */
export function symbolInfo(contract: Instrument): Record<string, unknown> {
  return {
    symbol: contract.symbol,
    pair: contract.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: contract.deliveryDate ?? 4133404800000,
    onboardDate: 1569398400000,
    status: contract.status,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: contract.baseAsset,
    quoteAsset: contract.quoteAsset,
    marginAsset: contract.quoteAsset,
    pricePrecision: contract.pricePrecision,
    quantityPrecision: contract.quantityPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: ['PoW'],
    settlePlan: 0,
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10000,
    filters: filterList(contract),
    orderTypes: [
      'LIMIT',
      'MARKET',
      'STOP',
      'STOP_MARKET',
      'TAKE_PROFIT',
      'TAKE_PROFIT_MARKET',
      'TRAILING_STOP_MARKET',
    ],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY', 'DCA', 'PSB'],
  };
}

function filterList(contract: Instrument): Record<string, unknown>[] {
  const price = (value: Decimal) => value.toFixed(contract.pricePrecision);
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: price(contract.minPrice),
      maxPrice: price(contract.maxPrice),
      tickSize: price(contract.tickSize),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: contract.minQuantity.toFixed(),
      maxQty: contract.maxQuantity.toFixed(),
      stepSize: contract.stepSize.toFixed(),
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: contract.minQuantity.toFixed(),
      maxQty: contract.maxMarketQuantity.toFixed(),
      stepSize: contract.stepSize.toFixed(),
    },
    { filterType: 'MAX_NUM_ORDERS', limit: contract.maxOrders },
    { filterType: 'MIN_NOTIONAL', notional: contract.minNotional.toFixed() },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: contract.percentPriceUp.toFixed(4),
      multiplierDown: contract.percentPriceDown.toFixed(4),
      multiplierDecimal: '4',
    },
    { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE' },
  ];
}
