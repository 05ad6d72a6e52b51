import { WebSocket } from 'ws';

/** A server event as it came: its type, and the rest unread. */
export interface ServerEvent {
  readonly type: string;
  // A test knows the shape of what it asks for; here nothing is read.
  readonly [field: string]: unknown;
}

/** A bare client of the Realtime API, for tests and for trying a model by hand: it hides nothing. */
export class RealtimeClient {
  readonly events: ServerEvent[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #read = 0;
  #isClosed = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      // Every frame of the API is an object with a type.
      this.events.push(JSON.parse(data.toString()) as ServerEvent);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#isClosed = true;
        this.#wake();
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Opens a session. Rejects with the HTTP status when the upgrade is refused. */
  static connect(
    url: string,
    headers: Readonly<Record<string, string>> = { Authorization: 'Bearer any' },
    ca?: string,
  ): Promise<RealtimeClient> {
    const socket = new WebSocket(url, { headers: { ...headers }, perMessageDeflate: false, ca });
    const client = new RealtimeClient(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client));
      socket.once('error', reject);
    });
  }

  /** Sends a client event, or a text frame as it is. */
  send(event: object | string): void {
    this.#socket.send(typeof event === 'string' ? event : JSON.stringify(event));
  }

  /** Sends audio in appends of 20 ms (160 bytes of mu-law). */
  sendAudio(audio: Buffer, frameBytes = 160): void {
    for (let at = 0; at < audio.length; at += frameBytes) {
      const frame = audio.subarray(at, at + frameBytes).toString('base64');
      this.send({ type: 'input_audio_buffer.append', audio: frame });
    }
  }

  /** Reads on to the next event of that type, skipping others. Rejects when the session ends first. */
  async until(type: string): Promise<ServerEvent> {
    for (;;) {
      const event = this.events[this.#read];
      if (event) {
        this.#read += 1;
        if (event.type === type) return event;
      } else if (this.#isClosed) {
        throw new Error(`the session ended before ${type}`);
      } else {
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    }
  }

  /** All events of that type so far. */
  all(type: string): ServerEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  /** The audio of all deltas so far, or of one item. */
  audio(itemId?: string): Buffer {
    const deltas = this.all('response.output_audio.delta').filter(
      ({ item_id }) => itemId === undefined || item_id === itemId,
    );
    return Buffer.concat(deltas.map(({ delta }) => Buffer.from(String(delta), 'base64')));
  }

  close(): void {
    this.#socket.close(1000);
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
