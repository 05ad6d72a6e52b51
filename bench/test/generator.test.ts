import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProgram } from '../load/compile';
import { type Counted, startGenerator } from '../load/generator';
import { hasProgram } from '../machine';
import { makeCalls } from '../our-bridge';

const whereItRuns = process.platform === 'linux' && hasProgram('gcc') ? describe : describe.skip;

/** What a relay makes of one chunk. */
type Passing = (chunk: Buffer) => Buffer;

const CALLS = 20;
const asItIs: Passing = (chunk) => chunk;

whereItRuns('The generator', () => {
  let folder: string;
  let program: string;
  let relay: Server | undefined;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'generator-'));
    program = compileProgram(join(__dirname, '../load'), join(folder, 'generator')).path;
  });
  afterEach(() => relay?.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs calls through a relay that may be a bad one. */
  const run = async (up: Passing, down: Passing, onPart?: (counted: Counted) => void) => {
    const generator = await startGenerator(program, undefined);
    relay = createServer((phone) => {
      const model = connect(generator.port, '127.0.0.1');
      phone.on('data', (chunk) => model.write(up(chunk)));
      model.on('data', (chunk) => phone.write(down(chunk)));
      for (const [one, other] of [[phone, model] as const, [model, phone] as const]) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const { port } = relay.address() as AddressInfo; // it listens on TCP
    const calls = makeCalls(CALLS);
    generator.run({
      port,
      isRelay: true,
      calls,
      warmMs: 0,
      measuredMs: 1_500,
      partMs: 400,
      onPart,
    });
    return generator.counted.finally(() => generator.stop());
  };

  /** Leaves out one chunk of so many bytes, after some that were passed on. */
  const losing = (leastBytes: number, after: number): Passing => {
    let seen = 0;
    return (chunk) => {
      if (chunk.length >= leastBytes) seen += 1;
      return seen === after && chunk.length >= leastBytes ? Buffer.alloc(0) : chunk;
    };
  };

  it('counts every frame and delta of calls that lose nothing', async () => {
    const counted = await run(asItIs, asItIs);
    expect(counted.frames).toBeGreaterThan(CALLS);
    expect(counted.framesArrived).toBe(counted.frames);
    expect(counted.deltas).toBeGreaterThan(0);
    expect(counted.deltasArrived).toBe(counted.deltas);
    const noted = (histogram: typeof counted.up) =>
      histogram.reduce((sum, [, count]) => sum + count, 0);
    expect(noted(counted.up)).toBe(counted.frames);
    expect(noted(counted.down)).toBe(counted.deltas);
  });

  it('tells of each part of the time what has been counted so far', async () => {
    const parts: Counted[] = [];
    const counted = await run(asItIs, asItIs, (part) => parts.push(part));
    expect(parts).toHaveLength(3);
    const frames = [...parts, counted].map(({ framesArrived }) => framesArrived);
    expect(frames).toEqual([...new Set(frames)].sort((one, other) => one - other));
    const noted = [...parts, counted].map(({ up }) =>
      up.reduce((sum, [, count]) => sum + count, 0),
    );
    expect(noted).toEqual(frames);
  });

  it('fails where a frame of a caller is lost', async () => {
    await expect(run(losing(300, 200), asItIs)).rejects.toThrow(
      /the model got another byte than \d+ in order/,
    );
  });

  it('fails where a byte of a caller is another', async () => {
    let frames = 0;
    const changing: Passing = (chunk) => {
      frames += 1;
      const at = chunk.length - 100; // in the payload
      if (frames === 300) chunk.writeUInt8(chunk.readUInt8(at) ^ 1, at);
      return chunk;
    };
    await expect(run(changing, asItIs)).rejects.toThrow(/another byte|not base64/);
  });

  it('fails where a delta of the agent is lost', async () => {
    await expect(run(asItIs, losing(1_000, 3))).rejects.toThrow(
      /got another byte of the agent than \d+ in order/,
    );
  });
});
