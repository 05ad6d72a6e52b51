import type { Check } from '../check';
import { BRIDGE_CHECKS } from '../checks/bridge/part';
import { examine } from '../checkup';
import { Reach, Unreachable } from '../reach';
import { findingsOf } from './stage/bridge-set-up';
import { stageExamination } from './stage/examination';

const NAME = 'bridge.acme.io';
const checks: readonly Check[] = BRIDGE_CHECKS.slice(0, 2);

/** A reach with a name server of the test's own. */
class NamedReach extends Reach {
  readonly #answer: readonly string[] | Error;

  constructor(answer: readonly string[] | Error) {
    super();
    this.#answer = answer;
  }

  override lookUp(host: string): Promise<readonly string[]> {
    if (this.#answer instanceof Error) return Promise.reject(this.#answer);
    return Promise.resolve(host === NAME ? this.#answer : []);
  }
}

const examineNamed = async (answer: readonly string[] | Error) => {
  const examination = {
    ...stageExamination({ environment: { PUBLIC_DOMAIN: NAME } }),
    reach: new NamedReach(answer),
  };
  const results = [];
  for await (const result of examine(checks, examination)) results.push(result);
  await examination.reach.close();
  return results;
};

describe("The doctor, at the bridge's name,", () => {
  it.each<[string, readonly string[] | Error, string]>([
    ['that nobody knows', new Unreachable('ENOTFOUND', 'none'), 'name-unknown'],
    ['that no name server answers for', new Unreachable('EAI_AGAIN', 'none'), 'name-server-silent'],
    ['that leads into a private network', ['10.0.0.7'], 'name-private'],
    ['of which one address is private', ['203.0.113.7', '100.64.0.1'], 'name-private'],
    ['that has IPv6 alone', ['2001:db8::7'], 'name-ipv6-only'],
  ])('finds one %s', async (_, answer, id) => {
    expect(findingsOf(await examineNamed(answer))).toEqual([`fault ${id} at bridge.name`]);
  });

  it('shows the addresses of a good one', async () => {
    const results = await examineNamed(['203.0.113.7', '2001:db8::7']);
    expect(findingsOf(results)).toEqual([]);
    expect(results.at(-1)?.found).toBe('203.0.113.7, 2001:db8::7');
  });
});
