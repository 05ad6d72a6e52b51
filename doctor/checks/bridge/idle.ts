import type { WebSocket } from 'ws';
import { type Check, oneFinding, skip } from '../../check';
import type { Facts } from '../../examination';

/** `/ws-test` lets a socket stay for 30 s; the doctor is done before that. */
const SILENCE_MS = 8_000;

/** Leaves an open socket alone, and tells whether it was cut. Closes it at the end. */
export function watchIdle(socket: WebSocket): NonNullable<Facts['idleSocket']> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const end = (isOpen: boolean) => {
      clearTimeout(limit);
      resolve({ isOpen, afterMs: Math.round(performance.now() - startedMs) });
      socket.terminate();
    };
    const limit = setTimeout(() => end(true), SILENCE_MS);
    socket.once('close', () => end(false));
  });
}

/** Whether what is in between cuts a socket on which nothing is said for a while. */
export const checkIdle: Check = {
  id: 'bridge.idle',
  title: 'A silent WebSocket stays open',
  needs: ['bridge.upgrade'],
  run: async ({ facts }) => {
    if (facts.idleSocket === undefined) return skip('no socket could be left open');
    const { isOpen, afterMs } = await facts.idleSocket;
    const seconds = `${(afterMs / 1_000).toFixed(1)} s`;
    if (isOpen) return { found: `open after ${seconds} without a word` };
    return oneFinding({
      level: 'fault',
      id: 'idle-cut',
      found: `a WebSocket was cut after ${seconds} in which nothing was said`,
      why: 'while the caller speaks the agent is silent, and so is the way from the bridge to Twilio: the call would be cut in the middle (31903)',
      remedy:
        'raise the idle time-out to an hour: nginx proxy_read_timeout 3600s and proxy_send_timeout 3600s; HAProxy timeout tunnel 1h; a load balancer has it as idle timeout; Caddy has none unless it is set',
      twilioCode: 31903,
    });
  },
};
