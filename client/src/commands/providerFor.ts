import type { WorkspaceState } from '#protocol/workspace';
import type { Settings } from '../settings.ts';

/** The provider that needs no question: the one that is set, else the one that the sidecar chooses; null to ask for it. */
export function providerFor(
  { defaultProvider, providers }: Pick<WorkspaceState, 'defaultProvider' | 'providers'>,
  settings: Pick<Settings, 'provider'>,
): string | null {
  const wanted = settings.provider ?? defaultProvider;
  const isMissing = providers.some(({ name, isReady }) => name === wanted && !isReady);
  return isMissing ? null : wanted;
}
