import type { Tool } from './tool.ts';

// Programs whose purpose is to change files.

const editor: Tool = { operands: ['write'], refused: 'an editor can run any command' };

export const writingTools: readonly (readonly [string, Tool])[] = [
  ...['vi', 'vim', 'nvim', 'view', 'ex', 'ed', 'emacs', 'nano', 'pico', 'joe'].map((name) => [name, editor] as const),
  ['mkdir', { operands: ['folder'], options: { '-m --mode': 'text' } }],
  ['rmdir', { operands: ['delete'] }],
  ['touch', { operands: ['write'], options: { '-r --reference': 'read', '-d -t --date --time': 'text' } }],
  ['rm', { operands: ['delete'], options: { '-r -R --recursive': 'tree' } }],
  ['unlink', { operands: ['delete'] }],
  ['shred', { operands: ['write'], options: { '-n -s --iterations --size': 'text', '--random-source': 'read' } }],
  [
    'cp',
    {
      operands: ['read'],
      last: 'write',
      options: {
        '-t --target-directory': 'folder',
        '-r -R -a --recursive --archive': 'tree',
        '-L --dereference': 'follows',
        '--parents': 'asks',
        '-S --suffix': 'text',
      },
    },
  ],
  [
    'mv',
    {
      operands: ['delete'],
      last: 'write',
      isRecursive: true,
      options: { '-t --target-directory': 'folder', '-S --suffix': 'text' },
    },
  ],
  [
    'install',
    {
      operands: ['read'],
      last: 'write',
      options: {
        '-t --target-directory -D': 'folder',
        '-m -o -g --mode --owner --group': 'text',
        '--strip-program': 'refused',
      },
    },
  ],
  [
    'ln',
    {
      operands: ['read'],
      last: 'write',
      options: { '-t --target-directory': 'folder' },
      asks: 'it makes a second name for a file',
    },
  ],
  ['tee', { operands: ['write'] }],
  ['dd', { operands: ['keyed'] }],
  ['truncate', { operands: ['write'], options: { '-s --size': 'text', '-r --reference': 'read' } }],
  ['chmod', { operands: ['text', 'write'], options: { '-R --recursive': 'tree', '--reference': 'read' } }],
  ['chown', { operands: ['text', 'write'], options: { '-R --recursive': 'tree', '--reference': 'read' } }],
  [
    'patch',
    {
      operands: ['write'],
      options: {
        '-i --input': 'read',
        '-o --output -r --reject-file': 'write',
        '-d --directory': 'folder',
        '-p -F --strip': 'text',
      },
      asks: 'the patch decides which files change',
    },
  ],
  [
    'tar',
    {
      operands: ['read'],
      isRecursive: true,
      hasBareBundle: true,
      options: {
        '-f --file': 'write',
        '-h --dereference': 'follows',
        '-C --directory': 'folder',
        '-x --extract --get': 'asks',
        '-P --absolute-names --to-command -I --use-compress-program --checkpoint-action --checkpoint -F --info-script --new-volume-script --rsh-command --rmt-command --remove-files':
          'refused',
        '-T --files-from -X --exclude-from': 'read',
        '--exclude --transform --xform --owner --group --mode --strip-components -b': 'text',
      },
    },
  ],
  [
    'unzip',
    {
      operands: ['read', 'text'],
      options: { '-d': 'folder', '-:': 'refused', '-l -v -t -Z': 'flag', '-x': 'text' },
      asks: 'the archive decides which files it writes',
    },
  ],
  [
    'zip',
    {
      operands: ['write', 'read'],
      options: {
        '-TT --unzip-command': 'refused',
        '-b --temp-path': 'folder',
        '-m --move': 'refused',
        '-r --recurse-paths': 'tree',
      },
    },
  ],
  ['gzip', { operands: ['write'] }],
  ['gunzip', { operands: ['write'] }],
  [
    'rsync',
    {
      operands: ['read'],
      last: 'write',
      isRecursive: true,
      options: {
        '-e --rsh --rsync-path': 'refused',
        '--delete -R --relative': 'asks',
        '--files-from --exclude-from --include-from': 'read',
      },
    },
  ],
];
