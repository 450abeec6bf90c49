import type { Browser } from 'playwright';

/** A tab as people have it: Playwright's own pages are always in front. */
export interface Tab {
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Opens another tab in front of it. */
  readonly hide: () => Promise<void>;
  readonly show: () => Promise<void>;
}

/** Opens a tab of which Playwright knows nothing, through the browser's own protocol. It ends with the browser. */
export const openTab = async (browser: Browser, url: string): Promise<Tab> => {
  const devtools = await browser.newBrowserCDPSession();
  const { browserContextId } = await devtools.send('Target.createBrowserContext');
  const { targetId } = await devtools.send('Target.createTarget', { url, browserContextId });
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: false });
  const answers = new Map<number, (value: unknown) => void>();
  devtools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id: number; result?: { result: { value?: unknown } } };
    answers.get(id)?.(result?.result.value);
  });
  return {
    evaluate: (expression) =>
      new Promise((resolve, reject) => {
        const id = answers.size + 1;
        answers.set(id, resolve);
        const message = JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression } });
        devtools.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
      }),
    hide: async () => {
      await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId });
    },
    show: async () => {
      await devtools.send('Target.activateTarget', { targetId });
    },
  };
};
