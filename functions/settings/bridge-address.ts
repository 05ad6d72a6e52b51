import { CodedError } from '../../protocol/errors';
import { readVariable } from './variables';

/** Where the bridge is, and the secret that signs requests to it. */
export interface BridgeAddress {
  /** Without a trailing slash. */
  readonly url: string;
  readonly secret: string;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads where the bridge is. Call data goes there, so it must be https or this very machine.
 * @throws CodedError `bridge_url_missing`, `bridge_url_unsafe` or `bridge_secret_missing`.
 */
export function readBridgeAddress(context: object): BridgeAddress {
  const text = readVariable(context, 'BRIDGE_URL');
  if (text === undefined) throw new CodedError('bridge_url_missing');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CodedError(
      'bridge_url_unsafe',
      'it is not an address, as https://bridge.example.com',
    );
  }
  const safe =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!safe) throw new CodedError('bridge_url_unsafe');
  const secret = readVariable(context, 'BRIDGE_SECRET');
  if (secret === undefined) throw new CodedError('bridge_secret_missing');
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), secret };
}
