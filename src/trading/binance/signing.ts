import { createHmac, createPrivateKey, createSecretKey, sign } from 'node:crypto';

/**
 * Signs a query string the way Binance expects, percent-encoded where base64 needs it.
 * The SDK's own function imports the key through WebCrypto for every request.
 * @param secret an HMAC secret, or a PEM private key (Ed25519 or RSA)
 */
export function createSigner(secret: string): (payload: string) => Promise<string> {
  const { sign: signed } = createPlainSigner(secret);
  return async (payload) => encodeURIComponent(signed(payload));
}

export interface PlainSigner {
  /** Only such a key may log a WebSocket session on. */
  isEd25519: boolean;
  /** The signature as JSON carries it: hexadecimal for HMAC, else base64. */
  sign(payload: string): string;
}

/** @param secret as `createSigner` takes it; the line breaks of a PEM key may be written `\\n` */
export function createPlainSigner(secret: string): PlainSigner {
  if (!secret.includes('PRIVATE KEY')) {
    const key = createSecretKey(secret, 'utf8');
    const hmac = (payload: string) => createHmac('sha256', key).update(payload).digest('hex');
    return { isEd25519: false, sign: hmac };
  }
  const key = createPrivateKey(secret.replace(/\\n/g, '\n'));
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  const digest = isEd25519 ? null : 'RSA-SHA256';
  return { isEd25519, sign: (payload) => sign(digest, Buffer.from(payload), key).toString('base64') };
}

/**
 * Parameters as the WebSocket APIs want them: signed over all of them in alphabetical order.
 * @param nowMs the exchange's time
 */
export function signedParams(
  { key, signer }: { key: string; signer: PlainSigner },
  nowMs: number,
  params: Readonly<Record<string, string | number>> = {},
): Record<string, string | number> {
  const whole: Record<string, string | number> = { ...params, apiKey: key, timestamp: Math.round(nowMs) };
  const payload = Object.keys(whole)
    .sort()
    .map((name) => `${name}=${whole[name]}`)
    .join('&');
  return { ...whole, signature: signer.sign(payload) };
}
