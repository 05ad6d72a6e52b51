import { type Check, type Finding, oneFinding } from '../../check';
import { bridgeCodeOf, recogniseStranger } from '../../stranger';
import { settleUpgrade, type UpgradeFailure, type UpgradeRefusal } from '../../upgrade';
import { explainConnection } from './connection';
import { watchIdle } from './idle';
import { requirePlace } from './place';
import { explainStranger, upgradeRemedy } from './refusals';

/** Whether a WebSocket gets through to the bridge, by whatever is in between. */
export const checkUpgrade: Check = {
  id: 'bridge.upgrade',
  title: 'A WebSocket gets to the bridge',
  needs: ['bridge.http'],
  run: async (examination) => {
    const { host, reach } = requirePlace(examination);
    const address = `wss://${host}/ws-test`;
    const upgrade = await settleUpgrade(reach.dial(address));
    if (upgrade.kind === 'failed') return oneFinding(explainFailedUpgrade(upgrade, address));
    if (upgrade.kind === 'refused') {
      return oneFinding(
        bridgeCodeOf(upgrade) === 'sockets_full' ? testsFull() : explainUpgrade(upgrade, address),
      );
    }
    // It stays open and silent, while others are looked at.
    examination.facts.idleSocket = watchIdle(upgrade.socket);
    return { found: `${address} opened in ${upgrade.openMs.toFixed(0)} ms` };
  },
};

/** An upgrade that was answered by something else than a WebSocket, and not by a refusal of a call. */
export function explainUpgrade(refusal: UpgradeRefusal, address: string): Finding {
  const code = bridgeCodeOf(refusal);
  if (code === 'upgrade_required') {
    return {
      level: 'fault',
      id: 'upgrade-dropped',
      found: `${address} gets to the bridge as a plain request: the headers Upgrade and Connection were dropped on the way`,
      why: 'Twilio asks for a WebSocket and gets none (31920): the call ends at once, or the caller hears the fallback',
      remedy: upgradeRemedy(refusal),
      twilioCode: 31920,
    };
  }
  if (code === 'route_unknown') {
    return {
      level: 'fault',
      id: 'path-changed',
      found: `the bridge knows nothing at ${address} (${refusal.status}): the path was changed on the way`,
      why: 'the bridge serves the path of the stream letter for letter, and its signature covers it (31920)',
      remedy:
        'let the proxy pass the path as it is: in nginx proxy_pass http://127.0.0.1:8080 with nothing behind the port and no rewrite; in Caddy handle instead of handle_path',
      twilioCode: 31920,
    };
  }
  const { kind } = recogniseStranger(refusal);
  if (kind !== 'other' && kind !== 'nothing behind') return explainStranger(refusal, address);
  return {
    level: 'fault',
    id: 'upgrade-refused',
    found: `${address} was answered ${refusal.status} on the way, where plain requests get to the bridge`,
    why: 'what is in between passes no WebSocket at this path: Twilio gets no stream (31920)',
    remedy: `${upgradeRemedy(refusal)}. Lead /media-stream/ and /ws-test to the bridge as well as the rest`,
    twilioCode: 31920,
  };
}

/** An upgrade that came to no answer, where plain requests do. */
export function explainFailedUpgrade(failure: UpgradeFailure, address: string): Finding {
  const finding = explainConnection(failure, address);
  const isCut = finding.id === 'connection-cut' || finding.id === 'connection-failed';
  if (!isCut) return finding;
  return {
    ...finding,
    id: 'upgrade-cut',
    found: `${address} was cut at the upgrade, where plain requests are answered: ${failure.message}`,
    remedy: upgradeRemedy({ headers: {} }),
    twilioCode: 31920,
  };
}

function testsFull(): Finding {
  return {
    level: 'warning',
    id: 'tests-full',
    found: 'the bridge has eight sockets on /ws-test already',
    why: 'the upgrade gets through; how frames travel could not be tried',
    remedy: 'run npm run doctor again in half a minute',
  };
}
