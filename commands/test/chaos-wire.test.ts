import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { layWire, type Wire } from '../chaos/faults/wire';

/** What says back all that it hears. */
let echo: Server;
let wire: Wire;
let near: Socket;

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  wire = await layWire((echo.address() as AddressInfo).port); // it listens on a port
  near = connect(wire.port, '127.0.0.1');
  near.on('error', () => undefined);
  await once(near, 'connect');
});

afterEach(async () => {
  near.destroy();
  await wire.close();
  echo.close();
});

const ask = async (text: string) => {
  const answer = once(near, 'data');
  near.write(text);
  return String((await answer)[0]);
};

describe('A wire', () => {
  it('passes on what comes', async () => {
    expect(await ask('hello')).toBe('hello');
  });

  it('holds what comes while it is paused, and loses nothing', async () => {
    await ask('hello');
    wire.pause();
    const answer = ask('still there?');
    const isHeld = await Promise.race([answer.then(() => false), sleep(100, true)]);
    expect(isHeld).toBe(true);
    wire.mend();
    expect(await answer).toBe('still there?');
  });

  it('makes everything later by the delay each way, in order, also when it is mended', async () => {
    await ask('hello');
    wire.delay(60);
    const sinceMs = performance.now();
    near.write('one ');
    await sleep(20);
    wire.mend();
    near.write('two');
    let heard = '';
    while (heard.length < 7) heard += String((await once(near, 'data'))[0]);
    expect(heard).toBe('one two');
    expect(performance.now() - sinceMs).toBeGreaterThanOrEqual(59);
  });

  it('breaks connections with a reset, and takes new ones', async () => {
    await ask('hello');
    const broken = new Promise((resolve) => near.once('error', resolve));
    wire.reset();
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
    near = connect(wire.port, '127.0.0.1');
    expect(await ask('again')).toBe('again');
  });

  it('resets what connects while it refuses', async () => {
    wire.refuse();
    const other = connect(wire.port, '127.0.0.1');
    const [problem] = (await once(other, 'error').catch((error: unknown) => [error])) as [unknown];
    expect(problem).toMatchObject({ code: 'ECONNRESET' });
    expect(await ask('and who was there before?')).toBe('and who was there before?');
  });
});
