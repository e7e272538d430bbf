import { urlToHttpOptions } from 'node:url';
import type { SendOrder } from './order-socket.ts';
import type { PlainSigner } from './signing.ts';
import type { Transport } from './transport.ts';

export interface RestOrdersOptions {
  /** Of the market's REST API, without a trailing slash. */
  origin: string;
  key: string;
  signer: PlainSigner;
  transport: Pick<Transport, 'send'>;
  /** The exchange's clock less ours. */
  offsetMs(): number;
}

/** Of a request that names none, as the SDK has it. */
const RECV_WINDOW_MS = '5000';

/**
 * Orders by REST as the SDK's client sends them, signed and put together by ourselves: on cold caches, where an order
 * finds the program, that client and axios below it took as long as the socket does. The figures are in docs/performance.md.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#signed-trade-and-user_data-endpoint-security
 */
export function createRestOrders({ origin, key, signer, transport, offsetMs }: RestOrdersOptions): SendOrder {
  const { protocol, hostname, port } = urlToHttpOptions(new URL(origin));
  const there = { protocol, hostname, port };

  return async ({ verb, path }, params, release) => {
    const query = signedQuery(params, Date.now() + offsetMs(), signer);
    const to = { ...there, path: `/${path}?${query}` };
    const reply = await transport.send({ method: verb, to, key, body: '', isWrite: true, release });
    if (reply.status !== 200) throw reply;
    return reply.data;
  };
}

/** Percent-encoded before it is signed: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security */
export function signedQuery(
  params: Readonly<Record<string, string>>,
  timestampMs: number,
  signer: PlainSigner,
): string {
  let query = '';
  for (const name in params) query += `${name}=${encodeURIComponent(params[name] ?? '')}&`;
  if (params.recvWindow === undefined) query += `recvWindow=${RECV_WINDOW_MS}&`;
  query += `timestamp=${timestampMs}`;
  return `${query}&signature=${encodeURIComponent(signer.sign(query))}`;
}
