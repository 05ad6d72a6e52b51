import { inspect } from 'node:util';

/**
 * A value that may hold a key. It has to be asked for by name: printed, logged or put into JSON it
 * shows only that it is there.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** What an agent file may ask of the environment; the names in it are the operator's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

const NAMED = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Puts the environment's values in place of `${NAME}`.
 * @returns the secret, or the names that the environment lacks. An empty value counts as none.
 */
export function resolveSecret(
  text: string,
  environment: Environment,
): { secret: Secret } | { missing: readonly string[] } {
  const missing: string[] = [];
  const value = text.replace(NAMED, (_whole, name: string) => {
    const found = environment[name] ?? '';
    if (found === '') missing.push(name);
    return found;
  });
  return missing.length > 0 ? { missing } : { secret: new Secret(value) };
}
