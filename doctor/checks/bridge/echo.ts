import { type Check, type Finding, oneFinding, skip } from '../../check';
import { settleUpgrade } from '../../upgrade';
import { type EchoRun, runEcho } from './echo-run';
import { requirePlace } from './place';

const LONG_MS = 400;
const HELD_MS = 1_500;
const UNEVEN_MS = 60;

/** Whether frames get there and back, all of them, unchanged, in time. */
export const checkEcho: Check = {
  id: 'bridge.echo',
  title: 'Audio frames get there and back',
  needs: ['bridge.upgrade'],
  run: async (examination) => {
    const { host, reach } = requirePlace(examination);
    const upgrade = await settleUpgrade(reach.dial(`wss://${host}/ws-test`));
    if (upgrade.kind !== 'opened') return skip('no second socket was to be had on /ws-test');
    const run = await runEcho(upgrade.socket);
    const finding = judge(run);
    if (finding !== undefined) return oneFinding(finding);
    const { sent, roundTripMs, jitterMs } = run;
    const times = `round trip ${roundTripMs.toFixed(1)} ms, jitter ${jitterMs.toFixed(1)} ms`;
    return { found: `${sent} frames at 20 ms, none lost, ${times}` };
  },
};

function judge(run: EchoRun): Finding | undefined {
  const { sent, lost, strange, closed, roundTripMs, longestMs, jitterMs } = run;
  if (closed !== undefined) {
    return {
      level: 'fault',
      id: 'socket-cut',
      found: `the WebSocket was closed (${closed}) after ${sent} frames`,
      why: 'a call would be cut in the middle (31903)',
      remedy:
        'look for a limit on the time or size of a connection in the proxy or tunnel; its log and that of the bridge say who closed',
      twilioCode: 31903,
    };
  }
  if (lost > 0 || strange > 0) {
    const isLost = lost > strange;
    return {
      level: 'fault',
      id: isLost ? 'frames-lost' : 'frames-changed',
      found: isLost
        ? `${lost} of ${sent} frames did not come back`
        : `${strange} of ${sent} frames came back as something else`,
      why: 'each frame is 20 ms of speech: caller and agent hear gaps or noise',
      remedy:
        'take what looks into WebSocket frames (an inspecting proxy, a security gateway) out of the way, or use another tunnel',
    };
  }
  if (longestMs > HELD_MS && longestMs > 3 * roundTripMs) {
    return {
      level: 'warning',
      id: 'frames-held',
      found: `a frame came back after ${longestMs.toFixed(0)} ms, where ${roundTripMs.toFixed(0)} ms is usual`,
      why: 'something holds frames back and lets them go in a heap: the agent stutters, and hears interruptions late',
      remedy:
        'switch buffering off: nginx proxy_buffering off, Caddy flush_interval -1; or the network of this machine was busy, then run this again',
    };
  }
  if (roundTripMs > LONG_MS) {
    return {
      level: 'warning',
      id: 'round-trip-long',
      found: `frames take ${roundTripMs.toFixed(0)} ms there and back`,
      why: 'it is added to every answer and every interruption, if Twilio is as far from the bridge as this machine is',
      remedy:
        'put the bridge near us-east, or the region of your Twilio account; use a tunnel with a server near it',
    };
  }
  if (jitterMs <= UNEVEN_MS) return undefined;
  return {
    level: 'warning',
    id: 'round-trip-uneven',
    found: `round trips differ by ${jitterMs.toFixed(0)} ms from one to the next`,
    why: 'speech comes in bursts, and interruptions are noticed late',
    remedy: 'try without the tunnel or from another network; on a server look at its load',
  };
}
