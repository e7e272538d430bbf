/** Signals that the rows trade on, and what the bot's orders look like on the wire. */

export const AT_MARKET = '#BTC/USDT LONG market\nTP1: 61000\nTP2: 62000\nSL: 59500';
export const AT_LIMIT = '#BTC/USDT LONG\nEntry: 60000\nTP1: 61000\nTP2: 62000\nSL: 59000\nLeverage: 5x';
export const SHORT_ETH = '#ETH/USDT SHORT\nEntry: 3050\nTP1: 2950\nTP2: 2900\nSL: 3150';

export const ENTRY = { method: 'POST', path: '/fapi/v1/order', params: { side: 'BUY' } };
export const STOP = { method: 'POST', path: '/fapi/v1/algoOrder' };
export const TARGET = { method: 'POST', path: '/fapi/v1/order', params: { side: 'SELL', type: 'LIMIT' } };
export const CLOSE = { method: 'POST', path: '/fapi/v1/order', params: { side: 'SELL', type: 'MARKET' } };
export const QUERY = { method: 'GET', path: '/fapi/v1/order' };
