/** What is configured, as it stands in the environment and `.env`; nothing is checked yet. */
export interface Settings {
  /** The whole of it, with blank values left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same as it stands, blanks and all: what the programs take is this. */
  readonly raw: NodeJS.ProcessEnv;
  /** The number that is examined, E.164; undefined if none is given. */
  readonly phoneNumber: string | undefined;
  /** Where public hosts really are, as in `{ 'bridge.example.com': 'http://127.0.0.1:8080' }`. */
  readonly hosts: Readonly<Record<string, string>>;
  /**
   * True where all of it is on this machine: a trial. What only Twilio would miss, such as a public
   * name, is then not held against it.
   */
  readonly isTrial: boolean;
}

/** Variables whose value is shown nowhere. */
const SECRET = /(KEY|TOKEN|SECRET|PASSWORD)$|^NEXT_BRIDGE_SECRET$/;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reads the settings. */
export function readSettings(
  environment: NodeJS.ProcessEnv,
  options: {
    readonly phoneNumber?: string | undefined;
    readonly hosts?: Readonly<Record<string, string>>;
  } = {},
): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      const text = value?.trim() ?? '';
      return text === '' ? [] : [[name, text] as const];
    }),
  );
  const { PUBLIC_DOMAIN = '', FUNCTIONS_URL, TWILIO_PHONE_NUMBER } = given;
  const hosts = options.hosts ?? {};
  return {
    environment: given,
    raw: environment,
    phoneNumber: options.phoneNumber ?? TWILIO_PHONE_NUMBER,
    hosts,
    isTrial:
      isHere(`wss://${PUBLIC_DOMAIN}`, hosts) &&
      // A public name of the Functions is part of a trial only where the bridge has one too.
      (FUNCTIONS_URL === undefined ||
        isHere(FUNCTIONS_URL, hosts[PUBLIC_DOMAIN] === undefined ? {} : hosts)),
  };
}

/** By its own name, or by where it really is. */
function isHere(url: string, hosts: Readonly<Record<string, string>>): boolean {
  return URL.canParse(url) && isLoopbackUrl(hosts[new URL(url).host] ?? url);
}

/** Every secret value of the environment, longest first, so that none shows in any output. */
export function listSecrets({ environment }: Settings): readonly string[] {
  return Object.entries(environment)
    .filter(([name, value]) => SECRET.test(name) && value.length >= 4)
    .map(([, value]) => value)
    .sort((a, b) => b.length - a.length);
}

/** True for an address on this machine. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}
