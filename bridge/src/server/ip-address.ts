import { isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * The one way to write an IP address: IPv6 as short as it goes, and IPv4 that came as IPv6 as IPv4.
 * @returns undefined where it is no address. A port behind it, and brackets, are left out.
 */
export function readIpAddress(text: string): string | undefined {
  const given = text.trim();
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(given)?.[1] ?? given.replace(/^([\d.]+):\d+$/, '$1');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare) || bare.includes('%')) return undefined;
  // RFC 5952, as the URL standard writes it.
  const short = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high = 0, low = 0] = mapped.slice(1).map((group) => parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * What limits are counted by: an IPv4 address, or the 64 bits of an IPv6 one that a network has,
 * since whoever has one address has all of them.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? 8 - front.length - back.length : 0;
  return `${[...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':')}::/64`;
}
