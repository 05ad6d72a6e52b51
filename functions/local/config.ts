import { readBridgeAddress } from '../settings/bridge-address';
import { readFallback, type SettingFault } from '../settings/fallback-settings';
import { readVariable, VARIABLE_NAMES } from '../settings/variables';
import { CodedError } from '../../protocol/errors';

/** What `npm run functions` reads from the environment. */
export interface FunctionsConfig {
  readonly authToken: string;
  readonly functionsUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** What the Functions may know: never a key of Twilio or of the model. */
  readonly env: Readonly<Record<string, string>>;
}

/** Every fault of the environment, one a variable. */
export class ConfigFaults extends Error {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    super(
      faults
        .map(({ variable, reason, example }) => `${variable} ${reason}, as in ${example}`)
        .join('\n'),
    );
    this.name = 'ConfigFaults';
    this.faults = faults;
  }
}

const EXAMPLES = {
  bridge_url_missing: ['BRIDGE_URL', 'BRIDGE_URL=https://bridge.example.com'],
  bridge_url_unsafe: ['BRIDGE_URL', 'BRIDGE_URL=https://bridge.example.com'],
  bridge_secret_missing: ['BRIDGE_SECRET', 'BRIDGE_SECRET=$(openssl rand -hex 32)'],
} as const;

/**
 * Reads and checks the environment.
 * @throws ConfigFaults with one line a fault.
 */
export function readFunctionsConfig(environment: NodeJS.ProcessEnv): FunctionsConfig {
  const faults: SettingFault[] = [];
  const fail = (variable: string, reason: string, example: string) => {
    faults.push({ variable, reason, example: `${variable}=${example}` });
  };

  const authToken = readVariable(environment, 'TWILIO_AUTH_TOKEN') ?? '';
  if (authToken === '') {
    fail('TWILIO_AUTH_TOKEN', 'is missing', '0123456789abcdef0123456789abcdef');
  }
  const functionsUrl = readVariable(environment, 'FUNCTIONS_URL');
  if (functionsUrl !== undefined && !/^https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/.test(functionsUrl)) {
    fail('FUNCTIONS_URL', 'is not an http(s) address', 'https://functions.example.com');
  }
  const portText = readVariable(environment, 'FUNCTIONS_PORT') ?? '3000';
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65535) {
    fail('FUNCTIONS_PORT', 'is not a port from 0 to 65535', '3000');
  }
  faults.push(...findBridgeFaults(environment));
  const { fault } = readFallback(environment);
  if (fault) faults.push(fault);
  if (faults.length > 0) throw new ConfigFaults(faults);

  const env: Record<string, string> = {};
  for (const name of VARIABLE_NAMES) {
    const value = readVariable(environment, name);
    if (value !== undefined) env[name] = value;
  }
  const host = readVariable(environment, 'HOST') ?? '127.0.0.1';
  return Object.freeze({ authToken, functionsUrl, host, port, env: Object.freeze(env) });
}

/** Both variables are looked at, so that nobody has to start twice to see two faults. */
function findBridgeFaults(environment: NodeJS.ProcessEnv): SettingFault[] {
  const attempts = [environment, { ...environment, BRIDGE_URL: 'https://bridge.example.com' }];
  const faults = attempts.flatMap((attempt): SettingFault[] => {
    try {
      readBridgeAddress(attempt);
      return [];
    } catch (error) {
      if (!(error instanceof CodedError) || !(error.code in EXAMPLES)) throw error;
      const [variable, example] = EXAMPLES[error.code as keyof typeof EXAMPLES]; // `in` has told
      const unsafe = error.code === 'bridge_url_unsafe';
      return [
        { variable, reason: unsafe ? 'is neither https nor loopback' : 'is missing', example },
      ];
    }
  });
  return faults.filter(
    ({ variable }, at) => faults.findIndex((other) => other.variable === variable) === at,
  );
}
