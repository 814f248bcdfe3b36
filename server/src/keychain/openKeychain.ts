import type { Keychain } from './keychain.ts';

// The keychain through keytar, which is loaded on first use: it needs a system library, and whoever sets no key should
// not notice that it is missing. A keychain is never listed: listing fails on what other programs have put there.

/** What is used of keytar. Tests put their own in its place. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

const service = 'loki';

/** A person may have to unlock the keychain before it answers; a question that nobody sees must not stop a run. */
const answerWithinMs = { read: 5000, write: 60_000 };

export function openKeychain(load: () => Promise<Keytar> = loadKeytar): Keychain {
  let loading: Promise<Keytar> | null = null;
  let problem: string | null = null;
  const keytar = async (): Promise<Keytar> => await (loading ??= load());

  const read: Keychain['read'] = async (provider) => {
    try {
      const key = await within(answerWithinMs.read, async () => await (await keytar()).getPassword(service, provider));
      problem = null;
      return key;
    } catch (error) {
      problem = explain(error, loading === null ? null : await isLoaded(loading));
      return null;
    }
  };
  return {
    read,
    problem: () => problem,
    write: async (provider, key) => {
      try {
        await within(answerWithinMs.write, async () => await (await keytar()).setPassword(service, provider, key));
      } catch (error) {
        return { kind: 'unavailable', message: explain(error, loading === null ? null : await isLoaded(loading)) };
      }
      if ((await read(provider)) === key) return { kind: 'kept' };
      return {
        kind: 'unavailable',
        message: 'the keychain is locked or did not keep the key; unlock it and try again',
      };
    },
    remove: async (provider) => {
      try {
        return await within(answerWithinMs.write, async () => await (await keytar()).deletePassword(service, provider));
      } catch {
        return false;
      }
    },
  };
}

async function loadKeytar(): Promise<Keytar> {
  const loaded: object = await import('@github/keytar');
  // It is CommonJS, whose default export has all of its members whoever loads it; its types do not know that.
  return (loaded as { readonly default: Keytar }).default;
}

async function isLoaded(loading: Promise<Keytar>): Promise<boolean> {
  return await loading.then(
    () => true,
    () => false,
  );
}

/** Why there is no keychain, and the way out. The words of the library are not repeated: they name nothing to act on. */
function explain(error: unknown, wasLoaded: boolean | null): string {
  if (process.platform !== 'linux') {
    return `the system's keychain does not answer as it should${error instanceof TooLate ? ' in time' : ''}; unlock it and try again`;
  }
  if (wasLoaded !== true) {
    return 'there is no keychain here: the library libsecret is missing; install it (on Debian and Ubuntu: apt install libsecret-1-0 gnome-keyring) and start the editor again';
  }
  if (error instanceof TooLate) return 'the keychain did not answer; unlock it and try again';
  const said = error instanceof Error ? error.message : '';
  if (/locked|dismissed|prompt/i.test(said)) return 'the keychain is locked; unlock it and try again';
  return 'there is no keychain here: no secret service answers on the session bus; install and start one (on Debian and Ubuntu: apt install gnome-keyring) and start the editor in a desktop session, or under dbus-run-session';
}

class TooLate extends Error {
  override readonly name = 'TooLate';
}

async function within<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TooLate('no answer in time')), timeoutMs);
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
