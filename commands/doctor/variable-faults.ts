import { ConfigError, readConfig } from '../../bridge/src/config';

/** What the variables of the bridge have against them: one line a fault, the name first. */
export function findVariableFaults(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
