import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import type { Finding } from '../../check';
import { isLoopbackUrl, type Settings } from '../../settings';

const BARE_HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$/;

/** What is wrong with the host and the two addresses as they are written; nobody is asked. */
export function judgeAddresses({ environment, isTrial }: Settings): readonly Finding[] {
  const { PUBLIC_DOMAIN = '', BRIDGE_URL = '', FUNCTIONS_URL = '' } = environment;
  return [
    judgeDomain(PUBLIC_DOMAIN),
    judgeUrl('BRIDGE_URL', BRIDGE_URL, 'https://bridge.example.com'),
    judgeUrl('FUNCTIONS_URL', FUNCTIONS_URL, 'https://functions.example.com'),
    isTrial ? undefined : compareHosts(BRIDGE_URL, PUBLIC_DOMAIN),
  ].filter((one) => one !== undefined);
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

function judgeUrl(name: string, url: string, example: string): Finding | undefined {
  const wrong = url === '' ? undefined : findFault(url);
  if (wrong === undefined) return undefined;
  const isBridge = name === 'BRIDGE_URL';
  return {
    level: 'fault',
    id: isBridge ? 'bridge-url-wrong' : 'functions-url-wrong',
    found: `${name} ${wrong}`,
    why: isBridge
      ? 'the Functions ask the bridge there to take a call: they refuse this address, and the caller hears the fallback'
      : 'the number and the callbacks are pointed there: Twilio does not find the Functions',
    remedy: `set ${name} to the address without a path, or leave it out: ${name}=${correct(url) ?? example}`,
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
  const route =
    /^\/(stream-mode|test-mode|stream-ended|fallback|call-status|stream-status|diagnostics|calls|media-stream|ws-test|healthz)\b/;
  return route.test(pathname) ? `has the path ${pathname}, which is added to it` : undefined;
}

/** The same host in the form that is wanted, or undefined where there is none to be seen. */
function correct(url: string): string | undefined {
  const full = /^[a-z]+:\/\//i.test(url) ? url : `https://${url}`;
  if (!URL.canParse(full)) return undefined;
  const { host, hostname } = new URL(full);
  return isPrivateHost(hostname) ? undefined : `https://${host}`;
}

function compareHosts(bridgeUrl: string, domain: string): Finding | undefined {
  if (!BARE_HOST.test(domain) || bridgeUrl === '' || findFault(bridgeUrl) !== undefined) {
    return undefined;
  }
  const { host } = new URL(bridgeUrl);
  if (host === domain.toLowerCase() || isLoopbackUrl(bridgeUrl)) return undefined;
  return {
    level: 'warning',
    id: 'bridge-url-elsewhere',
    found: `BRIDGE_URL leads to ${host}, and PUBLIC_DOMAIN is ${domain}`,
    why: 'the call is asked for at one host and its stream goes to the other: that works only if both lead to the same bridge, and after a new tunnel they do not',
    remedy:
      'take BRIDGE_URL out of .env, so that PUBLIC_DOMAIN counts for both, and run npm run deploy',
  };
}
