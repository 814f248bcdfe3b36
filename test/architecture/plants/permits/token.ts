// The token of the module.
import { token } from '../../../../server/src/policy/permit.ts';

export const stolen = token;
