import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFileError, readAgent, readAgents } from '../src/agent/agent-file';

const folder = join(__dirname, '..', 'agents');
const receptionist = readFileSync(join(folder, 'receptionist.yaml'), 'utf8');

describe('An agent file', () => {
  it('is shipped: receptionist', () => {
    expect(readAgents(folder).get('receptionist')).toMatchObject({
      language: 'en',
      turn_detection: { type: 'server_vad', silence_duration_ms: 500, interrupt_response: true },
    });
  });

  it.each([
    ['a missing key', receptionist.replace(/^voice: .*$/m, ''), /receptionist\.yaml.*voice/],
    ['an unknown key', `${receptionist}\nvioce: marin\n`, /vioce/],
    [
      'a wrong value, with its line',
      receptionist.replace('threshold: 0.5', 'threshold: 5'),
      /receptionist\.yaml:\d+: turn_detection\.threshold/,
    ],
    [
      'another name than the file has',
      receptionist.replace('name: receptionist', 'name: other'),
      /the file is called receptionist/,
    ],
    ['broken YAML, with its line', 'name: [unclosed\nvoice: x', /receptionist\.yaml: .*line 2/],
    ['nothing', '', /receptionist\.yaml/],
  ])('with %s is refused', (_what, content, fault) => {
    let error: unknown;
    try {
      readAgent('agents/receptionist.yaml', content);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(AgentFileError);
    expect((error as AgentFileError).faults.join('\n')).toMatch(fault);
  });

  it('in a folder that there is none of is a fault that says so', () => {
    expect(() => readAgents('/nowhere')).toThrow('no such folder');
  });
});
