import type { Rule } from './rule.ts';
import { allowedArrows } from './rules/allowedArrows.ts';
import { authorizeCallers } from './rules/authorizeCallers.ts';
import { domInPagesOnly } from './rules/domInPagesOnly.ts';
import { followableImports } from './rules/followableImports.ts';
import { guardedBuiltinModules } from './rules/guardedBuiltinModules.ts';
import { knownPackages } from './rules/knownPackages.ts';
import { listedDiskWriters } from './rules/listedDiskWriters.ts';
import { listedNetworkFiles } from './rules/listedNetworkFiles.ts';
import { noBarrels } from './rules/noBarrels.ts';
import { noCycles } from './rules/noCycles.ts';
import { noPermitCasts } from './rules/noPermitCasts.ts';
import { permitMaker } from './rules/permitMaker.ts';
import { pureCode } from './rules/pureCode.ts';
import { pureImportsOnly } from './rules/pureImportsOnly.ts';
import { readersNeverWrite } from './rules/readersNeverWrite.ts';
import { sdkBehindPermit } from './rules/sdkBehindPermit.ts';
import { toolsTakePermits } from './rules/toolsTakePermits.ts';

/** Every rule, by the name of its file in `rules/`. */
export const rules: Readonly<Record<string, Rule>> = {
  allowedArrows,
  authorizeCallers,
  domInPagesOnly,
  followableImports,
  guardedBuiltinModules,
  knownPackages,
  listedDiskWriters,
  listedNetworkFiles,
  noBarrels,
  noCycles,
  noPermitCasts,
  permitMaker,
  pureCode,
  pureImportsOnly,
  readersNeverWrite,
  sdkBehindPermit,
  toolsTakePermits,
};
