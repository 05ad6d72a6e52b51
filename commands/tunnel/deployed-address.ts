/** The deployed Functions, as far as this command needs them. */
export interface DeployedFunctions {
  /** Where they are, for people. */
  readonly url: string;
  /**
   * Sets one of their variables, with no new deploy. Gives the value from before, undefined if
   * there was none. Rejects with one sentence and a remedy.
   */
  setVariable(name: string, value: string): Promise<string | undefined>;
}

/**
 * Finds the deployed Functions; undefined if there are none yet. Rejects with one sentence and a
 * remedy, and changes nothing.
 */
export type FindFunctions = () => Promise<DeployedFunctions | undefined>;
