import { MainClient } from 'binance/lib/main-client.js';
import { USDMClient } from 'binance/lib/usdm-client.js';
import { type Calls, createCalls, type Doubt } from './calls.ts';
import { type Clock, createClock } from './clock.ts';
import type { Endpoints } from './endpoints.ts';
import { type Gate, systemTime } from './gate.ts';
import type { SendOrder } from './order-socket.ts';
import type { Redactor } from './redact.ts';
import { createRestOrders } from './rest-orders.ts';
import { createPlainSigner, createSigner } from './signing.ts';
import { createTransport, type TransportLimits } from './transport.ts';

export interface Rest extends Calls {
  usdm: USDMClient;
  spot: MainClient;
  clock: Clock;
  /** Sends what places or cancels orders, by whichever way is quicker; inside `write`. */
  order: SendOrder;
  /** A request that is only there for its connection. */
  ping(): void;
  /** Used request weight of the current minute. */
  weight(now: number): number;
  close(): void;
}

export interface RestOptions {
  /** Whose clock and connection count, and whose request weight. */
  market: 'usdm' | 'spot';
  endpoints: Endpoints;
  key: string;
  secret: string;
  redactor: Redactor;
  limits: TransportLimits;
  /** Shared with what else asks of the same account and address. */
  gate: Gate;
  now(): number;
  onKeyRefused(code: number, message: string): void;
  doubt?: Doubt | undefined;
}

export function createRest(options: RestOptions): Rest {
  const { endpoints, redactor, gate, now } = options;
  const { doubt } = options;
  const transport = createTransport(options.limits, doubt);
  const clientOptions = {
    api_key: options.key,
    api_secret: options.secret,
    parseExceptions: false,
    disableTimeSync: true,
    filterUndefinedParams: true,
    customSignMessageFn: createSigner(options.secret),
  };
  const network = { adapter: transport.adapter, transformRequest: [], transformResponse: [] };
  const usdm = new USDMClient({ ...clientOptions, baseUrl: endpoints.usdmRest }, network);
  const spot = new MainClient({ ...clientOptions, baseUrl: endpoints.spotRest }, network);
  const client = options.market === 'usdm' ? usdm : spot;
  const clock: Clock = createClock(
    () => calls.ask(() => (options.market === 'usdm' ? usdm.getServerTime() : spotTime())),
    (offsetMs) => {
      usdm.setTimeOffset(offsetMs);
      spot.setTimeOffset(offsetMs);
    },
  );

  async function spotTime(): Promise<number> {
    const { serverTime } = (await spot.get('api/v3/time')) as { serverTime: number };
    return serverTime;
  }

  const calls = createCalls({
    gate,
    clock,
    now,
    clean: redactor.clean,
    onKeyRefused: options.onKeyRefused,
    doubt,
    time: systemTime,
  });

  return {
    usdm,
    spot,
    clock,
    ...calls,
    order: createRestOrders({
      origin: options.market === 'usdm' ? endpoints.usdmRest : endpoints.spotRest,
      key: options.key,
      signer: createPlainSigner(options.secret),
      transport,
      offsetMs: clock.offsetMs,
    }),
    ping() {
      calls.ask(() => client.testConnectivity()).catch(() => undefined);
    },
    weight(at) {
      const limits = client.getRateLimitStates();
      const sameMinute = Math.floor(limits.lastUpdated / 60_000) === Math.floor(at / 60_000);
      return sameMinute ? limits['x-mbx-used-weight-1m'] : 0;
    },
    close: () => transport.close(),
  };
}
