import { isIP } from 'node:net';
import {
  connect,
  type ConnectionOptions,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';

/** Hosts that are remembered: a bridge speaks to a few. */
const MOST_HOSTS = 16;
/** A connection that goes on with a session trusts what was checked then: so long, and not longer. */
const CHECKED_MS = 3_600_000;

interface Remembered {
  readonly session: Buffer;
  /** When the certificate was checked that the session comes from, on the monotonic clock. */
  readonly checkedAtMs: number;
}

/**
 * What connections over TLS have in common: whom they trust, and the sessions that hosts let go on.
 * Without it each has a trust of its own, and both sides work out a key exchange anew with each call:
 * a third more memory a connection, and half as much CPU again for opening it.
 * Source: https://nodejs.org/docs/latest-v20.x/api/tls.html#session-resumption
 */
export class TlsSessions {
  readonly #trust: SecureContext;
  readonly #sessions = new Map<string, Remembered>();

  /** @param trust the authorities that are trusted; Node's own, and those of NODE_EXTRA_CA_CERTS. */
  constructor(trust = createSecureContext()) {
    this.#trust = trust;
  }

  /**
   * Connects to a host, whose certificate is checked, for an hour's connections once. A session goes
   * on only with the host and port that it came from, and is forgotten where that leads to none.
   */
  connect(
    options: ConnectionOptions & { readonly host: string; readonly port: number },
  ): TLSSocket {
    const { host, port } = options;
    const place = `${host}:${port}`;
    const known = this.#recall(place);
    const socket = connect({
      ...options,
      secureContext: this.#trust,
      session: known?.session,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 && { servername: host }),
    });
    let checkedAtMs = performance.now();
    // Where a host has several addresses Node gives each try a handle of its own, and what listened
    // for sessions before hears none of the last one.
    socket.once('connect', () =>
      socket.on('session', (session) => this.#remember(place, { session, checkedAtMs })),
    );
    const forget = () => this.#sessions.delete(place);
    socket.once('close', forget);
    socket.once('secureConnect', () => {
      socket.off('close', forget);
      if (known !== undefined && socket.isSessionReused()) checkedAtMs = known.checkedAtMs;
    });
    return socket;
  }

  #recall(place: string): Remembered | undefined {
    const known = this.#sessions.get(place);
    if (known === undefined || performance.now() - known.checkedAtMs < CHECKED_MS) return known;
    this.#sessions.delete(place);
    return undefined;
  }

  #remember(place: string, remembered: Remembered): void {
    this.#sessions.delete(place);
    this.#sessions.set(place, remembered);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST_HOSTS) return;
      this.#sessions.delete(oldest);
    }
  }
}
