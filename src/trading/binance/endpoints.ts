export type BinanceEnv = 'paper' | 'testnet' | 'demo' | 'live';

/** Origins without a trailing slash. */
export interface Endpoints {
  usdmRest: string;
  spotRest: string;
  usdmStream: string;
  spotStream: string;
  /** The WebSocket APIs; the spot account's events come from there too. */
  usdmSocketApi: string;
  spotSocketApi: string;
}

/**
 * Hosts of each environment.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#general-api-information
 * https://github.com/binance/binance-spot-api-docs/blob/master/demo-mode/general-info.md
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Important-WebSocket-Change-Notice
 */
const HOSTS: Record<Exclude<BinanceEnv, 'paper'>, Endpoints> = {
  live: {
    usdmRest: 'https://fapi.binance.com',
    spotRest: 'https://api.binance.com',
    usdmStream: 'wss://fstream.binance.com',
    spotStream: 'wss://stream.binance.com:9443',
    usdmSocketApi: 'wss://ws-fapi.binance.com',
    spotSocketApi: 'wss://ws-api.binance.com',
  },
  testnet: {
    usdmRest: 'https://testnet.binancefuture.com',
    spotRest: 'https://testnet.binance.vision',
    usdmStream: 'wss://stream.binancefuture.com',
    spotStream: 'wss://stream.testnet.binance.vision',
    usdmSocketApi: 'wss://testnet.binancefuture.com',
    spotSocketApi: 'wss://ws-api.testnet.binance.vision',
  },
  demo: {
    usdmRest: 'https://demo-fapi.binance.com',
    spotRest: 'https://demo-api.binance.com',
    usdmStream: 'wss://fstream.binancefuture.com',
    spotStream: 'wss://demo-stream.binance.com',
    // The testnet's: https://github.com/ccxt/ccxt/blob/master/ts/src/pro/binance.ts
    usdmSocketApi: 'wss://testnet.binancefuture.com',
    spotSocketApi: 'wss://demo-ws-api.binance.com',
  },
};

/**
 * @param url one origin (`http://host:port`) that serves every path, REST and WebSocket; null for Binance's own hosts.
 * @throws Error when `paper` is asked for without a url: it has no host of its own.
 */
export function endpointsOf(env: BinanceEnv, url: string | null): Endpoints {
  if (url !== null) {
    const { origin, protocol, host } = new URL(url);
    const stream = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}`;
    return {
      usdmRest: origin,
      spotRest: origin,
      usdmStream: stream,
      spotStream: stream,
      usdmSocketApi: stream,
      spotSocketApi: stream,
    };
  }
  if (env === 'paper') throw new Error('paper trading needs the address of a simulated exchange');
  return HOSTS[env];
}

const PRIVATE_EVENTS = [
  'ORDER_TRADE_UPDATE',
  'ALGO_UPDATE',
  'ACCOUNT_UPDATE',
  'ACCOUNT_CONFIG_UPDATE',
  'listenKeyExpired',
].join('/');

/**
 * The ways in which sources write the private stream's address, most trusted first. Production has been reported to
 * accept a key in the path, or a query without `events`, and then to send nothing.
 * https://github.com/oliver-zehentleitner/unicorn-binance-websocket-api/pull/446
 */
export const PRIVATE_STREAM_FORMS: readonly ((listenKey: string) => string)[] = [
  (listenKey) => `/private/ws?listenKey=${listenKey}&events=${PRIVATE_EVENTS}`,
  (listenKey) => `/private/ws?listenKey=${listenKey}`,
  (listenKey) => `/private/ws/${listenKey}`,
  (listenKey) => `/private/stream?listenKey=${listenKey}`,
];
