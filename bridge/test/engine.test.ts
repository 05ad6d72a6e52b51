import pino from 'pino';
import { chooseEngine } from '../src/server/engine';
import { startOnWs } from '../src/server/ws-server';

jest.mock('uWebSockets.js', () => {
  throw new Error("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found\nand more");
});

describe('Where the native module cannot load', () => {
  it('serves on ws, with one warning that names the cause and the remedy', () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => lines.push(line) });
    expect(chooseEngine('uws', log)).toBe(startOnWs);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      code: 'native_server_unavailable',
      cause: expect.stringContaining('GLIBC_2.38') as string,
      remedy: expect.stringContaining('Node 20') as string,
    });
  });
});
