import { TunnelFault } from './tunnel-fault';

const EXAMPLE = 'as in: npm run tunnel -- --url https://bridge.example.com';
/** What the bridge takes as PUBLIC_DOMAIN, in lower case. */
const HOST = /^[a-z0-9.-]+(?::\d{1,5})?$/;
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3})$/;

/** True for a host that is this machine, whatever its port. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.replace(/:\d+$/, ''));
}

/**
 * The host of a public address, as PUBLIC_DOMAIN wants it: no scheme, no path, lower case.
 * @param address `https://host`, `wss://host` or the host alone.
 * @throws TunnelFault with exit code 2 that says what is wrong with it.
 */
export function readPublicHost(address: string): string {
  const refuse = (wrong: string): never => {
    throw new TunnelFault(`--url ${address} ${wrong}, ${EXAMPLE}`, 2);
  };
  const text = address.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'ws') {
    return refuse('has no TLS, and Twilio sends streams to TLS alone: give the https address');
  }
  if (scheme !== undefined && scheme !== 'https' && scheme !== 'wss') {
    return refuse(`begins with ${scheme}://: give the https address`);
  }
  const full = scheme === undefined ? `https://${text}` : text.replace(/^wss:/i, 'https:');
  if (!URL.canParse(full)) return refuse('is no address: give a host');
  const url = new URL(full);
  if (url.username !== '' || url.password !== '') {
    return refuse('has a user or a password in it, which Twilio would not send: leave them out');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return refuse(
      `has more than a host (${url.pathname}${url.search}${url.hash}): the bridge stands at the top of it, so leave that out`,
    );
  }
  if (url.port !== '' && !isLoopback(url.hostname)) {
    return refuse(`has the port ${url.port}: Twilio sends streams to 443, so leave it out`);
  }
  if (!HOST.test(url.host)) return refuse('is no host name of letters, digits, dots and hyphens');
  return url.host;
}
