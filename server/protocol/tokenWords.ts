import type { TokenCount } from './cost.ts';

/** Tokens for people. What nobody measured is in neither number, and is not nothing. */
export function tokenWords({ input, output, isPartial = false }: TokenCount): string {
  if (isPartial && input + output === 0) return 'unmeasured';
  const counted = `${input.toLocaleString('en')} in, ${output.toLocaleString('en')} out`;
  return isPartial ? `${counted}, and some unmeasured` : counted;
}
