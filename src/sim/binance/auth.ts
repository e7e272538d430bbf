import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { ApiError, apiError } from './errors.ts';

/**
 * Who may sign, and whether a request is signed rightly.
 * Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#signed-trade-and-user_data-endpoint-security
 */

/** A key that a test registers: an HMAC secret, or the PEM public key of an Ed25519 or RSA pair. */
export type ApiKey = { apiKey: string; secret: string } | { apiKey: string; publicKey: string };

/** What the key is allowed to do, as `GET /sapi/v1/account/apiRestrictions` reports it. */
export interface KeyRights {
  ipRestrict: boolean;
  enableReading: boolean;
  enableWithdrawals: boolean;
  enableInternalTransfer: boolean;
  enableMargin: boolean;
  enableFutures: boolean;
  permitsUniversalTransfer: boolean;
  enableVanillaOptions: boolean;
  enableFixApiTrade: boolean;
  enableFixReadOnly: boolean;
  enableSpotAndMarginTrading: boolean;
  enablePortfolioMarginTrading: boolean;
}

export const TRADING_RIGHTS: KeyRights = {
  ipRestrict: true,
  enableReading: true,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: true,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: false,
  enableSpotAndMarginTrading: true,
  enablePortfolioMarginTrading: false,
};

/** The parts of a request that its signature covers. */
export interface SignedParts {
  /** Query string as sent, without `?`. */
  query: string;
  /** Form body as sent. */
  body: string;
  params: ReadonlyMap<string, string>;
}

type Verifier = { kind: 'hmac'; secret: string } | { kind: 'public'; key: KeyObject };

const RECV_WINDOW_DEFAULT_MS = 5_000;
const RECV_WINDOW_MAX_MS = 60_000;
/** A client's clock may run ahead of the server's by less than this. */
const AHEAD_MS = 1_000;

/** The keys of one simulated account. With no key registered, every key and signature of the right form is taken. */
export class KeyRing {
  readonly #keys = new Map<string, Verifier>();
  rights: KeyRights = { ...TRADING_RIGHTS };
  /** Set by a script: every key is then answered -2015, as after a change of the key's IP list. */
  revoked = false;

  constructor(keys: readonly ApiKey[] = []) {
    for (const key of keys) this.register(key);
  }

  register(key: ApiKey): void {
    this.#keys.set(
      key.apiKey,
      'secret' in key
        ? { kind: 'hmac', secret: key.secret }
        : { kind: 'public', key: createPublicKey(key.publicKey) },
    );
  }

  /** The key; refuses with -2014 without a well-formed one, -2015 for one that is unknown or not allowed. */
  requireKey(apiKey: string | undefined, ip: string): string {
    const known = apiKey !== undefined && this.#keys.has(apiKey);
    if (apiKey === undefined || (!known && !/^[A-Za-z0-9._-]+$/.test(apiKey))) throw apiError(-2014);
    if (this.revoked || (!known && this.#keys.size > 0)) throw refusedKey(ip);
    return apiKey;
  }

  /** Refuses with -1102, -1131, -1021 or -1022. `nowMs` is the server's clock. */
  requireSignature(apiKey: string, parts: SignedParts, nowMs: number): void {
    requiredTimestamp(parts.params);
    const signature = parts.params.get('signature');
    if (signature === undefined || signature === '') throw apiError(-1102, 'signature');
    this.requireTimely(parts.params, nowMs);
    if (!this.#signed(apiKey, signedPayload(parts), signature)) throw apiError(-1022);
  }

  /** Refuses with -1102, -1131 or -1021. */
  requireTimely(params: SignedParts['params'], nowMs: number): void {
    const sentAt = requiredTimestamp(params);
    const recvWindow = Number(params.get('recvWindow') ?? RECV_WINDOW_DEFAULT_MS);
    if (!Number.isFinite(recvWindow) || recvWindow > RECV_WINDOW_MAX_MS) throw apiError(-1131);
    if (sentAt > nowMs + AHEAD_MS) {
      const ahead = apiError(-1021);
      ahead.message = "Timestamp for this request was 1000ms ahead of the server's time.";
      throw ahead;
    }
    if (nowMs - sentAt > recvWindow) throw apiError(-1021);
  }

  /** -4056: sessions are for Ed25519 keys alone. A key that was never registered is taken for one. */
  requireSessionKey(apiKey: string): void {
    const verifier = this.#keys.get(apiKey);
    const fits =
      verifier === undefined || (verifier.kind === 'public' && verifier.key.asymmetricKeyType === 'ed25519');
    if (!fits) throw new ApiError(-4056, 'HMAC_SHA256 API key is not supported.', 400);
  }

  #signed(apiKey: string, payload: string, signature: string): boolean {
    const verifier = this.#keys.get(apiKey);
    if (verifier === undefined) {
      return /^[0-9a-fA-F]{64}$/.test(signature) || /^[A-Za-z0-9+/]{80,}={0,2}$/.test(signature);
    }
    if (verifier.kind === 'hmac') {
      const expected = createHmac('sha256', verifier.secret).update(payload).digest();
      const given = Buffer.from(signature, 'hex');
      return given.length === expected.length && timingSafeEqual(given, expected);
    }
    const algorithm = verifier.key.asymmetricKeyType === 'rsa' ? 'RSA-SHA256' : null;
    return verify(algorithm, Buffer.from(payload), verifier.key, Buffer.from(signature, 'base64'));
  }
}

function requiredTimestamp(params: SignedParts['params']): number {
  const timestamp = params.get('timestamp');
  if (timestamp === undefined || !/^\d{1,16}$/.test(timestamp)) throw apiError(-1102, 'timestamp');
  return Number(timestamp);
}

function refusedKey(ip: string) {
  const refusal = apiError(-2015);
  refusal.message = `${refusal.message}, request ip: ${ip}`;
  return refusal;
}

/** Query and body as sent, one after the other, without the signature itself. */
function signedPayload(parts: SignedParts): string {
  return [parts.query, parts.body]
    .map((text) =>
      text
        .split('&')
        .filter((pair) => pair !== '' && !pair.startsWith('signature='))
        .join('&'),
    )
    .join('');
}
