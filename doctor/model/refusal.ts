import type { Finding } from '../check';
import type { Diagnosis } from './diagnosis';
import { limitFault } from './limits';
import type { TalkEnd } from './talk';
import type { ModelTarget } from './target';

type Refusal = Extract<TalkEnd, { readonly kind: 'refused' }>;

/** OpenAI's and Azure's codes for a model, or a deployment, that is not there for this key. */
const NO_SUCH_MODEL = /model_not_found|invalid_model|DeploymentNotFound|OperationNotSupported/;
const NO_ACCESS = /does not have access|not allowed to access/i;
const REGION = /unsupported_country|country, region/i;
const AZURE = /\.azure\.(com|us)$/;
const NO_CALL = 'the bridge gets no session, and every caller hears the fallback';

/** Says what a plain HTTP answer to the upgrade means. */
export function diagnoseRefusal(refusal: Refusal, target: ModelTarget): Diagnosis {
  const { status } = refusal;
  const { code, message, isApi } = readBody(refusal.body);
  const said = [code, message].filter((part) => part !== '').join(': ');
  const text = `${code} ${message}`;
  if (status === 401) return { link: 'model.key', finding: keyRefused(target, `HTTP 401`) };
  if (status === 403 && REGION.test(text)) return { link: 'model.address', finding: region(said) };
  if (isApi && (NO_SUCH_MODEL.test(text) || NO_ACCESS.test(text))) {
    return { link: 'model.name', finding: noModel(target, `HTTP ${status}`, message) };
  }
  if (status === 403) return { link: 'model.key', finding: keyForbidden(said) };
  if (status === 429) return { link: 'model.session', finding: limitFault(code, 'HTTP 429') };
  if (status === 408 || status >= 500) {
    return { link: 'model.address', finding: down(target, status, said) };
  }
  if (status === 400 && isApi) {
    return { link: 'model.session', finding: upgradeRefused(target, said) };
  }
  return { link: 'model.address', finding: notRealtime(target, refusal) };
}

/**
 * The key was refused. The provider's own words are left out: they have a part of the key in them.
 */
export function keyRefused({ provider, url, headers }: ModelTarget, how: string): Finding {
  const host = new URL(url).hostname;
  if (provider === 'openai' && AZURE.test(host)) {
    return {
      level: 'fault',
      id: 'provider-wrong',
      found: `${host} refused the key (${how}), which was sent the way of REALTIME_PROVIDER=${provider}`,
      why: `${NO_CALL}: each provider reads the key from a header of its own`,
      remedy: 'set REALTIME_PROVIDER=azure, or correct REALTIME_URL',
    };
  }
  return {
    level: 'fault',
    id: 'key-refused',
    found: `the model refused OPENAI_API_KEY (${how})${shapeOf(headers)}`,
    why: NO_CALL,
    remedy:
      provider === 'azure'
        ? 'set OPENAI_API_KEY to key 1 or key 2 of the Azure resource that REALTIME_URL names'
        : 'set OPENAI_API_KEY to a key from https://platform.openai.com/api-keys that has not been revoked, and start the bridge again',
  };
}

/** The key cannot even be sent: a header takes no line break and nothing beyond Latin letters. */
export function keyMalformed(): Finding {
  return {
    level: 'fault',
    id: 'key-malformed',
    found:
      'OPENAI_API_KEY has a character that no key has, such as a line break or a typographic one',
    why: NO_CALL,
    remedy: 'copy the key again, into one line of .env with nothing around it',
  };
}

/** The model is not there, or not for this key. */
export function noModel({ provider, model, doubts }: ModelTarget, how: string, message: string) {
  const why = `${NO_CALL}: the key is good, but not for this model`;
  const doubt = doubts.find(({ about }) => about === 'model');
  if (NO_ACCESS.test(message)) {
    return {
      level: 'fault',
      id: 'model-not-allowed',
      found: `the project of the key has no access to ${model} (${how})`,
      why,
      remedy: `allow ${model} in the limits of the project at https://platform.openai.com/settings, or take a key of another project`,
    } as const;
  }
  return {
    level: 'fault',
    id: 'model-not-found',
    found: `there is no model ${model} (${how})${doubt === undefined ? '' : `; ${doubt.text}`}`,
    why,
    remedy:
      provider === 'azure'
        ? 'set REALTIME_MODEL to the name of a deployment of the resource, as the Azure portal shows it'
        : 'set REALTIME_MODEL=gpt-realtime-2.1, or correct model in the agent file',
  } as const;
}

function keyForbidden(said: string): Finding {
  return {
    level: 'fault',
    id: 'key-forbidden',
    found: `the key may not open a session (HTTP 403${said === '' ? '' : `, ${said}`})`,
    why: NO_CALL,
    remedy:
      'look at the permissions of the key (Realtime: write), and at an IP allowlist of the project: the bridge’s address must be on it',
  };
}

function region(said: string): Finding {
  return {
    level: 'fault',
    id: 'region-blocked',
    found: `the provider does not serve the place of this machine (HTTP 403, ${said})`,
    why: NO_CALL,
    remedy: 'run the bridge in a country that the provider serves',
  };
}

function down({ url }: ModelTarget, status: number, said: string): Finding {
  return {
    level: 'fault',
    id: 'model-server-error',
    found: `${new URL(url).host} answered ${status}${said === '' ? '' : `, ${said}`}`,
    why: NO_CALL,
    remedy:
      'look at https://status.openai.com, or that of your provider, and try again; if a proxy is at REALTIME_URL, look at its log',
  };
}

function upgradeRefused({ url }: ModelTarget, said: string): Finding {
  return {
    level: 'fault',
    id: 'session-refused',
    found: `${new URL(url).host} refused the session (HTTP 400, ${said})`,
    why: NO_CALL,
    remedy: 'correct what the message names, in REALTIME_URL or REALTIME_MODEL',
  };
}

function notRealtime({ url, provider }: ModelTarget, { status, location }: Refusal): Finding {
  const { host, pathname } = new URL(url);
  const to = location === undefined ? '' : `, to ${location}`;
  return {
    level: 'fault',
    id: 'model-not-realtime',
    found: `${host}${pathname} answered ${status}${to}, where a Realtime endpoint opens a WebSocket`,
    why: NO_CALL,
    remedy: `set REALTIME_URL to a Realtime endpoint, as in ${
      provider === 'azure'
        ? 'wss://my-resource.openai.azure.com/openai/v1/realtime'
        : 'wss://api.openai.com/v1/realtime'
    }`,
  };
}

/** What a key often has wrong with it, without a letter of it. */
function shapeOf(headers: ModelTarget['headers']): string {
  const key = (headers['api-key'] ?? headers.authorization ?? '').replace(/^Bearer /, '');
  if (/^["'].*["']$/.test(key)) return '; it has quotes around it';
  if (/^Bearer/i.test(key)) return '; it begins with Bearer, which the bridge adds itself';
  if (/\s/.test(key)) return '; it has blanks in it';
  return '';
}

function readBody(body: string): { code: string; message: string; isApi: boolean } {
  try {
    // What it holds is looked at below.
    const { error } = Object(JSON.parse(body)) as { error?: unknown };
    if (typeof error === 'object' && error !== null) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      return { code: text(code), message: text(message), isApi: true };
    }
  } catch {
    // A page of a proxy, or nothing.
  }
  return { code: '', message: '', isApi: false };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : '';
}
