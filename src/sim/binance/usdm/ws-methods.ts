import type { WsMethods } from '../ws-api.ts';

/**
 * The WebSocket API's requests by method, with the REST route that does the same.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/websocket-api
 */
export const WS_METHODS: WsMethods = {
  depth: ['GET', '/fapi/v1/depth'],
  'ticker.price': ['GET', '/fapi/v1/ticker/price'],
  'ticker.book': ['GET', '/fapi/v1/ticker/bookTicker'],
  'order.place': ['POST', '/fapi/v1/order'],
  'order.modify': ['PUT', '/fapi/v1/order'],
  'order.cancel': ['DELETE', '/fapi/v1/order'],
  'order.status': ['GET', '/fapi/v1/order'],
  'algoOrder.place': ['POST', '/fapi/v1/algoOrder'],
  'algoOrder.cancel': ['DELETE', '/fapi/v1/algoOrder'],
  'account.balance': ['GET', '/fapi/v2/balance'],
  'v2/account.balance': ['GET', '/fapi/v3/balance'],
  'account.status': ['GET', '/fapi/v2/account'],
  'v2/account.status': ['GET', '/fapi/v3/account'],
  'account.position': ['GET', '/fapi/v2/positionRisk'],
  'v2/account.position': ['GET', '/fapi/v3/positionRisk'],
  'userDataStream.start': ['POST', '/fapi/v1/listenKey'],
  'userDataStream.ping': ['PUT', '/fapi/v1/listenKey'],
  'userDataStream.stop': ['DELETE', '/fapi/v1/listenKey'],
};
