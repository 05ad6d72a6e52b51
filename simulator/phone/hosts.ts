/** Where public hosts really are, as in `{ 'bridge.example.com': 'http://127.0.0.1:8080' }`. */
export type Hosts = Readonly<Record<string, string>>;

/** Where to connect for an address, and the Host header that goes with it. */
export interface Destination {
  readonly url: URL;
  readonly host: string;
}

/**
 * Finds where a public address really is. http stands for ws there and https for wss, so that one
 * entry serves webhooks and streams. A host that is not listed is where it says it is.
 */
export function findDestination(address: URL, hosts: Hosts): Destination {
  const place = hosts[address.host] ?? hosts[address.hostname];
  if (place === undefined) return { url: address, host: address.host };
  const real = new URL(place);
  const secure = real.protocol === 'https:' || real.protocol === 'wss:';
  const isSocket = address.protocol === 'wss:' || address.protocol === 'ws:';
  const scheme = isSocket ? (secure ? 'wss' : 'ws') : secure ? 'https' : 'http';
  return {
    url: new URL(`${scheme}://${real.host}${address.pathname}${address.search}`),
    host: address.host,
  };
}
