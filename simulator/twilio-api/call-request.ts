/** A call that shall be placed, as it was read. */
export interface CallRequest {
  readonly to: string;
  readonly from: string;
  readonly url: string;
  readonly fallbackUrl: string | undefined;
  readonly statusCallback: string | undefined;
  readonly events: readonly string[];
  /** Where the result of asynchronous machine detection goes. */
  readonly asyncAmdStatusCallback: string | undefined;
}

const E164 = /^\+[1-9]\d{6,14}$/;

/** Reads the parameters of a new call as Twilio does, or says which of its codes they get. */
export function readCallRequest(
  form: URLSearchParams,
): CallRequest | { readonly code: number; readonly message: string } {
  const to = form.get('To') ?? '';
  const from = form.get('From') ?? '';
  const url = form.get('Url') ?? '';
  if (to === '') return { code: 21201, message: 'No To number is specified' };
  if (from === '') return { code: 21213, message: 'From phone number is required' };
  if (url === '') return { code: 21205, message: 'Url parameter is required' };
  if (!E164.test(to)) return { code: 21211, message: `The phone number is not valid: ${to}` };
  if (!E164.test(from)) return { code: 21212, message: `The From number is not valid: ${from}` };
  if (!isHttp(url)) return { code: 21205, message: `Url is not a valid URL: ${url}` };
  const isAsync = form.has('MachineDetection') && form.get('AsyncAmd') === 'true';
  return {
    to,
    from,
    url,
    fallbackUrl: form.get('FallbackUrl') ?? undefined,
    statusCallback: form.get('StatusCallback') ?? undefined,
    events: form.getAll('StatusCallbackEvent'),
    asyncAmdStatusCallback: isAsync ? (form.get('AsyncAmdStatusCallback') ?? undefined) : undefined,
  };
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}
