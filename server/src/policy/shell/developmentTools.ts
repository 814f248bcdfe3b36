import type { Tool } from './tool.ts';

// Interpreters, compilers, package managers, and programs that reach the network.

export const developmentTools: readonly (readonly [string, Tool])[] = [
  [
    'node',
    {
      operands: ['run', 'unknown'],
      options: {
        '-e --eval -p --print -pe -i --interactive': 'refused',
        '-r --require --import --loader --experimental-loader': 'run',
        '--env-file --env-file-if-exists': 'read',
        '--test --watch': 'flag',
        '--run': 'asks',
        '--inspect --inspect-brk': 'refused',
        '--test-name-pattern -C --conditions': 'text',
        '--test-reporter': 'run',
        '--test-reporter-destination': 'write',
      },
    },
  ],
  ...['python', 'python3'].map((name): [string, Tool] => [
    name,
    { operands: ['run', 'unknown'], options: { '-c': 'refused', '-m': 'module', '-W -X': 'text', '-i': 'refused' } },
  ]),
  ...['perl', 'ruby'].map((name): [string, Tool] => [
    name,
    { operands: ['run', 'unknown'], options: { '-e -E -M -m -r -I -s -x -n -p -i': 'refused' } },
  ]),
  ['php', { operands: ['run', 'unknown'], options: { '-r -B -R -E -F -d -c -z': 'refused', '-S -t': 'asks' } }],
  [
    'npm',
    {
      operands: ['text', 'unknown'],
      options: {
        '--script-shell --shell --node-options --userconfig --globalconfig --registry --scripts-prepend-node-path --git --editor --viewer --browser --init-module':
          'refused',
        '--prefix -C': 'folder',
        '-w --workspace': 'unknown',
        '--loglevel --omit --include --tag --access': 'text',
        '--yes -y': 'flag',
      },
    },
  ],
  [
    'pip',
    {
      operands: ['text', 'unknown'],
      options: {
        '-i --index-url --extra-index-url --trusted-host --proxy -f --find-links --config-settings --global-option':
          'refused',
        '-r --requirement -c --constraint': 'read',
        '-t --target --prefix --root --user': 'folder',
        '-e --editable': 'run',
      },
    },
  ],
  [
    'pytest',
    {
      operands: ['unknown'],
      options: {
        '-k -m -n --maxfail --tb -W --durations': 'text',
        '-o --override-ini': 'asks',
        '-p': 'run',
        '-c --config-file --rootdir --confcutdir': 'run',
        '--junitxml --junit-xml --basetemp': 'write',
      },
    },
  ],
  [
    'cargo',
    {
      operands: ['text', 'unknown'],
      options: {
        '--config -Z --index --registry': 'refused',
        '--manifest-path': 'run',
        '--target-dir --out-dir --artifact-dir': 'folder',
        '-p --package --features --test --bin --example --target --profile -j --jobs --message-format': 'text',
      },
    },
  ],
  [
    'go',
    {
      operands: ['text', 'unknown'],
      hasSingleDash: true,
      options: {
        '-exec -toolexec -vettool -overlay -modfile': 'refused',
        '-o -coverprofile -cpuprofile -memprofile -trace -outputdir': 'write',
        '-C': 'folder',
        '-run -bench -count -timeout -tags -p -parallel -mod': 'text',
        '-ldflags -gcflags -asmflags -gccgoflags': 'linkerFlags',
      },
    },
  ],
  ...['gcc', 'g++', 'cc', 'c++', 'clang', 'clang++'].map((name): [string, Tool] => [
    name,
    {
      hasResponseFiles: true,
      operands: ['read'],
      options: {
        '-wrapper -specs --specs -fplugin -B -load -Xclang': 'refused',
        '-o': 'write',
        '-I -L': 'list',
        '-include -imacros': 'read',
        '-D -U -l -W -x -std -f -m -g -O': 'text',
      },
    },
  ]),
  [
    'make',
    {
      operands: ['text'],
      asksAssignments: true,
      options: {
        '--eval -E': 'refused',
        '-f --file --makefile': 'asks',
        '-C --directory': 'folder',
        '-I --include-dir': 'list',
        '-j --jobs -l -o -W': 'text',
      },
    },
  ],
  [
    'curl',
    {
      operands: ['url'],
      options: {
        '--url': 'url',
        '-K --config --unix-socket --abstract-unix-socket --connect-to --resolve -x --proxy --preproxy --socks4 --socks5 --socks5-hostname --dns-servers --doh-url --interface -E --cert --key --engine --libcurl --trace --trace-ascii --netrc-file -n --netrc --proto --delegation --next -:':
          'refused',
        '-o --output -c --cookie-jar -D --dump-header --output-dir --hsts --alt-svc --etag-save --stderr': 'write',
        '-T --upload-file': 'read',
        '-O --remote-name -J --remote-header-name --remote-name-all': 'asks',
        '-d --data --data-raw --data-binary --data-urlencode --data-ascii --json -F --form --form-string -b --cookie':
          'asks',
        '-H --header -A --user-agent -X --request -e --referer -u --user -m --max-time --connect-timeout --retry -w --write-out -r --range':
          'text',
      },
    },
  ],
  [
    'wget',
    {
      operands: ['url'],
      options: {
        '--use-askpass --config -e --execute --post-file --body-file --input-file -i --load-cookies -a --append-output -B --base --bind-address --ca-certificate --private-key --certificate':
          'refused',
        '-O --output-document -o --output-file': 'write',
        '-P --directory-prefix': 'folder',
        '--post-data --body-data': 'asks',
        '--header -U --user-agent -t --tries -T --timeout': 'text',
      },
      asks: 'it writes what it fetches under a name the server chooses',
    },
  ],
  ...['docker', 'podman'].map((name): [string, Tool] => [
    name,
    {
      operands: ['text', 'unknown'],
      options: {
        '-H --host --url --connection --tlscacert --privileged -v --volume --mount --device --pid --ipc --network --net --security-opt --cap-add':
          'refused',
      },
    },
  ]),
  ...['ssh', 'scp', 'sftp'].map((name): [string, Tool] => [
    name,
    {
      operands: ['unknown'],
      stopsAtOperand: name === 'ssh',
      options: {
        '-o -F -S -J -I': 'refused',
        '-i': 'read',
        '-E': 'write',
        '-L -R -D -w -W -O': 'asks',
        '-p -P -l -b -c -m -e -B -Q': 'text',
      },
    },
  ]),
  ['npx', { operands: ['text', 'unknown'], options: { '-c --call --node-options -n --shell': 'refused' } }],
  ...'deno bun lua luajit tclsh expect Rscript R julia elixir erl ghci jshell scala groovy osascript octave gdb lldb'
    .split(' ')
    .map((name): [string, Tool] => [
      name,
      {
        operands: ['unknown'],
        hasSingleDash: true,
        options: {
          '-e -E -c -l -r -ex -x -p -eval --eval -exec --exec -print --print --command -iex -ix -o --one-line -A':
            'refused',
        },
      },
    ]),
  ...['powershell', 'pwsh', 'cmd', 'wsl'].map((name): [string, Tool] => [
    name,
    { operands: ['unknown'], refused: 'its commands cannot be judged here' },
  ]),
  [
    'psql',
    { operands: ['text'], options: { '-c --command -v --set': 'asks', '-f --file': 'run', '-o --output -L': 'write' } },
  ],
  ['sqlite3', { operands: ['write', 'text'], asks: 'its commands can run programs and write files' }],
  ['gh', { operands: ['text', 'unknown'], asks: 'it acts on the hosting service with the rights of the user' }],
];
