import type { WorkspaceState } from '#protocol/workspace';
import type { Settings } from '../settings.ts';

/** The provider that needs no question: the one that is set or configured, or the only real one that is ready. */
export function providerFor(
  { defaultProvider, providers }: Pick<WorkspaceState, 'defaultProvider' | 'providers'>,
  settings: Pick<Settings, 'provider'>,
): string | null {
  const wanted = settings.provider ?? defaultProvider;
  const isMissing = providers.some(({ name, isReady }) => name === wanted && !isReady);
  if (wanted !== null && !isMissing) return wanted;
  const ready = providers.filter(({ isReady, isSimulated }) => isReady && !isSimulated);
  const [only, another] = ready;
  return wanted === null && only !== undefined && another === undefined ? only.name : null;
}
