import { randomBytes } from 'node:crypto';
import { type Check, oneFinding } from '../../check';
import { bridgeCodeOf } from '../../stranger';
import { settleUpgrade } from '../../upgrade';
import { requirePlace } from './place';

/** A slash too many in the stream's address: another path, and another signature. */
export const checkSlash: Check = {
  id: 'bridge.slash',
  title: 'No slash too many in the stream address',
  needs: ['bridge.upgrade'],
  run: async (examination) => {
    const { streamUrl } = examination.facts;
    if (streamUrl !== undefined && URL.canParse(streamUrl)) {
      const { pathname } = new URL(streamUrl);
      if (pathname.endsWith('/') || pathname.includes('//')) {
        return oneFinding({
          level: 'fault',
          id: 'stream-slash',
          found: `the path of the stream address is ${pathname}, with a slash too many`,
          why: 'to the bridge that is another path, so it refuses the stream (31920)',
          remedy:
            'put streamUrl of POST /calls into <Stream url> as it is; if you build it yourself, take the slash from the end of the host or of the path',
          twilioCode: 31920,
        });
      }
    }
    const { host, reach } = requirePlace(examination);
    const path = `/media-stream/doctor-${randomBytes(8).toString('hex')}/`;
    const upgrade = await settleUpgrade(reach.dial(`wss://${host}${path}`));
    if (upgrade.kind === 'opened') upgrade.socket.terminate();
    return { found: describe(upgrade.kind === 'refused' ? upgrade : undefined) };
  },
};

function describe(refusal: Parameters<typeof bridgeCodeOf>[0] | undefined): string {
  if (refusal === undefined) return 'one with a slash at its end was not answered';
  const { status } = refusal;
  if (bridgeCodeOf(refusal) === 'route_unknown')
    return 'none; one with a slash at its end gets to the bridge as it is, and is refused';
  return status >= 300 && status < 400
    ? `none; one with a slash at its end is redirected (${status}), which Twilio would not follow`
    : `none; one with a slash at its end is answered ${status} on the way`;
}
