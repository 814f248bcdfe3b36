import type { Tool } from './tool.ts';

// Builtins of the shell and programs that only compute or print text.

const text: Tool = { operands: ['text'] };
const evaluated: Tool = { operands: ['text'], program: 'arithmetic' };
const textTools =
  'echo true false : pwd basename dirname sleep exit break continue return wait shift umask whoami id uname hostname seq expr factor yes tty nproc arch getconf type times for';

export const shellTools: readonly (readonly [string, Tool])[] = [
  ...textTools.split(' ').map((name) => [name, text] as const),
  ...['read', 'test', '[', '[[', 'unset', 'declare', 'typeset', 'local', 'readonly', 'export', 'let'].map(
    (name) => [name, evaluated] as const,
  ),
  ['test', { operands: ['list'], program: 'arithmetic' }],
  ['[', { operands: ['list'], program: 'arithmetic' }],
  ['[[', { operands: ['list'], program: 'arithmetic' }],
  ['printf', { operands: ['text'], options: { '-v': 'asks' }, stopsAtOperand: true }],
  ['mapfile', { operands: ['text'], options: { '-C': 'refused', '-d -n -O -s -u -c': 'text' }, program: 'arithmetic' }],
  [
    'readarray',
    { operands: ['text'], options: { '-C': 'refused', '-d -n -O -s -u -c': 'text' }, program: 'arithmetic' },
  ],
  ['trap', { operands: ['text'], refused: 'it runs a text as a command later' }],
  ['history', { operands: ['text'], refused: 'it can write any line into a start-up file' }],
  ['hash', { operands: ['text'], options: { '-p': 'refused' } }],
  ['compgen', { operands: ['text'], options: { '-C -F': 'refused' } }],
  ['fc', { operands: ['text'], refused: 'it runs earlier commands again' }],
  ['alias', { operands: ['text'], asks: 'it changes what a name means' }],
  ['shopt', { operands: ['text'], asks: 'it changes how the shell reads commands' }],
  ['set', { operands: ['text'] }],
  ['enable', { operands: ['text'], refused: 'it can load any library' }],
  ['bind', { operands: ['text'], refused: 'it runs commands on keys' }],
  ['complete', { operands: ['text'], refused: 'it runs commands later' }],
  ['source', { operands: ['run', 'text'], asks: 'it runs a file in the shell itself' }],
  ['.', { operands: ['run', 'text'], asks: 'it runs a file in the shell itself' }],
  ['cd', { operands: ['list'] }],
  ['pushd', { operands: ['list'] }],
  ['popd', text],
  ['kill', { operands: ['text'], asks: 'it stops processes' }],
  ['pkill', { operands: ['text'], asks: 'it stops processes by name' }],
  ['killall', { operands: ['text'], asks: 'it stops processes by name' }],
  ['crontab', { operands: ['read'], refused: 'it changes what runs later' }],
  ['batch', { operands: ['text'], refused: 'it changes what runs later' }],
  ['at', { operands: ['text'], refused: 'it changes what runs later' }],
];
