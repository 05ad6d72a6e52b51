import { BlockList, isIP } from 'node:net';
import { readIpAddress } from './ip-address';
import type { HttpRequest } from './web';

/**
 * Reads `TRUSTED_PROXIES`: addresses and networks (CIDR), by commas; `none` is an empty list.
 * @throws RangeError with the part that is neither.
 */
export function readTrustedProxies(text: string): readonly string[] {
  const parts = text.trim() === 'none' ? [] : text.split(',').map((part) => part.trim());
  for (const part of parts) addTo(new BlockList(), part);
  return parts;
}

/**
 * Finds who a request comes from. `X-Forwarded-For` counts only where a listed proxy hands it on: each
 * proxy adds whom it had before it, at the end, so the client is the last that is no listed proxy;
 * what stands before it is what the client says of itself, and no more than that.
 */
export function createClientAddress(
  proxies: readonly string[],
): (request: Pick<HttpRequest, 'remoteAddress' | 'headers'>) => string {
  const trusted = new BlockList();
  for (const proxy of proxies) addTo(trusted, proxy);
  const isTrusted = (address: string) =>
    trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return ({ remoteAddress, headers }) => {
    let client = readIpAddress(remoteAddress);
    if (client === undefined) return remoteAddress;
    const hops = headers['x-forwarded-for']?.split(',') ?? [];
    while (isTrusted(client)) {
      const before = readIpAddress(hops.pop() ?? '');
      if (before === undefined) break; // a proxy that does not say whom it had is all that is known
      client = before;
    }
    return client;
  };
}

function addTo(list: BlockList, part: string): void {
  const [given = '', bits, ...more] = part.split('/');
  const address = isIP(given) === 0 ? undefined : readIpAddress(given);
  if (address === undefined || more.length > 0) throw new RangeError(part);
  const most = isIP(address) === 6 ? 128 : 32;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  if (!(prefix <= most)) throw new RangeError(part);
  list.addSubnet(address, prefix, most === 128 ? 'ipv6' : 'ipv4');
}
