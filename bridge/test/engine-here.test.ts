import pino from 'pino';
import { chooseEngine } from '../src/server/engine';
import { startOnWs } from '../src/server/ws-server';
import { ENGINES } from './stand-in/engines';

const { glibcVersionRuntime = '' } = (
  process.report.getReport() as { header: { glibcVersionRuntime?: string } }
).header; // as Node documents it
const [major = 0, minor = 0] = glibcVersionRuntime.split('.').map(Number);
const glibc = major * 1_000 + minor;
const [node = 0] = process.versions.node.split('.').map(Number);

/** What docs/DESIGN.md says of the server engine. */
const isStated = glibc >= (node === 20 ? 2_027 : 2_038);
const isNamed = [20, 22, 24].includes(node) && process.platform === 'linux' && glibc > 0;
const onNamed = isNamed ? describe : describe.skip;

onNamed(`The server engine on Node ${node} with glibc ${glibcVersionRuntime}`, () => {
  it(isStated ? 'is uWebSockets.js, without a word' : 'is ws, with one warning', () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => lines.push(line) });
    const start = chooseEngine('uws', log);
    if (isStated) {
      expect(start).not.toBe(startOnWs);
      expect(lines).toEqual([]);
      expect(ENGINES).toEqual(['uws', 'ws']);
    } else {
      expect(start).toBe(startOnWs);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({ code: 'native_server_unavailable' }),
      ]);
      expect(ENGINES).toEqual(['ws']);
    }
  });
});
