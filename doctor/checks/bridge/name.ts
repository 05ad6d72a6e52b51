import { isIPv4 } from 'node:net';
import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import { type Check, type Finding, oneFinding } from '../../check';
import { asUnreachable } from '../../reach';
import { explainConnection } from './connection';
import { requirePlace } from './place';

/** The name of the bridge, as a name server knows it. */
export const checkName: Check = {
  id: 'bridge.name',
  title: "The bridge's name",
  needs: ['bridge.address'],
  after: ['twiml.host'],
  run: async (examination) => {
    const { host, real, isByName, reach } = requirePlace(examination);
    if (!isByName) return { found: `not looked up: it is reached at ${real.origin}` };
    const name = new URL(`https://${host}`).hostname.replace(/^\[|\]$/g, '');
    let addresses: readonly string[];
    try {
      addresses = await reach.lookUp(name);
    } catch (error) {
      return oneFinding(explainConnection(asUnreachable(error), host));
    }
    const finding = judge(name, addresses);
    return finding === undefined ? { found: addresses.join(', ') } : oneFinding(finding);
  },
};

function judge(name: string, addresses: readonly string[]): Finding | undefined {
  const shown = addresses.join(', ');
  const hidden = addresses.filter(isPrivateHost);
  if (hidden.length > 0) {
    return {
      level: 'fault',
      id: 'name-private',
      found: `${name} leads to ${hidden.join(', ')}, an address of a private network`,
      why: 'Twilio cannot get there from outside: no stream comes, and the call ends at once',
      remedy: `let the A record of ${name} name the public IPv4 address of the server; if a name server of your own network answers otherwise than the public one, ask with: dig ${name} @1.1.1.1`,
      twilioCode: 31904,
    };
  }
  if (!addresses.some(isIPv4)) {
    return {
      level: 'fault',
      id: 'name-ipv6-only',
      found: `${name} has no IPv4 address, only ${shown}`,
      why: 'Twilio reaches streams by IPv4: no stream comes, and the call ends at once',
      remedy: `add an A record with an IPv4 address for ${name}, or put a tunnel or proxy that has one in front`,
      twilioCode: 31904,
    };
  }
  return undefined;
}
