import { CodedError } from '@realtime-phone/protocol/errors';
import { answerError } from './answers';
import type { UpgradeDecision } from './web';

const MAX_SOCKETS = 8;
const MAX_MS = 30_000;
const MAX_BYTES = 1_000_000;

/**
 * `/ws-test`: says back what it is sent, to prove that a tunnel or proxy passes WebSockets. It is
 * open to everybody, so it is small: few sockets, a short time and few bytes each.
 */
export function createEchoUpgrade(): () => UpgradeDecision {
  let sockets = 0;
  return () => {
    if (sockets >= MAX_SOCKETS)
      return { refuse: answerError(new CodedError('sockets_full', `the limit is ${MAX_SOCKETS}`)) };
    return {
      accept: (socket) => {
        sockets += 1;
        let bytes = 0;
        const limit = setTimeout(() => socket.close(1000, 'time is up'), MAX_MS);
        return {
          onMessage: (data, isBinary) => {
            bytes += data.length;
            if (isBinary) socket.close(1003, 'text only');
            else if (bytes > MAX_BYTES) socket.close(1009, 'that is enough');
            else socket.sendText(data.toString());
          },
          onClose: () => {
            sockets -= 1;
            clearTimeout(limit);
          },
        };
      },
    };
  };
}
