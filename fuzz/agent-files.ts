import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { AgentFileError, readAgent } from '../bridge/src/agent/agent-file';

const put = fc.oneof(
  fc.constantFrom(
    '',
    '\n',
    ': ',
    '- ',
    '{{x}}',
    '${HOME}',
    '*a',
    '&a',
    '!!js',
    '\t',
    '"',
    "'",
    '{',
    '[',
  ),
  fc.string({ maxLength: 8 }),
);

/** Agent files as they are shipped, with some places overwritten, each beside its name. */
function agentFile(
  shipped: readonly (readonly [string, string])[],
): fc.Arbitrary<readonly [string, string]> {
  const change = fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 40 }), put);
  return fc
    .tuple(fc.constantFrom(...shipped), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([[name, file], changes]) => [
      name,
      changes.reduce(
        (left, [at, length, text]) => left.slice(0, at) + text + left.slice(at + length),
        file,
      ),
    ]);
}

/**
 * Reads that many changed agent files: each is an agent, or refused with its faults.
 * @returns how many were refused.
 * @throws what a file brought about that is neither.
 */
export function fuzzAgentFiles(count: number, seed: number, folder: string): number {
  const shipped = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  const around = { environment: {}, maxCallS: 3_300 };
  let refused = 0;
  for (const [name, content] of fc.sample(agentFile(shipped), { numRuns: count, seed })) {
    try {
      readAgent(name, content, around);
    } catch (error) {
      if (!(error instanceof AgentFileError)) throw error;
      refused += 1;
    }
  }
  return refused;
}
