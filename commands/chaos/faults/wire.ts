import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A stretch of TCP between two parts, which can be cut, held and slowed. */
export interface Wire {
  readonly port: number;
  /** Breaks every connection with a reset, as a network does that lost its state. */
  reset(): void;
  /** What would connect is reset at once, until `mend`. */
  refuse(): void;
  /** Nothing comes through, either way, until `mend`; the connections stay. */
  pause(): void;
  /** What comes from now on is so much later, each way, until `mend`. */
  delay(ms: number): void;
  /** Lets everything through as it comes. */
  mend(): void;
  close(): Promise<void>;
}

interface WireState {
  refuses: boolean;
  pauses: boolean;
  delayMs: number;
}

/**
 * Lays a wire from a free port of loopback.
 * @param toPort the port of loopback where it ends.
 */
export async function layWire(toPort: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  const state: WireState = { refuses: false, pauses: false, delayMs: 0 };
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    if (state.pauses) socket.pause();
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    if (state.refuses) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: toPort, host: '127.0.0.1' });
    pass(near, far, state);
    pass(far, near, state);
    hold(near);
    hold(far);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    reset,
    refuse: () => void (state.refuses = true),
    pause: () => {
      state.pauses = true;
      for (const socket of sockets) socket.pause();
    },
    delay: (ms) => void (state.delayMs = ms),
    mend: () => {
      Object.assign(state, { refuses: false, pauses: false, delayMs: 0 });
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      reset();
      await closed;
    },
  };
}

/** Passes on what comes, in order, also where one piece is delayed and the next is not. */
function pass(from: Socket, to: Socket, state: WireState): void {
  const waiting: { readonly dueAtMs: number; readonly work: () => void }[] = [];
  const workOff = () => {
    const nowMs = performance.now();
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (first.dueAtMs > nowMs) {
        setTimeout(workOff, Math.ceil(first.dueAtMs - nowMs));
        return;
      }
      first.work();
      waiting.shift();
    }
  };
  const after = (work: () => void) => {
    if (waiting.length === 0 && state.delayMs === 0) work();
    else waiting.push({ dueAtMs: performance.now() + state.delayMs, work });
    if (waiting.length === 1) workOff();
  };
  from.on('data', (chunk) =>
    after(() => {
      if (to.writable) to.write(chunk);
    }),
  );
  from.once('end', () => after(() => to.end()));
  from.once('error', () => to.resetAndDestroy()); // what broke on one side is broken on the other
  from.once('close', () => after(() => to.destroy()));
}
