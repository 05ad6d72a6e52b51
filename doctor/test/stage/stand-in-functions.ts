import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fitsTwilioSignature } from '../../../protocol/twilio-signature';
import { dependencies, version } from '../../../package.json';

export const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
export const PUBLIC_DOMAIN = 'bridge.example.com';
export const STREAM_URL = `wss://${PUBLIC_DOMAIN}/media-stream/CA1`;

/** A sound document, around what a test puts into it. */
export const connectTo = (url: string, attributes = '') =>
  `<Response><Connect action="https://f.example.com/stream-ended"><Stream url="${url}"${attributes}/></Connect></Response>`;

export const DIAGNOSTICS = {
  versions: {
    package: version,
    node: process.version,
    runtimeHandler: dependencies['@twilio/runtime-handler'],
    twilio: dependencies.twilio,
  },
  config: {
    BRIDGE_URL: 'set',
    BRIDGE_SECRET: 'set',
    FUNCTIONS_URL: 'not set',
    FALLBACK_SAY: 'not set',
  },
  faults: [] as readonly object[],
  bridge: { result: 'accepted' } as Readonly<Record<string, unknown>>,
};

/** What a path answers. */
export interface StagedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One post that got past the signature. */
export interface TakenPost {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Functions whose every answer a test can replace. */
export interface StandInFunctions {
  readonly url: string;
  readonly port: number;
  readonly taken: readonly TakenPost[];
  close(): Promise<void>;
}

/** How they differ from sound ones. */
export interface StandInOptions {
  /** By path. An answer here is given before any signature is looked at. */
  readonly answers?: Readonly<Record<string, StagedAnswer>>;
  readonly diagnostics?: Partial<typeof DIAGNOSTICS>;
  /** The TwiML of `/stream-mode`. */
  readonly twiml?: string;
  readonly contentType?: string;
  /** Routes that nothing protects. */
  readonly unprotected?: readonly string[];
  readonly authToken?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The public address over which was signed; default this very port. */
  readonly publicUrl?: string;
}

/** Starts them on a free port of loopback. */
export async function startStandInFunctions(
  options: StandInOptions = {},
): Promise<StandInFunctions> {
  const { tls, answers = {} } = options;
  const taken: TakenPost[] = [];
  const listen = (request: IncomingMessage, response: ServerResponse) =>
    void answer(request, response);
  const server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP, so it is one
  const url = `${tls === undefined ? 'http' : 'https'}://localhost:${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const staged = answers[path] ?? decide(request, path, body);
    response.writeHead(staged.status ?? 200, { ...staged.headers });
    response.end(staged.body ?? '');
  }

  function decide(request: IncomingMessage, path: string, body: string): StagedAnswer {
    if (path === '/diagnostics') {
      return json(200, { ...DIAGNOSTICS, ...options.diagnostics });
    }
    const posted = Object.fromEntries(new URLSearchParams(body));
    const query = new URL(request.url ?? '', url).searchParams;
    const parameters: Record<string, string> = { ...Object.fromEntries(query), ...posted };
    const signed = fitsTwilioSignature(
      options.authToken ?? AUTH_TOKEN,
      String(request.headers['x-twilio-signature'] ?? ''),
      (options.publicUrl ?? url) + (request.url ?? ''),
      posted,
    );
    if (!signed && options.unprotected?.includes(path) !== true) {
      return json(400, { code: 'twilio_signature_invalid' });
    }
    if (parameters.CallSid === undefined) return json(400, { code: 'call_sid_missing' });
    taken.push({ path, parameters });
    if (path === '/call-status') return { status: 204 };
    return {
      headers: { 'content-type': options.contentType ?? 'text/xml' },
      body: path === '/stream-mode' ? (options.twiml ?? connectTo(STREAM_URL)) : '<Response/>',
    };
  }

  return {
    url,
    port,
    taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(status: number, value: object): StagedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
