import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeMulaw } from '@realtime-phone/protocol/mulaw';
import { type AgentsFolder, makeAgentsFolder } from '../../bridge/test/stand-in/agents';
import {
  PUBLIC_DOMAIN,
  startTestBridge,
  type TestBridge,
  TWILIO_AUTH_TOKEN,
} from '../../bridge/test/stand-in/bridge';
import { LoopWatch } from './loop-watch';
import {
  type Model,
  type ModelOptions,
  type ModelSession,
  startModel,
} from '../../simulator/model/model-server';
import { type PhoneCall, type PhoneOptions, placeCall } from '../../simulator/phone/phone-call';

/**
 * A real bridge between the simulated phone and the simulated model, which refuses what the real one
 * refuses. The webhook is the least that a call needs, so that many calls can run side by side.
 */
export interface Line {
  readonly bridge: TestBridge;
  readonly model: Model;
  readonly agents: AgentsFolder;
  /** What the bridge said is next, each time that a stream had ended. */
  readonly next: Readonly<Record<string, unknown>>[];
  /** The longest that this process stood still so far: by as much may its clocks be off. */
  readonly stalledMs: number;
  /** Places a call and gives it with its session at the model. */
  call(options?: CallOptions): Promise<LineCall>;
  close(): Promise<void>;
}

/** Options of one call; the agent is `tested` where none is named. */
export type CallOptions = Partial<PhoneOptions> & { readonly agent?: string };

/** One call on the line. */
export interface LineCall {
  readonly phone: PhoneCall;
  readonly session: ModelSession;
  /** What the bridge has written down. */
  record(): Promise<CallRecord>;
}

/** The part of a record that these tests look at. */
export interface CallRecord {
  readonly end?: { readonly by: string; readonly code?: string };
  readonly bargeIns: number;
  readonly course: readonly { readonly what: string }[];
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly turns: readonly { readonly who: string; readonly text: string; readonly cut?: true }[];
}

/** A turn detection that does not keep a test waiting, for an agent file. */
export const BRISK = 'turn_detection: { type: server_vad, silence_duration_ms: 200 }\n';

/** Opens a line with an agent of this YAML and a model with these options. */
export async function openLine(
  yaml: string,
  options: ModelOptions,
  environment: Readonly<Record<string, string>> = {},
): Promise<Line> {
  const watch = new LoopWatch();
  const agents = makeAgentsFolder(yaml);
  const model = await startModel({ firstAudioMs: 20, transcriptionMs: 0, ...options });
  const bridge = await startTestBridge(model.url, {
    ...agents.environment,
    ...environment,
  }).catch(async (error: unknown) => {
    await model.close();
    agents.remove();
    watch.stop();
    throw error;
  });
  const next: Record<string, unknown>[] = [];
  const agentOf = new Map<string, string>();

  const answer = async (path: string, callSid: string): Promise<string> => {
    if (path === '/voice') {
      const agent = agentOf.get(callSid);
      const { streamUrl, token } = await bridge.admit(
        callSid,
        agent === undefined ? {} : { agent },
      );
      return `<Connect action="/ended"><Stream url="${streamUrl}"><Parameter name="token" value="${token}"/></Stream></Connect>`;
    }
    const { body } = await bridge.post(`/calls/${callSid}/next`, {
      reason: 'stream-ended',
      try: 0,
    });
    next.push(body);
    return '<Hangup/>';
  };
  const server = createServer((request, response) => {
    void readForm(request)
      .then((form) => answer(request.url ?? '', form.get('CallSid') ?? ''))
      .then((verbs) =>
        response.setHeader('content-type', 'text/xml').end(`<Response>${verbs}</Response>`),
      )
      .catch(() => response.writeHead(500).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port

  const place = async ({ agent, ...more }: CallOptions = {}): Promise<LineCall> => {
    const opened = model.nextSession();
    const phone = placeCall({
      voiceUrl: `http://127.0.0.1:${port}/voice`,
      authToken: TWILIO_AUTH_TOKEN,
      hosts: { [PUBLIC_DOMAIN]: bridge.url },
      afterScript: 'stay',
      quietMs: 300,
      maxMs: 60_000,
      ...more,
    });
    if (agent !== undefined) agentOf.set(phone.callSid, agent);
    const session = await opened;
    return {
      ...{ phone, session },
      record: async () =>
        // The route answers with what is written down of the call.
        (await bridge.operator(`/calls/${phone.callSid}`)).body as unknown as CallRecord,
    };
  };
  let placing: Promise<unknown> = Promise.resolve();

  return {
    ...{ bridge, model, agents, next },
    get stalledMs() {
      return watch.longestMs;
    },
    call: (callOptions) => {
      // One after the other, so that each call has its own session in hand.
      const placed = placing.then(() => place(callOptions));
      placing = placed;
      return placed;
    },
    close: async () => {
      watch.stop();
      await bridge.stop();
      await model.close();
      server.closeAllConnections();
      server.close();
      agents.remove();
    },
  };
}

/** A tone as loud as speech on a telephone. */
export function speech(ms: number): Buffer {
  const sample = (_: unknown, at: number) => encodeMulaw(6_000 * Math.sin((2 * Math.PI * at) / 40));
  return Buffer.from(Array.from({ length: ms * 8 }, sample));
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return new URLSearchParams(body);
}
