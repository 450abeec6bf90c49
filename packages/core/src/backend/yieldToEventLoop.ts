type Later = (callback: () => void) => void;

const newChannel = (): Later => {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.addEventListener('message', () => waiting.shift()?.());
  channel.port1.start();
  return (callback) => {
    waiting.push(callback);
    channel.port2.postMessage(undefined);
  };
};

let later: Later | undefined;

/** Node has setImmediate; a page has message channels, which timers' minimum delay of some milliseconds does not slow. */
const chooseLater = (): Later => {
  const { setImmediate } = globalThis as { setImmediate?: Later };
  return setImmediate ?? newChannel();
};

/** Lets everything else that waits run: input, drawing, signals. */
export const yieldToEventLoop = (): Promise<void> =>
  new Promise((resolve) => {
    later ??= chooseLater();
    later(resolve);
  });
