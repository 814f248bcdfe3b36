import { spawnSync } from 'node:child_process';

// Being there is not enough: a container or a kernel without user namespaces has a bubblewrap that starts nothing.

const places = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', 'bwrap'];
const working = places.find((place) => spawnSync(place, ['--ro-bind', '/', '/', 'true']).status === 0);

/** Whether this machine has a bubblewrap that works: what needs it is skipped elsewhere. */
export const hasBubblewrap = working !== undefined;

/** The program that does; where none does, the usual place. */
export const bubblewrap = working ?? '/usr/bin/bwrap';
