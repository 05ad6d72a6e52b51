import { MODEL_CHECKS } from '../../checks/model/part';
import type { Result } from '../../check';
import { examineSetUp } from './examination';
import { holding } from './holding';

/** A key that must show in no output. */
export const KEY = 'sk-proj-of-the-tests-0123456789';

/** Examines the model at an address as a public bridge has it, with these variables changed. */
export function examineModel(
  url: string,
  environment: Readonly<Record<string, string>> = {},
  more: { readonly ca?: string; readonly hosts?: Readonly<Record<string, string>> } = {},
): Promise<Result[]> {
  return examineSetUp([...holding('config.variables'), ...MODEL_CHECKS], {
    environment: {
      REALTIME_URL: url,
      OPENAI_API_KEY: KEY,
      TWILIO_AUTH_TOKEN: '0123456789abcdef0123456789abcdef',
      BRIDGE_SECRET: 'a secret of the tests',
      PUBLIC_DOMAIN: 'localhost:8080',
      ...environment,
    },
    ...more,
  });
}

/** Every finding, as `check: level id`. */
export function findingsOf(results: readonly Result[]): string[] {
  return results.flatMap(({ id, findings }) =>
    findings.map((finding) => `${id}: ${finding.level} ${finding.id}`),
  );
}

/** What the check with that id came to. */
export function resultOf(results: readonly Result[], id: string): Result {
  const found = results.find((result) => result.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}
