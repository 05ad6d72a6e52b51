import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from 'node:http';

/** These are about one connection, and the body is sent anew. */
const LEFT_OUT = ['connection', 'keep-alive', 'transfer-encoding', 'expect', 'content-length'];

/** Hands a request whose body has been read to a server on this machine, and its answer back. */
export function handOver(
  port: number,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const forwarded = send(
      {
        host: '127.0.0.1',
        port,
        method,
        path: url,
        headers: { ...keep(headers), 'content-length': body.length },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, keep(answer.headers));
        answer.pipe(response);
        answer.once('end', resolve);
        answer.once('error', reject);
      },
    );
    forwarded.once('error', reject);
    forwarded.end(body);
  });
}

function keep(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !LEFT_OUT.includes(name)));
}
