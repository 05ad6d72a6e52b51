import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../../../protocol/errors';
import { checkRequestSignature } from '../../../protocol/request-signature';

export const BRIDGE_SECRET = 'a secret of the tests, of fair length';

/** What the stand-in answers; `never` leaves the request open. */
export type Scripted =
  | { readonly status: number; readonly body: unknown; readonly node?: string }
  | { readonly status: number; readonly text: string }
  | 'never';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** The header Bridge-Node, where there is one. */
  readonly node?: string;
}

/** A bridge that checks signatures by itself and answers by a script. */
export interface StandInBridge {
  readonly url: string;
  readonly asked: Asked[];
  /** Answers by path; what is not scripted gets 202. */
  readonly script: Map<string, Scripted>;
  /** Answers by path to what names a node; else `script` has them. */
  readonly scriptOfNode: Map<string, Scripted>;
  /** Added to this bridge's clock, in seconds. */
  clockAheadS: number;
  close(): Promise<void>;
}

export async function startStandInBridge(): Promise<StandInBridge> {
  const asked: Asked[] = [];
  const script = new Map<string, Scripted>();
  const scriptOfNode = new Map<string, Scripted>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bridge: StandInBridge = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    script,
    scriptOfNode,
    clockAheadS: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const nowS = Date.now() / 1000 + bridge.clockAheadS;
    response.setHeader('date', new Date(nowS * 1000).toUTCString());
    try {
      checkRequestSignature(BRIDGE_SECRET, { method, path, body }, headers.authorization, nowS);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: error.code, message: error.message }));
      return;
    }
    const node = headers['bridge-node'];
    asked.push({
      method,
      path,
      body: body === '' ? undefined : JSON.parse(body),
      ...(typeof node === 'string' ? { node } : {}),
    });
    const scripted = (node === undefined ? undefined : scriptOfNode.get(path)) ??
      script.get(path) ?? { status: 202, body: {} };
    if (scripted === 'never') return;
    const text = 'text' in scripted ? scripted.text : JSON.stringify(scripted.body);
    if ('node' in scripted && scripted.node !== undefined)
      response.setHeader('bridge-node', scripted.node);
    response.writeHead(scripted.status, { 'content-type': 'application/json' });
    response.end(text);
  }
  return bridge;
}
