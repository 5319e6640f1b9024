import open from 'open';

/** Whatever starts a browser and ends later than this has started one. */
const LAUNCH_MS = 5_000;

/** Opens a URL in the user's browser. Rejects when that fails; takes a while where it does not. */
export async function openPage(url: string): Promise<void> {
  const launcher = await open(url);
  await new Promise<void>((resolve, reject) => {
    setTimeout(resolve, LAUNCH_MS).unref();
    launcher.once('error', reject);
    launcher.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`no browser could be started (${code})`));
    });
  });
}
