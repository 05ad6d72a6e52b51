import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A system that a tool of an agent asks. */
export interface ToolServer {
  readonly url: string;
  readonly requests: { readonly method: string; readonly url: string; readonly key: string }[];
  /** Resolves when a client has given up on a request. */
  readonly gaveUp: Promise<void>;
  close(): void;
}

/** Starts one on a free port of loopback. */
export async function startToolServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ToolServer> {
  const requests: ToolServer['requests'] = [];
  let giveUp: () => void = () => undefined;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, key: headers.authorization ?? '' });
    response.on('close', () => {
      if (!response.writableFinished) giveUp();
    });
    request.resume();
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    gaveUp: new Promise((resolve) => (giveUp = resolve)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
