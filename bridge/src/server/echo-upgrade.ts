import { CodedError } from '@realtime-phone/protocol/errors';
import { PendingSockets } from '../media-stream/pending-sockets';
import { answerError } from './answers';
import { readFrameText } from './frame-text';
import { networkOf } from './ip-address';
import type { KnownRequest, UpgradeDecision } from './web';

const MAX_SOCKETS = 8;
const MAX_SOCKETS_PER_ADDRESS = 4;
const MAX_MS = 30_000;
const MAX_BYTES = 1_000_000;

/**
 * `/ws-test`: says back what it is sent, to prove that a tunnel or proxy passes WebSockets. It is
 * open to everybody, so it is small: few sockets, a short time and few bytes each.
 */
export function createEchoUpgrade(): (request: Pick<KnownRequest, 'client'>) => UpgradeDecision {
  const sockets = new PendingSockets(MAX_SOCKETS, MAX_SOCKETS_PER_ADDRESS);
  return ({ client }) => {
    const address = networkOf(client);
    try {
      sockets.check(address);
    } catch (error) {
      if (error instanceof CodedError) return { refuse: answerError(error) };
      throw error;
    }
    return {
      accept: (socket) => {
        const leave = sockets.enter(address);
        let bytes = 0;
        const limit = setTimeout(() => socket.close(1000, 'time is up'), MAX_MS);
        return {
          onMessage: (data, isBinary) => {
            bytes += data.length;
            if (isBinary) socket.close(1003, 'text only');
            else if (bytes > MAX_BYTES) socket.close(1009, 'that is enough');
            else socket.sendText(readFrameText(data));
          },
          onClose: () => {
            leave();
            clearTimeout(limit);
          },
        };
      },
    };
  };
}
