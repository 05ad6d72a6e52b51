import { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tool } from '@openai/agents';
import { RealtimeAgent, RealtimeSession } from '@openai/agents/realtime';
import { TwilioRealtimeTransportLayer } from '@openai/agents-extensions';
import { WebSocketServer } from 'ws';

/** What a call through the Agents SDK was, told by its process when the call is over. */
export interface AgentsCall {
  readonly callSid: string;
  /** The model's. */
  readonly sessionId: string;
  /** Every event of the model and message of Twilio, as the SDK hands it out. */
  readonly events: readonly { readonly type: string }[];
  /** What the SDK calls an error. */
  readonly errors: readonly string[];
  /** How often its session said that the caller interrupted. */
  readonly interruptions: number;
  readonly toolCalls: readonly string[];
  /** The conversation as the SDK has it at the end. */
  readonly history: readonly { readonly type: string }[];
  /** Every host and port that this process connected to. */
  readonly dialled: readonly string[];
}

/** What the process says to the test. */
export type Said = { readonly listening: number } | { readonly call: AgentsCall };

/*
 * A process of its own: the certificate is trusted through NODE_EXTRA_CA_CERTS, which Node reads at
 * its start, and whatever the SDK logs, is seen. It stands in the bridge's place as in the example
 * of the SDK (github:openai/openai-agents-js, examples/realtime-twilio); only the address of the
 * model is another.
 */
const { REALTIME_URL: url = '' } = process.env;
const dialled = watchConnections();
const say = (said: Said) => process.send?.(said);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => say({ listening: (server.address() as AddressInfo).port })); // it listens on TCP
server.on('connection', (twilioWebSocket) => {
  const events: { type: string }[] = [];
  const errors: string[] = [];
  const toolCalls: string[] = [];
  let interruptions = 0;
  let callSid = '';
  let sessionId = '';
  const bookTable = tool({
    name: 'book_table',
    description: 'Books a table.',
    strict: false,
    parameters: {
      type: 'object',
      properties: { people: { type: 'number' } },
      required: ['people'],
      additionalProperties: true,
    },
    execute: (input) => {
      toolCalls.push(JSON.stringify(input));
      return 'booked';
    },
  });
  const agent = new RealtimeAgent({
    name: 'Receptionist',
    instructions: 'You take bookings for Harbour Kitchen.',
    tools: [bookTable],
  });
  const transport = new TwilioRealtimeTransportLayer({ twilioWebSocket });
  // Without an `audio` of one's own the session's default, PCM, wins over the transport's mu-law
  // (github:openai/openai-agents-js, issue 122); the SDK's example has one, and so has this.
  const config = { audio: { output: { voice: 'marin' } } };
  const session = new RealtimeSession(agent, { transport, config });
  session.on('transport_event', (event) => {
    events.push(event);
    const { message } = event as { message?: { start?: { callSid: string } } }; // a twilio_message has one
    callSid ||= message?.start?.callSid ?? '';
  });
  transport.on('session.created', (event: { session: { id: string } }) => {
    sessionId = event.session.id;
  });
  session.on('error', ({ error }) => errors.push(inWords(error)));
  session.on('audio_interrupted', () => (interruptions += 1));
  transport.on('disconnected', () => {
    const { history } = session;
    say({
      call: { callSid, sessionId, events, errors, interruptions, toolCalls, history, dialled },
    });
  });
  void session
    .connect({ apiKey: 'sk-of-the-tests', url })
    .then(() => transport.requestResponse())
    .catch((error: unknown) => errors.push(inWords(error)));
});

function inWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
}

/** Notes where this process connects to, whoever does it: every TCP connection passes here. */
function watchConnections(): string[] {
  const seen: string[] = [];
  const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket; // it is called as it was
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    const [first] = args.flat();
    const { host, port } = Object(first) as { host?: string; port?: number | string }; // options of net.connect, or nothing of them
    seen.push(`${host ?? String(first)}:${port ?? ''}`);
    return connect.apply(this, args);
  };
  return seen;
}
