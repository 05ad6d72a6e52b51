import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import type { Reach } from '../reach';

/**
 * The addresses of a host, and those of them that Twilio cannot reach: private, loopback, link-local
 * or shared by a carrier (CGNAT).
 * @throws Unreachable as ENOTFOUND.
 */
export async function findPrivateAddresses(
  reach: Reach,
  host: string,
): Promise<{ readonly all: readonly string[]; readonly closed: readonly string[] }> {
  const all = await reach.lookUp(host.replace(/^\[|\]$/g, ''));
  return { all, closed: all.filter(isPrivateHost) };
}
