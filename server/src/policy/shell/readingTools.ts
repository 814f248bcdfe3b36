import type { Tool } from './tool.ts';

// Programs that read, search and transform; some can write or start others when told to.

const text: Tool = { operands: ['text'] };
const reads: Tool = { operands: ['read'] };
const readTools =
  'cat head tail nl tac cut paste join comm fold fmt pr column rev od hexdump strings md5sum sha1sum sha256sum sha512sum cksum b2sum stat cmp readlink realpath tsort expand unexpand zcat bzcat xzcat';

export const readingTools: readonly (readonly [string, Tool])[] = [
  ...readTools.split(' ').map((name) => [name, reads] as const),
  ['ls', { operands: ['list'], options: { '-I --ignore --hide -w --width -T': 'text', '-R --recursive': 'tree' } }],
  ['tree', { operands: ['list'], options: { '-o': 'write', '-P -I -L': 'text' }, isRecursive: true }],
  ['du', { operands: ['list'], options: { '--files0-from': 'refused', '-X --exclude-from': 'read' } }],
  ['wc', { operands: ['read'], options: { '--files0-from': 'refused' } }],
  ['tr', text],
  [
    'date',
    {
      operands: ['text'],
      options: { '-d --date -I': 'text', '-f --file -r --reference': 'read', '-s --set': 'refused' },
    },
  ],
  [
    'grep',
    {
      operands: ['text', 'read'],
      options: {
        '-e --regexp': 'pattern',
        '-f --file': 'patternFile',
        '-r --recursive': 'tree',
        '-R --dereference-recursive': 'follows',
        '-A -B -C -m -d -D --context --after-context --before-context --max-count --include --exclude --exclude-dir --color --colour --label':
          'text',
        '--exclude-from': 'read',
      },
    },
  ],
  [
    'rg',
    {
      operands: ['text', 'read'],
      isRecursive: true,
      options: {
        '-e --regexp': 'pattern',
        '-f --file': 'patternFile',
        '--files': 'pattern',
        '-g -t -T -A -B -C -m -M -j -d -E -r --glob --iglob --type --type-not --replace --sort --max-count --context --max-depth --color --type-add':
          'text',
        '--pre --hostname-bin': 'refused',
        '-z --search-zip': 'asks',
        '-L --follow': 'follows',
        '--ignore-file': 'read',
      },
    },
  ],
  [
    'find',
    {
      operands: ['list'],
      isRecursive: true,
      hasSingleDash: true,
      options: {
        '-delete': 'deletes',
        '-L -follow': 'follows',
        '-fprint -fprint0 -fls -fprintf': 'write',
        '-files0-from': 'refused',
        '-newer -anewer -cnewer -samefile': 'read',
        '-name -iname -path -ipath -wholename -regex -iregex -type -maxdepth -mindepth -size -mtime -mmin -atime -ctime -perm -user -group -printf -lname -inum -links -newermt -regextype':
          'text',
        '-exec -execdir -ok -okdir': 'flag',
      },
    },
  ],
  [
    'sed',
    {
      operands: ['text', 'write'],
      program: 'sed',
      options: {
        '-e --expression': 'pattern',
        '-f --file': 'refused',
        '-n -E -r -s -z -u --quiet --silent --regexp-extended': 'flag',
        '-i --in-place': 'suffix',
        '-l --line-length': 'text',
      },
    },
  ],
  ...['awk', 'gawk', 'mawk', 'nawk', 'original-awk'].map((name): [string, Tool] => [
    name,
    {
      operands: ['text', 'read'],
      program: 'awk',
      options: {
        '-f --file': 'refused',
        '-F -v --field-separator --assign': 'text',
        '-i --include -l --load -E --exec -o -p -d': 'refused',
        '-e --source': 'pattern',
      },
    },
  ]),
  [
    'sort',
    {
      operands: ['read'],
      options: {
        '-o --output': 'write',
        '-T --temporary-directory': 'folder',
        '--compress-program --files0-from': 'refused',
        '--random-source': 'read',
        '-k -t -S --key --field-separator --buffer-size --parallel --batch-size --sort': 'text',
      },
    },
  ],
  ['uniq', { operands: ['read', 'write'], options: { '-f -s -w --skip-fields --skip-chars --check-chars': 'text' } }],
  ['xxd', { operands: ['read', 'write'], options: { '-s -l -c -g -o': 'text' } }],
  [
    'split',
    {
      operands: ['read', 'write'],
      options: {
        '--filter': 'refused',
        '-l -b -n -a -C --lines --bytes --number --suffix-length --additional-suffix': 'text',
      },
    },
  ],
  ['csplit', { operands: ['read', 'text'], options: { '-f --prefix': 'write', '-b -n': 'text' } }],
  [
    'shuf',
    {
      operands: ['read'],
      options: { '-o --output': 'write', '--random-source': 'read', '-n -i --head-count --input-range': 'text' },
    },
  ],
  ['base64', { operands: ['read'], options: { '-o --output': 'write', '-i --input': 'flag', '-w --wrap -b': 'text' } }],
  [
    'file',
    {
      operands: ['read'],
      options: { '-f --files-from -m --magic-file': 'read', '-F -e -P': 'text', '-C --compile': 'refused' },
    },
  ],
  [
    'diff',
    {
      operands: ['read'],
      options: {
        '-r --recursive': 'tree',
        '-U -C -x -I -W --label --exclude --unified --context --color': 'text',
        '--to-file --from-file -X --exclude-from': 'read',
      },
    },
  ],
  [
    'jq',
    {
      operands: ['text', 'read'],
      program: 'jq',
      options: {
        '-f --from-file': 'patternFile',
        '-L': 'refused',
        '--rawfile --slurpfile': 'nameAndRead',
        '--arg --argjson': 'twoTexts',
        '--indent': 'text',
      },
    },
  ],
  [
    'less',
    {
      operands: ['read'],
      hasPlusCommands: true,
      options: {
        '-o -O --log-file --LOG-FILE': 'write',
        '-k --lesskey-file --lesskey-src': 'refused',
        '-p -j -x': 'text',
      },
    },
  ],
  ['more', { ...reads, hasPlusCommands: true }],
  ['most', { ...reads, hasPlusCommands: true }],
  [
    'man',
    {
      operands: ['text'],
      options: {
        '-H --html -P --pager -l --local-file -C --config-file -M --manpath -E -p --preprocessor -T -t -X --troff --gxditview --ditroff':
          'refused',
      },
    },
  ],
];
