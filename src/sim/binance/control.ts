import type { KeyRights } from './auth.ts';
import { candles } from './book-views.ts';
import {
  amount,
  amounts,
  type Body,
  given,
  type Handle,
  levels,
  params,
  partial,
  text,
} from './control-input.ts';
import { ApiError } from './errors.ts';
import type { SymbolStatus } from './instruments.ts';
import { readHttpFault, readPolicy, readStreamFault } from './script-input.ts';
import type { BinanceSim } from './server.ts';
import { overview, snapshot } from './snapshot.ts';
import { spotControlRoutes } from './spot/control.ts';
import { spotOverview, spotSnapshot } from './spot/snapshot.ts';
import type { Category } from './usdm/market-streams.ts';
import type { MarginType, PositionSide, Side } from './usdm/model.ts';

/**
 * Steering the simulator from another process: JSON over HTTP under `/__sim/`. Amounts are decimal strings.
 * A test in the same process calls the same things directly: `sim.usdm` (setPrice, setDepth, setPartialFill,
 * fillOrder, placeOrder, placeAlgo, liquidate, deleverage, fund, transfer, dropAlgo, …), `sim.faults`,
 * `sim.streams`, `sim.limiter`, `sim.prices`, `sim.setClockOffset`, `sim.requests`.
 *
 * GET  snapshot                                     balances, positions, both books, order and trade history; the same of spot
 * GET  overview                                     prices, the account's money, positions and open orders, newest trades; the same of spot
 * GET  requests                                     what was sent: method, path, params, at, whether by a socket
 * POST price       {symbol, last?, mark?}           moves the market and crosses what is on the way; mark goes with last
 * POST jump        {symbol, to}                       a gap: nothing trades on the way, stops fill at the new price
 * POST walk        {symbol, to, steps}              the same in equal steps
 * POST speed       {factor}                         of a synthetic market: 0 stands still, 60 lives an hour in a minute
 * POST candles      {symbol, interval?, limit?}      klines as the exchange writes them, whatever faults there are
 * POST step        {ticks}                          ticks of a synthetic market, rows of a recorded one
 * POST depth       {symbol, bids, asks}             [[price, quantity], …]: the book until the next price
 * POST partial     {symbol, fraction | quantity}    the next crossing fills only this much of each resting order
 * POST fill        {orderId, quantity}              fills a part of a resting order
 * POST fault       {preset, code?, msg?, status?, method?, http?, path?, params?, nth?, count?, apply?, applyAfterMs?, delayMs?, unless?}
 *                  presets: refuse limited late twice unknown503 unavailable503 throttled timeout unexpected html502 empty cut drop hang;
 *                  `limited` is a 429, {seconds} to wait; or {answer, apply, …} as HttpFault has it
 * POST stream-fault {action: lose|double|hold|delay, event?, symbol?, status?, nth?, count?, delayMs?}
 * POST faults/clear · GET faults
 * POST api         {do: freeze|resume|drop|refuse, count?}  the sockets of the WebSocket API
 * POST streams     {do: stall|resume|freeze|release|release-reversed|drop|refuse|expire-listen-key|announce-shutdown,
 *                  category?, count?}                `refuse` answers the next `count` handshakes with 503
 * POST order       {symbol, side, type, quantity, price?, timeInForce?, reduceOnly?, positionSide?, via?}
 *                  the user by hand; `via` (web, ios, android, electron) begins the client id
 * POST algo        {symbol, side, type, triggerPrice, quantity? | closePosition?, workingType?, …, via?}
 * POST cancel      {symbol, orderId} | {algoId}
 * POST close       {symbol, positionSide?, quantity?, via?}   the user closes a position at market
 * POST account     {hedgeMode?, multiAssets?, canTrade?, feeBurn?, bnb?}   changed in the app, without asking; bnb: for fees
 * POST leverage    {symbol, leverage} · POST margin-type {symbol, marginType}
 * POST liquidate   {symbol, positionSide?} · POST adl {symbol, positionSide?, quantity?}
 * POST settle      {symbol}                          delists the contract
 * POST fund        {symbol, rate?} · POST transfer {amount}
 * POST drop-algo   {algoId, status: REJECTED|EXPIRED, reason?} · POST expire {orderId}
 * POST status      {symbol, status: TRADING|PENDING_TRADING|SETTLING|CLOSE}
 * POST filters     {symbol, tickSize?, stepSize?, minQuantity?, maxQuantity?, maxMarketQuantity?, minNotional?}
 * POST event       {e, …}                           sends any event on the private stream
 * POST rights {enableWithdrawals?, …} · POST key {revoked}
 * POST policy      {reduceOnlyMarket?, reduceOnlyLimit?, gteWithoutPosition?, maxAlgoOrders?, funding?} as Policy has it
 * POST clock       {offsetMs} · POST ban {seconds}
 * POST spot/…      the spot half: see spot/control.ts
 */

export function controlRoutes(sim: BinanceSim): Map<string, Handle> {
  const routes: Record<string, Handle> = {
    'GET snapshot': () => ({ ...snapshot(sim.usdm), spot: spotSnapshot(sim.spot.exchange) }),
    'GET overview': () => ({
      ...overview(sim.usdm),
      speed: sim.prices.speed,
      spot: spotOverview(sim.spot.exchange),
    }),
    'GET requests': () => sim.requests,
    'GET faults': () => sim.faults.list(),
    ...marketRoutes(sim),
    ...faultRoutes(sim),
    ...userRoutes(sim),
    ...exchangeRoutes(sim),
    ...spotControlRoutes(sim.spot),
  };
  return new Map(
    Object.entries(routes).map(([key, handle]) => {
      const [method, name] = key.split(' ');
      return [`${method} /__sim/${name}`, handle];
    }),
  );
}

function marketRoutes(sim: BinanceSim): Record<string, Handle> {
  return {
    'POST price': (body) => {
      const last = amount(body, 'last');
      const mark = amount(body, 'mark');
      sim.usdm.setPrice(text(body, 'symbol'), {
        ...(last === null ? {} : { last }),
        ...(mark === null ? {} : { mark }),
      });
    },
    'POST walk': (body) => {
      const symbol = text(body, 'symbol');
      const to = given(body, 'to');
      const from = sim.usdm.market(symbol).last;
      const steps = Number(body.steps ?? 10);
      for (let step = 1; step <= steps; step += 1) {
        sim.usdm.setPrice(symbol, { last: from.plus(to.minus(from).times(step).div(steps)) });
      }
    },
    'POST candles': (body) => {
      const range = { limit: Number(body.limit ?? 240) };
      return candles(
        sim.usdm.market(text(body, 'symbol')),
        String(body.interval ?? '1m'),
        range,
        sim.usdm.now(),
      );
    },
    'POST jump': (body) => sim.usdm.jumpPrice(text(body, 'symbol'), given(body, 'to')),
    'POST speed': (body) => sim.prices.setSpeed(given(body, 'factor').toNumber()),
    'POST step': (body) => sim.prices.step(Number(body.ticks ?? 1)),
    'POST depth': (body) =>
      sim.usdm.setDepth(text(body, 'symbol'), { bids: levels(body.bids), asks: levels(body.asks) }),
    'POST partial': (body) => sim.usdm.setPartialFill(text(body, 'symbol'), partial(body)),
    'POST fill': (body) => ({
      filled: sim.usdm.fillOrder(Number(body.orderId), given(body, 'quantity')).toFixed(),
    }),
  };
}

function faultRoutes(sim: BinanceSim): Record<string, Handle> {
  return {
    'POST fault': (body) => sim.faults.add(readHttpFault(body)),
    'POST stream-fault': (body) => sim.faults.addStream(readStreamFault(body)),
    'POST faults/clear': () => sim.faults.clear(),
    'POST streams': (body) => steerStreams(sim, body),
    'POST api': (body) => steerApi(sim, body),
  };
}

function steerApi({ api }: BinanceSim, body: Body): void {
  const action = text(body, 'do');
  switch (action) {
    case 'freeze':
      return api.sockets.freeze();
    case 'resume':
      return api.sockets.thaw();
    case 'drop':
      return api.sockets.drop();
    case 'refuse':
      return api.sockets.refuse(Number(body.count ?? 1));
    default:
      throw new ApiError(-1, `unknown action ${action}`, 400);
  }
}

function steerStreams(sim: BinanceSim, body: Body): void {
  const action = text(body, 'do');
  switch (action) {
    case 'stall':
      return sim.streams.stall();
    case 'resume':
      return sim.streams.resume();
    case 'freeze':
      return sim.streams.freeze();
    case 'release':
      return sim.streams.release();
    case 'release-reversed':
      return sim.streams.release(true);
    case 'drop':
      return sim.streams.drop(body.category as Category | undefined);
    case 'refuse':
      return sim.streams.refuse(Number(body.count ?? 1));
    case 'expire-listen-key':
      return sim.streams.expireListenKey();
    case 'announce-shutdown':
      return sim.streams.announceShutdown();
    default:
      throw new ApiError(-1, `unknown action ${action}`, 400);
  }
}

/** What the account's owner does in the app or on the website. */
function userRoutes(sim: BinanceSim): Record<string, Handle> {
  const { usdm } = sim;
  const byHand = (body: Body) => `${body.via ?? 'web'}_${usdm.clientId()}`;
  return {
    'POST order': (body) => {
      const order = usdm.placeOrder(
        params({ ...body, newClientOrderId: body.newClientOrderId ?? byHand(body) }),
      );
      return { orderId: order.orderId, clientOrderId: order.clientOrderId, status: order.status };
    },
    'POST algo': (body) => {
      const clientAlgoId = body.clientAlgoId ?? byHand(body);
      const algo = usdm.placeAlgo(params({ algoType: 'CONDITIONAL', ...body, clientAlgoId }));
      return { algoId: algo.algoId, clientAlgoId: algo.clientAlgoId, algoStatus: algo.status };
    },
    'POST cancel': (body) => {
      if (body.algoId === undefined) usdm.cancelOrder(params(body));
      else usdm.cancelAlgo(params(body));
    },
    'POST close': (body) => {
      const side = positionSide(body);
      const held = usdm.account.position(text(body, 'symbol'), side).amount;
      const sends: Side = held.isPositive() ? 'SELL' : 'BUY';
      const order = usdm.placeOrder(
        params({
          symbol: body.symbol,
          side: sends,
          type: 'MARKET',
          quantity: body.quantity ?? held.abs().toFixed(),
          newClientOrderId: byHand(body),
          ...(side === 'BOTH' ? { reduceOnly: 'true' } : { positionSide: side }),
        }),
      );
      return { orderId: order.orderId, clientOrderId: order.clientOrderId };
    },
    'POST account': (body) => {
      const flags = ['hedgeMode', 'multiAssets', 'canTrade', 'feeBurn'].filter(
        (name) => typeof body[name] === 'boolean',
      );
      const bnb = amount(body, 'bnb');
      usdm.changeAccount({
        ...Object.fromEntries(flags.map((name) => [name, body[name] === true])),
        ...(bnb === null ? {} : { bnb }),
      });
    },
    'POST leverage': (body) => usdm.setLeverage(params(body)),
    'POST margin-type': (body) => {
      usdm.account.settingsOf(text(body, 'symbol')).marginType = text(body, 'marginType') as MarginType;
    },
    'POST transfer': (body) => usdm.transfer(given(body, 'amount')),
  };
}

const FILTERS = [
  'tickSize',
  'stepSize',
  'minQuantity',
  'maxQuantity',
  'maxMarketQuantity',
  'minNotional',
] as const;

/** What the exchange does by itself. */
function exchangeRoutes(sim: BinanceSim): Record<string, Handle> {
  const { usdm } = sim;
  return {
    'POST liquidate': (body) => usdm.liquidate(text(body, 'symbol'), positionSide(body)),
    'POST adl': (body) =>
      usdm.deleverage(text(body, 'symbol'), positionSide(body), amount(body, 'quantity') ?? undefined),
    'POST settle': (body) => usdm.settle(text(body, 'symbol')),
    'POST fund': (body) => usdm.fund(text(body, 'symbol'), amount(body, 'rate') ?? undefined),
    'POST drop-algo': (body) =>
      usdm.dropAlgo(
        Number(body.algoId),
        body.status === 'EXPIRED' ? 'EXPIRED' : 'REJECTED',
        String(body.reason ?? ''),
      ),
    'POST expire': (body) => usdm.expireOrder(Number(body.orderId)),
    'POST status': (body) => usdm.setStatus(text(body, 'symbol'), text(body, 'status') as SymbolStatus),
    'POST filters': (body) => usdm.changeInstrument(text(body, 'symbol'), amounts(body, FILTERS)),
    'POST event': (body) => usdm.publish({ e: 'UNKNOWN', E: usdm.now(), ...body }),
    'POST rights': (body) => {
      usdm.keys.rights = { ...usdm.keys.rights, ...(body as Partial<KeyRights>) };
    },
    'POST key': (body) => {
      usdm.keys.revoked = body.revoked === true;
    },
    'POST policy': (body) => {
      Object.assign(usdm.policy, readPolicy(body));
    },
    'POST clock': (body) => sim.setClockOffset(Number(body.offsetMs ?? 0)),
    'POST ban': (body) => sim.limiter.ban(usdm.now() + Number(body.seconds ?? 120) * 1000),
  };
}

function positionSide(body: Body): PositionSide {
  const side = body.positionSide ?? 'BOTH';
  if (side !== 'BOTH' && side !== 'LONG' && side !== 'SHORT')
    throw new ApiError(-1, 'no such positionSide', 400);
  return side;
}
