import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fitsRecord, RECORD_SIGNATURE_HEADER } from '@realtime-phone/protocol/record-signature';
import { openFileBase } from '../src/records/file/file-base';
import type { RecordBase } from '../src/records/record-base';
import { Deliveries } from '../src/records/webhook/deliveries';
import { makeEntry, makeRecord } from './stand-in/record';

const SECRET = 'a secret of the webhook';

interface Taken {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** What takes records, and answers with these statuses in turn, the last for ever. */
async function startReceiver(statuses: number[]) {
  const taken: Taken[] = [];
  const watchers = new Set<() => void>();
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      taken.push({ request, body });
      const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      for (const look of [...watchers]) look();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/calls`,
    taken,
    waitFor: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (taken.length < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('The webhook of records', () => {
  let base: RecordBase;
  let deliveries: Deliveries | undefined;
  let told: string[];
  let well: Promise<void>;

  const begin = (url: string, maxWaiting = 10) => {
    well = new Promise((resolve) => {
      deliveries = new Deliveries(
        base,
        { url, secret: SECRET },
        { maxWaiting, graceMs: 20, firstRetryMs: 20 },
        {
          onLost: () => told.push('lost'),
          onFault: ({ code, detail }) => told.push(`${code}: ${detail ?? ''}`),
          onWell: () => {
            told.push('well');
            resolve();
          },
        },
      );
    });
  };
  const end = (callSid: string) => base.write([makeEntry(makeRecord(callSid), { isDue: true })]);

  beforeEach(async () => {
    base = await openFileBase(':memory:');
    told = [];
  });

  afterEach(async () => {
    await deliveries?.stop();
    await base.close();
  });

  it('gets the record of a call that ended before the bridge was started, signed', async () => {
    const receiver = await startReceiver([200]);
    await end('CA1');
    begin(receiver.url);
    await receiver.waitFor(1);
    await deliveries?.stop();
    const [{ request, body } = { request: undefined, body: '' }] = receiver.taken;
    const signature = request?.headers[RECORD_SIGNATURE_HEADER] as string;
    expect(JSON.parse(body)).toMatchObject({ callSid: 'CA1', from: '+15*******01' });
    expect(request?.headers['idempotency-key']).toBe('CA1');
    expect(fitsRecord(SECRET, body, signature, Date.now() / 1_000)).toBe(true);
    expect(fitsRecord(SECRET, `${body} `, signature, Date.now() / 1_000)).toBe(false);
    expect(fitsRecord(SECRET, body, signature, Date.now() / 1_000 + 301)).toBe(false);
    expect(await base.listDue(9)).toEqual([]);
    receiver.close();
  });

  it('is tried again where it fails or points elsewhere, and the fault is said once', async () => {
    const receiver = await startReceiver([302, 500, 503, 204]);
    await end('CA1');
    begin(receiver.url);
    await well;
    expect(receiver.taken.map(({ request }) => request.url)).toEqual(Array(4).fill('/calls'));
    expect(told).toEqual(['record_not_delivered: HTTP 302, which is not followed', 'well']);
    expect(await base.listDue(9)).toEqual([]);
    receiver.close();
  });

  it('gives up the oldest where too many wait', async () => {
    const receiver = await startReceiver([200]);
    for (const number of [1, 2, 3, 4]) await end(`CA${number}`);
    begin(receiver.url, 3);
    await receiver.waitFor(3);
    expect(told.slice(0, 2)).toEqual(['lost', 'record_not_delivered: too many wait']);
    receiver.close();
  });
});
