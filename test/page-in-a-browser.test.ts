import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ADMIN_TOKEN, startTestBridge, type TestBridge } from '../bridge/test/stand-in/bridge';
import { type StandInModel, startStandInModel } from '../bridge/test/stand-in/model';
import { testWith } from '../deploy/test/stage/programs';

/** Debian's Chromium; nothing is downloaded, and nothing leaves this machine. */
const PROGRAM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const START_MS = 60_000;

describe('The page of /diagnostics in a browser', () => {
  let model: StandInModel;
  let bridge: TestBridge;
  let browser: Browser | undefined;

  beforeAll(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { STREAM_ARRIVAL_S: '1' });
    // Something to show: a call whose stream does not come, and a word too long for a narrow screen.
    await bridge.admit('CA0123456789abcdef0123456789abcdef');
    await bridge.post('/calls/CA0123456789abcdef0123456789abcdef/events', {
      source: 'stream-status',
      parameters: { StreamEvent: 'stream-error', StreamError: `<b>${'x'.repeat(120)}</b>` },
    });
    await bridge.waitForLog(
      'the call was admitted and no stream has come for it: 1 s after the admission',
    );
  });
  afterEach(async () => {
    await browser?.close();
    browser = undefined;
  });
  afterAll(async () => {
    await bridge.stop();
    model.close();
  });

  /** Opens the operators' page; gives what the browser asked for and complained of. */
  const open = async (options: BrowserContextOptions) => {
    browser = await chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
    const httpCredentials = { username: 'operator', password: ADMIN_TOKEN };
    const context = await browser.newContext({ httpCredentials, ...options });
    const page = await context.newPage();
    const [asked, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`${bridge.url}/diagnostics?operator`);
    return { page, asked, complaints };
  };

  testWith('chromium').each(['light', 'dark'] as const)(
    'fits a phone of 360 px and can be read, %s',
    async (colorScheme) => {
      const { page } = await open({ colorScheme, viewport: { width: 360, height: 740 } });
      expect(await page.title()).toBe('1 thing is wrong – Bridge diagnostics');
      expect(await page.locator('text=<b>xxx').count()).toBeGreaterThan(0);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360);
      const contrasts = await readContrasts(page);
      expect(contrasts.length).toBeGreaterThan(50);
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    },
    START_MS,
  );

  testWith('chromium')(
    'asks for nothing but itself, and has nothing that its own policy forbids',
    async () => {
      const { page, asked, complaints } = await open({});
      expect(new Set(asked)).toEqual(new Set([`${bridge.url}/diagnostics?operator`]));
      expect(complaints).toEqual([]);
      // The style is in force: without it the page would be as wide as the window.
      const { width } = (await page.locator('body').boundingBox()) ?? { width: 0 };
      expect(width).toBe(1024);
    },
    START_MS,
  );
});

/** What runs in the browser, as text: the types of this repository are those of Node. */
const READ_CONTRASTS = `(() => {
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor.endsWith(', 0)') ? groundOf(element.parentElement) : backgroundColor;
  };
  return [...document.querySelectorAll('body, body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3))
    .map((element) => {
      const pair = [getComputedStyle(element).color, groundOf(element)].map(luminance);
      const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
      return { text: element.textContent.slice(0, 40), ratio };
    });
})()`;

/** Text against what it stands on. Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function readContrasts(page: Page): Promise<readonly { text: string; ratio: number }[]> {
  return page.evaluate(READ_CONTRASTS);
}
