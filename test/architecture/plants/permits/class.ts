// The class by its name.
import { ActionPermit } from '../../../../server/src/policy/permit.ts';

export const forged = ActionPermit;
