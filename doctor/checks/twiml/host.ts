import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import { type Check, type Finding, oneFinding, type Outcome, skip } from '../../check';
import type { Examination } from '../../examination';
import { Unreachable } from '../../reach';
import { findPrivateAddresses } from '../../twiml/public-address';

const SILENCE = 'Twilio cannot connect the stream: the caller hears silence, then the fallback';

/** Where the stream leads: to the host that the bridge has, on a port and an address that Twilio reaches. */
export const checkHost: Check = {
  id: 'twiml.host',
  title: 'Host of the stream',
  needs: ['twiml.stream'],
  run: async ({ settings, reach, facts }): Promise<Outcome> => {
    const { PUBLIC_DOMAIN } = settings.environment;
    if (facts.streamUrl === undefined) return skip('the stream goes to a connector');
    const { host, hostname, port } = new URL(facts.streamUrl);
    if (PUBLIC_DOMAIN !== undefined && host !== PUBLIC_DOMAIN.toLowerCase()) {
      return oneFinding(isOther(host, PUBLIC_DOMAIN));
    }
    if (settings.isTrial) return { found: `${host}, on this machine` };
    if (reach.isMapped(host)) return { found: `${host}, reached where --host says` };
    const findings = port === '' ? [] : [isOtherPort(host)];
    const { found, fault } = await lookUp(reach, hostname);
    return { found, findings: [...(fault === undefined ? [] : [fault]), ...findings] };
  },
};

async function lookUp(
  reach: Examination['reach'],
  host: string,
): Promise<{ readonly found: string; readonly fault?: Finding }> {
  if (isPrivateHost(host)) return { found: host, fault: isClosed(host, [host]) };
  try {
    const { all, closed } = await findPrivateAddresses(reach, host);
    const found = `${host} leads to ${all.join(', ')}`;
    if (closed.length === 0) return { found };
    const fault = isClosed(host, closed);
    // Where one of them is public, some calls get through.
    return { found, fault: closed.length < all.length ? { ...fault, level: 'warning' } : fault };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (error.code !== 'ENOTFOUND')
      return { found: `${host} could not be looked up`, fault: isUnsure(host, error) };
    return { found: host, fault: isUnknown(host) };
  }
}

function isOther(host: string, publicDomain: string): Finding {
  return {
    level: 'fault',
    id: 'stream-host-differs',
    found: `the stream leads to ${host}, and PUBLIC_DOMAIN here is ${publicDomain}`,
    why: 'Twilio calls the bridge by a name that is no longer its own, or not yet: the stream is lost or its signature refused',
    remedy: `start the bridge again with PUBLIC_DOMAIN=${publicDomain}, or correct PUBLIC_DOMAIN in .env`,
  };
}

function isOtherPort(host: string): Finding {
  return {
    level: 'warning',
    id: 'stream-port',
    found: `the stream leads to ${host}; Twilio documents port 443 alone`,
    why: 'a stream on another port may work today and be refused tomorrow',
    remedy: 'put a proxy or tunnel on port 443 in front, and PUBLIC_DOMAIN without a port',
  };
}

function isClosed(host: string, addresses: readonly string[]): Finding {
  const where = addresses.join(', ');
  return {
    level: 'fault',
    id: 'stream-host-private',
    twilioCode: 31904,
    found:
      where === host ? `${host} is not public` : `${host} leads to ${where}, which is not public`,
    why: `only its own network reaches such an address (private, loopback, or shared by a carrier). ${SILENCE}`,
    remedy: 'npm run tunnel, or a DNS record with the public address of the bridge',
  };
}

function isUnknown(host: string): Finding {
  return {
    level: 'fault',
    id: 'stream-host-unknown',
    twilioCode: 31904,
    found: `${host} does not resolve`,
    why: SILENCE,
    remedy:
      'correct PUBLIC_DOMAIN or its DNS record; a tunnel that ended takes its name with it: npm run tunnel',
  };
}

function isUnsure(host: string, { code, message }: Unreachable): Finding {
  return {
    level: 'warning',
    id: 'stream-host-not-looked-up',
    found: `${host} could not be looked up from here: ${code === '' ? message : code}`,
    why: 'whether Twilio finds it is not known',
    remedy: 'look at the DNS of this machine, and run npm run doctor again',
  };
}
