import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with one agent file, for a bridge under test. */
export interface AgentsFolder {
  /** For the environment of the bridge. */
  readonly environment: Readonly<Record<string, string>>;
  write(name: string, yaml: string): void;
  remove(): void;
}

/** Makes a folder with an agent `tested`: a name, a language, a voice, instructions, and `yaml`. */
export function makeAgentsFolder(yaml = ''): AgentsFolder {
  const folder = mkdtempSync(join(tmpdir(), 'agents-'));
  const write = (name: string, more: string) =>
    writeFileSync(
      join(folder, `${name}.yaml`),
      `name: ${name}\nlanguage: en\nvoice: marin\ninstructions: Answer.\n${more}`,
    );
  write('tested', yaml);
  return {
    environment: { AGENTS_FOLDER: folder, AGENT: 'tested' },
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
