import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';

const EXAMPLE = 'Example: BRIDGE_URL=https://bridge.example.com';
/** As the bridge takes it. */
const PUBLIC_DOMAIN = /^[A-Za-z0-9.-]+(:\d{1,5})?$/;

/** Where the deployed Functions shall reach the bridge: BRIDGE_URL, or PUBLIC_DOMAIN over https. */
export interface BridgeAddress {
  /** Undefined if there is none that is any good. */
  readonly url: string | undefined;
  /** One sentence each, with its remedy. */
  readonly faults: readonly string[];
  /** What is allowed and looks like a mistake. */
  readonly note: string | undefined;
}

/** Reads it from the environment; Functions on Twilio reach no private host, and call data goes there. */
export function readBridgeAddress(environment: NodeJS.ProcessEnv): BridgeAddress {
  const given = environment.BRIDGE_URL?.trim() ?? '';
  const domain = environment.PUBLIC_DOMAIN?.trim() ?? '';
  if (given === '' && domain === '') {
    return refuse(
      `BRIDGE_URL is missing, and PUBLIC_DOMAIN too: the Functions must know where the bridge is. ${EXAMPLE}`,
    );
  }
  if (given === '' && !PUBLIC_DOMAIN.test(domain)) {
    return refuse(
      'PUBLIC_DOMAIN is more than a host: it has no scheme and no path. Example: PUBLIC_DOMAIN=bridge.example.com',
    );
  }
  const address = given === '' ? `https://${domain}` : given;
  const name = given === '' ? 'PUBLIC_DOMAIN' : 'BRIDGE_URL';
  // bridge.example.com:443 would parse, with its name for a scheme.
  if (!URL.canParse(address) || !/^[a-z]+:\/\//i.test(address)) {
    return refuse(`${name} is no address: it begins with https://. ${EXAMPLE}`);
  }
  const { protocol, hostname, host, username, search, hash } = new URL(address);
  if (isPrivateHost(hostname)) {
    return refuse(
      `${name} leads to ${hostname}, which the Functions on Twilio cannot reach: open a tunnel first (npm run tunnel). ${EXAMPLE}`,
    );
  }
  if (protocol !== 'https:') return refuse(`${name} is not https. ${EXAMPLE}`);
  if (username !== '' || search !== '' || hash !== '') {
    return refuse(`${name} has more than a host and a path. ${EXAMPLE}`);
  }
  const note =
    domain === '' || domain.toLowerCase() === host
      ? undefined
      : `BRIDGE_URL leads to ${host}, and PUBLIC_DOMAIN is ${domain}: if the bridge is at the latter, take BRIDGE_URL out of .env`;
  return { url: address.replace(/\/+$/, ''), faults: [], note };
}

function refuse(fault: string): BridgeAddress {
  return { url: undefined, faults: [fault], note: undefined };
}
