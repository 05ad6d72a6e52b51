import { findDestination } from '@realtime-phone/simulator/phone/hosts';
import type { Examination } from '../../examination';
import type { Reach } from '../../reach';
import { isLoopbackUrl } from '../../settings';

/** Where the bridge is, from the public side. */
export interface BridgePlace {
  /** As it stands in the stream's address, with a port only if that has one. */
  readonly host: string;
  readonly reach: Reach;
  /** Where it is reached from here: its own name, or what the hosts say. */
  readonly real: URL;
  /** False where it is reached by another address than its public name. */
  readonly isByName: boolean;
}

/**
 * Finds the bridge: by the stream's address where the TwiML is known, since that is what Twilio
 * dials, else by PUBLIC_DOMAIN. One on this machine that nothing stands in front of is asked without
 * TLS. Undefined where neither is an address.
 */
export function findPlace(examination: Examination): BridgePlace | undefined {
  const { settings, facts } = examination;
  const host = streamHostOf(facts.streamUrl) ?? readHost(settings.environment.PUBLIC_DOMAIN);
  if (host === undefined) return undefined;
  const reach = reachOf(host, examination);
  const { url: real } = findDestination(new URL(`https://${host}/`), reach.hosts);
  return { host, reach, real, isByName: !reach.isMapped(host) };
}

/**
 * A place that must be there, in checks that need `bridge.address`.
 * @throws Error where it is not.
 */
export function requirePlace(examination: Examination): BridgePlace {
  const place = findPlace(examination);
  if (place === undefined) throw new Error('the address of the bridge is not known');
  return place;
}

/** The host of a stream's address, undefined if it is none. */
export function streamHostOf(streamUrl: string | undefined): string | undefined {
  if (streamUrl === undefined || !/^wss:\/\//i.test(streamUrl) || !URL.canParse(streamUrl))
    return undefined;
  return new URL(streamUrl).host;
}

/** PUBLIC_DOMAIN as the host of an address; undefined where it is not set or no bare host. */
function readHost(publicDomain: string | undefined): string | undefined {
  if (publicDomain === undefined || !/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(publicDomain))
    return undefined;
  const url = `https://${publicDomain}/`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** One reach for all checks of an examination, so that its connections are freed with it. */
function reachOf(host: string, { settings, reach }: Examination): Reach {
  if (reach.isMapped(host) || !isLoopbackUrl(`https://${host}`)) return reach;
  const port = /:(\d+)$/.exec(host)?.[1] ?? settings.environment.PORT ?? '8080';
  return reach.withHosts({ [host]: `http://127.0.0.1:${port}` });
}
