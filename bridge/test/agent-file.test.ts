import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type Agent, AgentFileError, readAgent } from '../src/agent/agent-file';

const folder = join(__dirname, '..', 'agents');
const receptionist = readFileSync(join(folder, 'receptionist.yaml'), 'utf8');

const SMALL = `name: small
language: en
voice: marin
instructions: Be brief.
`;

const clips = mkdtempSync(join(tmpdir(), 'clips-'));
const LONG_CLIP = join(clips, 'long.ulaw');
const WAVE = join(clips, 'clip.wav');
writeFileSync(LONG_CLIP, Buffer.alloc(80_001, 0xff));
writeFileSync(WAVE, Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(400)]));
afterAll(() => rmSync(clips, { recursive: true }));

const read = (content: string, environment: Record<string, string> = {}): Agent =>
  readAgent('agents/small.yaml', content, { environment, maxCallS: 3_300 });

/** The faults of a file that is refused. */
function faultsOf(content: string, environment: Record<string, string> = {}): readonly string[] {
  try {
    read(content, environment);
  } catch (error) {
    if (error instanceof AgentFileError) return error.faults;
    throw error;
  }
  throw new Error('the file was read');
}

describe('An agent file', () => {
  it.each(['receptionist', 'concierge'])('is shipped: %s', (name) => {
    const file = join(folder, `${name}.yaml`);
    const agent = readAgent(file, readFileSync(file, 'utf8'), { environment: {}, maxCallS: 60 });
    expect(agent).toMatchObject({ name, language: 'en', turn_detection: { type: 'server_vad' } });
    expect(agent.tools).toContainEqual({ type: 'end_call' });
    expect(agent.outcome).toBeDefined();
  });

  it('says only what it must, and the rest has defaults', () => {
    expect(read(SMALL)).toEqual({
      name: 'small',
      language: 'en',
      voice: 'marin',
      instructions: 'Be brief.',
      variables: {},
      turn_detection: {
        type: 'server_vad',
        threshold: 0.5,
        prefix_padding_ms: 300,
        silence_duration_ms: 500,
        idle_timeout_ms: null,
        create_response: true,
        interrupt_response: true,
      },
      noise_reduction: null,
      transcription: 'gpt-transcribe',
      manners: { protect_greeting: false, min_interruption_ms: 0, goodbye_ms: 10_000 },
      limits: { call_s: null, silence_s: null, silence_prompts: 1 },
      keys: {},
      tools: [],
    });
  });

  it.each([
    ['a missing key', SMALL.replace(/^voice: .*\n/m, ''), ':1: voice: is missing'],
    ['an unknown key, at its line', `${SMALL}vioce: marin\n`, ':5: vioce: is no key'],
    [
      'two faults, with a line each',
      `${SMALL}turn_detection:\n  type: server_vad\n  threshold: 5\nnoise_reduction: some\n`,
      ':7: turn_detection.threshold: ',
      ':8: noise_reduction: ',
    ],
    [
      'an unknown key deep inside',
      `${SMALL}manners:\n  goodbye_ms: 1\n  googbye_ms: 1\n`,
      ':7: manners.googbye_ms: is no key',
    ],
    [
      'another name than the file has',
      SMALL.replace('name: small', 'name: other'),
      ':1: name: is other, but the file is called small',
    ],
    ['broken YAML', 'name: small\nvoice: [unclosed\nlanguage: en', ':3: '],
    ['a key twice', `${SMALL}voice: cedar\n`, ':5: Map keys must be unique'],
    ['an alias of nothing', `${SMALL}greeting: *hello\n`, ': Unresolved alias'],
    ['nothing', '', ':1: the file: '],
    ['a list', '- name', ':1: the file: '],
    [
      'a longer call than the bridge allows',
      `${SMALL}limits:\n  call_s: 4000\n`,
      ':6: limits.call_s: is over MAX_CALL_S, which is 3300',
    ],
    [
      'a variable of a type that there is none of',
      `${SMALL}variables:\n  size:\n    type: int\n`,
      ':7: variables.size.type: must be one of string, integer',
    ],
    [
      'a default that does not fit its type',
      `${SMALL}variables:\n  day:\n    type: date\n    default: tomorrow\n`,
      ':8: variables.day.default: must be a date, as in 2027-01-31',
    ],
    [
      'a name of a variable that is none',
      `${SMALL}variables:\n  party size: { type: integer }\n`,
      ':6: variables.party size: must be letters, digits and _',
    ],
    [
      'a variable in a long text that is not declared, at its own line',
      `${SMALL.replace('Be brief.', '|\n  Be brief.\n  Book for {{ guests }}.')}variables:\n  size: { type: integer }\n`,
      ':6: instructions: {{ guests }} is no variable of this file; declared are size',
    ],
    [
      'such a variable on failure',
      `${SMALL}on_failure:\n  say: Sorry, {{name}}.\n`,
      ':6: on_failure.say: {{name}} is no variable of this file; none is declared',
    ],
    [
      'such a variable in the consent to a recording',
      `${SMALL}recording:\n  consent: Sorry, {{name}}.\n`,
      ':6: recording.consent: {{name}} is no variable of this file; none is declared',
    ],
    [
      'a key that no telephone has',
      `${SMALL}keys:\n  "12": { action: end_call }\n`,
      ':6: keys.12: must be one key',
    ],
    [
      'a key bound to a transfer that is not there',
      `${SMALL}keys:\n  "0": { action: transfer_call, destination: staff }\n`,
      ':6: keys.0.destination: there is no tool transfer_call',
    ],
    [
      'a key bound to somebody whom the transfer does not name',
      `${SMALL}tools:\n  - type: transfer_call\n    destinations: { boss: "+15550100003" }\nkeys:\n  "0":\n    action: transfer_call\n    destination: staff\n`,
      ":11: keys.0.destination: must be one of transfer_call's destinations: boss",
    ],
    [
      'report_outcome without an outcome',
      `${SMALL}tools:\n  - end_call\n  - report_outcome\n`,
      ':7: tools.1: report_outcome needs outcome',
    ],
    [
      'an outcome that nobody reports',
      `${SMALL}outcome: { type: object }\n`,
      ':5: outcome: is never given',
    ],
    [
      'an outcome that is no schema of an object',
      `${SMALL}tools: [report_outcome]\noutcome: { type: string }\n`,
      ':6: outcome: must be a schema of an object',
    ],
    [
      'an outcome whose schema has a fault, at its line',
      `${SMALL}tools: [report_outcome]\noutcome:\n  type: object\n  properties:\n    guests:\n      type: integr\n`,
      ':10: outcome.properties.guests.type: must be',
    ],
    [
      'an outcome whose schema has a keyword that is none',
      `${SMALL}tools: [report_outcome]\noutcome:\n  type: object\n  propertys: {}\n`,
      ':6: outcome: strict mode: unknown keyword: "propertys"',
    ],
    [
      'a clip that is not there',
      `${SMALL}on_wait:\n  clip: nowhere/moment.ulaw\n`,
      ':6: on_wait.clip: there is no file nowhere/moment.ulaw',
    ],
    ['a clip that is a folder', `${SMALL}on_wait: { clip: . }\n`, ':5: on_wait.clip: . is no file'],
    [
      'a clip that is longer than a caller would bear',
      `${SMALL}on_wait:\n  clip: ${LONG_CLIP}\n`,
      `:6: on_wait.clip: ${LONG_CLIP} has `,
    ],
    [
      'a clip with a header',
      `${SMALL}on_wait:\n  clip: ${WAVE}\n`,
      `:6: on_wait.clip: ${WAVE} has a header`,
    ],
  ])('with %s is refused', (_what, content, ...expected) => {
    const faults = faultsOf(content);
    for (const part of expected) {
      expect(faults).toContainEqual(expect.stringContaining(part));
    }
    for (const fault of faults) expect(fault).toMatch(/^agents\/small\.yaml:\d+: /);
  });

  it('shows the key of a tool to nobody but whoever asks for it', () => {
    const agent = read(
      `${SMALL}tools:\n  - type: http\n    name: find\n    description: Finds.\n    url: https://example.com/\n    headers: { authorization: "Bearer \${TABLES_KEY}" }\n`,
      { TABLES_KEY: 'k-3141' },
    );
    const [tool] = agent.tools;
    expect(tool?.type === 'http' ? tool.headers.authorization?.reveal() : '').toBe('Bearer k-3141');
    expect(JSON.stringify(agent)).not.toContain('3141');
    expect(inspect(agent, { depth: 9, showHidden: true })).not.toContain('3141');
    expect(String(tool?.type === 'http' ? tool.headers.authorization : '')).toBe('[secret]');
  });

  it('is what the shipped receptionist is, with a threshold that is refused at its line', () => {
    const line = receptionist.split('\n').findIndex((text) => text.includes('threshold: 0.5')) + 1;
    expect(() =>
      readAgent('receptionist.yaml', receptionist.replace('threshold: 0.5', 'threshold: 5'), {
        environment: {},
        maxCallS: 3_300,
      }),
    ).toThrow(`receptionist.yaml:${line}: turn_detection.threshold: `);
  });
});
