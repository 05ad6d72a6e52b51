import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import type { Finding } from '../../check';
import { isLoopbackUrl, type Settings } from '../../settings';

const BARE_HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$/;

/**
 * What is wrong with the bridge's host and address as they are written; nobody is asked. Of
 * FUNCTIONS_URL the bridge's own word and `functions.address` tell.
 */
export function judgeAddresses({ environment }: Settings): readonly Finding[] {
  const { PUBLIC_DOMAIN = '', BRIDGE_URL = '' } = environment;
  return [judgeDomain(PUBLIC_DOMAIN), judgeBridgeUrl(BRIDGE_URL)].filter(
    (one) => one !== undefined,
  );
}

function judgeDomain(domain: string): Finding | undefined {
  if (domain === '' || BARE_HOST.test(domain)) return undefined;
  const [, scheme, host = '', rest = ''] = /^([a-z]+:\/\/)?([^/?#]*)(.*)$/is.exec(domain) ?? [];
  const what = [
    scheme === undefined ? [] : [`the scheme ${scheme}`],
    rest === '/' ? ['a slash at its end'] : rest === '' ? [] : [`the path ${rest}`],
  ].flat();
  return {
    level: 'fault',
    id: 'public-domain-not-bare',
    found: `PUBLIC_DOMAIN has ${what.length === 0 ? 'what no host has' : what.join(' and ')}`,
    why: 'it stands in the address of the stream and in its signature, letter for letter: the bridge does not start with it',
    remedy: `set PUBLIC_DOMAIN to the host alone: PUBLIC_DOMAIN=${BARE_HOST.test(host) ? host : 'bridge.example.com'}`,
  };
}

function judgeBridgeUrl(url: string): Finding | undefined {
  const wrong = url === '' ? undefined : findFault(url);
  if (wrong === undefined) return undefined;
  return {
    level: 'fault',
    id: 'bridge-url-wrong',
    found: `BRIDGE_URL ${wrong}`,
    why: 'the Functions ask the bridge there to take a call: they refuse this address, and the caller hears the fallback',
    remedy: `set BRIDGE_URL to the address without a path, or leave it out: BRIDGE_URL=${correct(url) ?? 'https://bridge.example.com'}`,
  };
}

function findFault(url: string): string | undefined {
  // bridge.example.com:443 would parse, with its name for a scheme.
  if (!/^[a-z]+:\/\//i.test(url) || !URL.canParse(url)) return 'has no https:// before its host';
  const { protocol, pathname, search, hash, username } = new URL(url);
  if (isLoopbackUrl(url) && protocol === 'http:') return undefined;
  if (protocol !== 'https:') return `begins with ${protocol}// and not with https://`;
  if (username !== '') return 'has a user name in it';
  if (search !== '' || hash !== '') return 'has more than a host: a query or a fragment';
  const route = /^\/(calls|media-stream|ws-test|healthz|readyz|diagnostics)\b/;
  return route.test(pathname) ? `has the path ${pathname}, which is added to it` : undefined;
}

/** The same host in the form that is wanted, or undefined where there is none to be seen. */
function correct(url: string): string | undefined {
  const full = /^[a-z]+:\/\//i.test(url) ? url : `https://${url}`;
  if (!URL.canParse(full)) return undefined;
  const { host, hostname } = new URL(full);
  return isPrivateHost(hostname) ? undefined : `https://${host}`;
}
