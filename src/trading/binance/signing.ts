import { createHmac, createPrivateKey, sign } from 'node:crypto';

/**
 * Signs a query string the way Binance expects, percent-encoded where base64 needs it.
 * The SDK's own function imports the key through WebCrypto for every request.
 * @param secret an HMAC secret, or a PEM private key (Ed25519 or RSA)
 */
export function createSigner(secret: string): (payload: string) => Promise<string> {
  if (!secret.includes('PRIVATE KEY')) {
    return async (payload) => createHmac('sha256', secret).update(payload).digest('hex');
  }
  const key = createPrivateKey(secret);
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'RSA-SHA256';
  return async (payload) => encodeURIComponent(sign(digest, Buffer.from(payload), key).toString('base64'));
}
