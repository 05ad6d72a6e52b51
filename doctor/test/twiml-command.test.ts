import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTwiml, type TwimlReport } from '../twiml/run-twiml';
import { AUTH_TOKEN, startStandInFunctions, type StandInOptions } from './stage/stand-in-functions';

const FIRST =
  '<Connect><Stream url="wss://host.example.com/media-stream?call_id=…" track="inbound_track outbound_track"/></Connect>';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'twiml-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(place: string, environment: Record<string, string> = {}, json = true) {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  const code = await runTwiml(place, { hosts: {}, json }, { environment, print });
  const text = printed.join('\n');
  // As `--json` prints it.
  return { code, text, report: json ? (JSON.parse(text) as TwimlReport) : undefined };
}

function write(body: string): string {
  const path = join(folder, 'answer.xml');
  writeFileSync(path, body);
  return path;
}

const ids = (report: TwimlReport | undefined) => report?.findings.map(({ id }) => id);

describe('npm run doctor -- --twiml', () => {
  it('tells both faults of the document that started it all, and prints it corrected', async () => {
    const { code, text } = await run(write(FIRST), {}, false);
    expect(code).toBe(1);
    expect(text).toMatch(
      /ERROR, line 1 {2}31941 stream-track\n {2}found .*\n {2}why .*\n {2}to do /,
    );
    expect(text).toMatch(/ERROR, line 1 {2}stream-query-dropped/);
    expect(text).toContain(`Corrected:

<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Connect>
    <Stream url="wss://host.example.com/media-stream">
      <Parameter name="call_id" value="…"/>
    </Stream>
  </Connect>
</Response>`);
  });

  it('prints one object with --json', async () => {
    const { code, report } = await run(write(FIRST));
    expect(code).toBe(1);
    expect(report).toMatchObject({
      ok: false,
      corrected: expect.stringContaining('<Parameter') as unknown,
    });
    const track = report?.findings.find(({ code: twilio }) => twilio === 31941);
    expect(track).toMatchObject({ level: 'error', line: 1 });
    for (const { found, why, remedy } of report?.findings ?? []) {
      for (const text of [found, why, remedy]) expect(text).not.toBe('');
    }
  });

  it('finds nothing in a sound document', async () => {
    const sound = FIRST.replace('?call_id=…', '').replace(/ track="[^"]*"/, '');
    const { code, report } = await run(write(`<Response>${sound}<Hangup/></Response>`));
    expect([code, report?.ok, report?.findings, report?.corrected]).toEqual([0, true, [], null]);
  });

  it.each([
    ['JSON', '{"error":"x"}', 'not-twiml-json'],
    ['a web page', '<!DOCTYPE html><html><br></html>', 'not-twiml-page'],
    ['words', 'Not found', 'not-twiml-text'],
    ['nothing', '', 'body-empty'],
  ])('calls %s what it is', async (_, body, id) => {
    const { code, report } = await run(write(body));
    expect([code, ids(report), report?.corrected]).toEqual([1, [id], null]);
  });

  it.each([
    ['a file that is not there', 'nowhere.xml', 'twiml-file', 'is not there'],
    ['a folder', '.', 'twiml-file', 'is a folder'],
    ['another scheme', 'ftp://a.example.com/', 'twiml-file', 'neither a file nor'],
    ['no address', 'https://', 'twiml-address', 'is not an address'],
    [
      'an address that nobody answers at',
      'http://127.0.0.1:9/',
      'twiml-unreachable',
      'ECONNREFUSED',
    ],
  ])('names %s', async (_, place, id, found) => {
    const { code, report } = await run(place);
    expect([code, ids(report)]).toEqual([1, [id]]);
    expect(report?.findings[0]?.found).toContain(found);
  });

  const ask = async (options: StandInOptions, environment: Record<string, string>) => {
    const functions = await startStandInFunctions(options);
    const ran = await run(`${functions.url}/stream-mode`, environment);
    await functions.close();
    return { ...ran, taken: functions.taken };
  };

  it('asks an address as Twilio does, and lets the call go again', async () => {
    const { report, taken } = await ask({}, { TWILIO_AUTH_TOKEN: AUTH_TOKEN });
    expect(report?.findings).toEqual([]);
    expect(taken.map(({ path }) => path)).toEqual(['/stream-mode', '/call-status']);
  });

  it('says what an address wants that is for Twilio alone', async () => {
    const { report } = await ask({}, {});
    expect(ids(report)).toEqual(['twiml-refused']);
    expect(report?.findings[0]?.remedy).toContain('TWILIO_AUTH_TOKEN');
  });

  it('takes the content type of an address into account', async () => {
    const { report } = await ask(
      { contentType: 'application/octet-stream' },
      { TWILIO_AUTH_TOKEN: AUTH_TOKEN },
    );
    expect(report?.findings.map(({ code }) => code)).toEqual([12300]);
  });

  it('shows no secret, even where the document has it', async () => {
    const { text } = await run(write(`<Response><Say>${AUTH_TOKEN}</Say><Speak/></Response>`), {
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    });
    expect(text).not.toContain(AUTH_TOKEN);
  });
});
