import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { DecisionKind } from '#protocol/policy';
import { evaluate } from '../../server/src/policy/evaluate.ts';
import type { TierScope } from '../../server/src/policy/tiers.ts';
import { entries, factsOf, implementer, policyOf } from '../unit/policy/fixtures.ts';

// Families of detours around the rules about commands and branches, as classes: whatever stands in front of a denied
// command, however it is written, it is never simply allowed.

const wide: TierScope = {
  allowedCommands: entries(
    ...'echo,cat,ls,grep,rg,find,sed,awk,sort,tar,man,make,git,npm,node,python3,bash,sh,eval,env,xargs,nice,timeout,nohup,setsid,stdbuf,time,command,builtin,exec,sudo,doas,su,watch,script,flock,chroot,unshare,busybox,strace,ionice,taskset,chrt,parallel,runuser,systemd-run,read,mapfile,printf,declare,export,test,[,let,for,unset,less,vim,ssh,rsync,curl,docker,newtool,gdb,true,tee,cp,cd'.split(
      ',',
    ),
  ),
  deniedCommands: entries('shred', 'git push', 'kubectl delete'),
  deniedPaths: entries('src/secrets'),
};

function decide(command: string, scope: TierScope = wide, isConfined = false): DecisionKind {
  const action: Action = { kind: 'command', command };
  return evaluate(policyOf(scope, { isConfined }), implementer, action, factsOf(action)).kind;
}

const denied: fc.Arbitrary<string> = fc.constantFrom('shred x', 'git push origin loki/x', 'kubectl delete pod x');

/** Ways to write a command that all run it. Each takes one that runs, and gives one that runs. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
type Rewrite = (text: string) => string;
const wrapping = fc.constantFrom<Rewrite[]>(
  ...'nice,nice -n 5,timeout 5,timeout -s KILL 5,nohup,setsid,stdbuf -oL,env,env A=1,env -i,env -u X,command,exec,sudo,sudo -u root,doas,unshare -r,busybox,strace -f,ionice -c 3,taskset 1,chrt 5,xargs,chroot .,newtool,systemd-run --user,fakeroot,pkexec,valgrind -q'
    .split(',')
    .map(
      (prefix) => (inner: string) =>
        `${prefix} ${/^[\w./-]+(?: [\w./-]+)*$/.test(inner) ? inner : `bash -c ${quoted(inner)}`}`,
    ),
  ...'bash -c,sh -c,bash -lc,bash --norc -c,eval,watch,script -qc,flock x -c,su -c,su root -c,runuser -c,env -S,parallel,ssh host,newtool -e,newtool --run,gdb -ex,python3 -c,node -e'
    .split(',')
    .map((prefix) => (inner: string) => `${prefix} ${quoted(inner)}`),
  (inner) => `sed -n ${quoted(`1e ${inner}`)} f`,
  (inner) => `awk ${quoted(`BEGIN{system("${inner}")}`)}`,
  (inner) => `(${inner})`,
  (inner) => `{ ${inner}; }`,
  (inner) => `! ${inner}`,
  (inner) => `time ${inner}`,
  (inner) => `echo $(${inner})`,
  (inner) => `echo "\${x:-$(${inner})}"`,
  (inner) => `echo $((a[$(${inner})]))`,
  (inner) => `cat <(${inner})`,
  (inner) => `cat > >(${inner})`,
  (inner) => `cat <<E\n$(${inner})\nE`,
  (inner) => `bash <<'E'\n${inner}\nE`,
  (inner) => `bash <<< ${quoted(inner)}`,
  (inner) => `echo ${quoted(inner)} | bash`,
  (inner) => `if true; then ${inner}; fi`,
  (inner) => `while ${inner}; do true; done`,
  (inner) => `for x in a; do ${inner}; done`,
  (inner) => `case x in x) ${inner};; esac`,
  (inner) => `f() { ${inner}; }; f`,
  (inner) => `coproc { ${inner}; }`,
  (inner) => `trap ${quoted(inner)} EXIT`,
  (inner) => `find . -exec bash -c ${quoted(inner)} \\;`,
  (inner) => `[[ -v a[$(${inner})] ]]`,
  (inner) => `test -v 'a[$(${inner.replaceAll("'", '')})]'`,
  (inner) => `read 'a[$(${inner.replaceAll("'", '')})]' < f`,
  (inner) => `true && ${inner}`,
  (inner) => `false || ${inner}`,
  (inner) => `true & ${inner}`,
  (inner) => `true\n${inner}`,
  (inner) => `ls | ${inner}`,
  (inner) => `${inner} | cat`,
);

/** Spellings of a word that the shell reads as the same word. */
const spelling = fc.constantFrom<Rewrite[]>(
  (word) => word,
  (word) => `${word.slice(0, 1)}''${word.slice(1)}`,
  (word) => `"${word}"`,
  (word) => `\\${word}`,
  (word) => `$'${Array.from(word, (letter) => `\\x${letter.charCodeAt(0).toString(16)}`).join('')}'`,
  (word) => `${word.slice(0, 2)}\\\n${word.slice(2)}`,
  (word) => `/usr/bin/${word}`,
  (word) => `x=${word}; $x`,
  (word) => `\${x:-${word}}`,
  (word) => `$(echo ${word})`,
  (word) => `A=1 ${word}`,
  (word) => `{${word},}`,
  (word) => `${word.slice(0, 2)}?${word.slice(3)}`,
);

describe('denied commands', () => {
  test('no stack of wrappers, interpreters and quotings makes one allowed', () => {
    fc.assert(
      fc.property(denied, spelling, fc.array(wrapping, { maxLength: 3 }), (command, spell, stack) => {
        const [program = '', ...rest] = command.split(' ');
        const written = stack.reduce((inner, wrap) => wrap(inner), [spell(program), ...rest].join(' '));
        expect(`${decide(written)}: ${written}`).not.toMatch(/^ALLOW/);
      }),
      { numRuns: 2000 },
    );
  });

  test('in the sandbox as well, where they cannot be hidden from whoever reads', () => {
    fc.assert(
      fc.property(denied, fc.array(wrapping, { maxLength: 2 }), (command, stack) => {
        const written = stack.reduce((inner, wrap) => wrap(inner), command);
        const isReadable = !/python3|node -e|sed -n|awk|\|\s*bash|bash <<|ssh/.test(written);
        return !isReadable || decide(written, wide, true) !== 'ALLOW';
      }),
      { numRuns: 600 },
    );
  });

  test('an allowed prefix never allows a line with another part', () => {
    const other = fc.constantFrom('touch x', 'rm x', 'gitx log', 'git pull', './run', 'logx', '$x', 'npmx');
    const scope: TierScope = { allowedCommands: entries('git log', 'npm test', 'bash') };
    fc.assert(
      fc.property(fc.constantFrom('git log', 'npm test'), other, wrapping, fc.boolean(), (good, bad, wrap, isFirst) => {
        for (const joint of [' && ', ' || ', '; ', '\n', ' | ', ' & ', ' |& ']) {
          const line = isFirst ? `${wrap(bad)}${joint}${good}` : `${good}${joint}${wrap(bad)}`;
          expect([line, decide(line, scope)]).not.toEqual([line, 'ALLOW']);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('single detours', () => {
  test.each(
    String.raw`read -r PATH < f; ls
mapfile -t LD_PRELOAD < f; ls
getopts x PATH; ls
wait -p PATH; ls
printf -v PATH x; ls
export -n PATH; ls
declare -n r=PATH; r=x; ls
for PATH in x; do ls; done
select IFS in x; do ls; done
coproc PATH { ls; }
exec {PATH}< f
hash -p /tmp/x ls; ls
git cat-file -p HEAD:src/secrets/key
git cat-file blob HEAD:src/secrets/key
git show HEAD:src/secrets/key
git show :0:src/secrets/key
git grep sk- HEAD
git rebase --strategy=x y
npm run test --workspace=../x
npm test -- --config=../x
node --test-reporter=/tmp/x --test
cat f | python3 /dev/stdin
cat f | bash /dev/stdin
bash /dev/stdin < f
make .SHELLFLAGS=x test
cp --parents .git/config docs
pytest -o cache_dir=/tmp/x
go test -ldflags=-extld=x
git checkout HEAD -- .loki
git checkout HEAD .git
gawk 'BEGIN{system("x")}'
less +!touch f
more +!touch f
python3 -m pip install x
python3 -mhttp.server
node --run x
gdb -ex 'shell x' f
ssh -o ProxyCommand=x h
ssh -F f h
make -E x
env PATH=. ls
man -Hx ls
tar --use-compress-prog=x -cf a f
sort --compress-prog=x f
git -c alias.x=!y x
git fetch --upload-pack=x origin
git clone ext::x y
git grep -Ox y
sed -n '1e x' f
awk 'BEGIN{"x"|getline}'
rg --pre=x y
find . -fprintf /tmp/x y
rsync -e x f h:
docker run -v /:/h x`.split('\n'),
  )('%s', (command) => {
    expect(decide(command)).not.toBe('ALLOW');
  });

  test('what is over-long is refused', () => {
    expect(decide(`echo ${'x'.repeat(20_000)}`)).toBe('DENY');
  });
});

describe('branches', () => {
  const scope: TierScope = {
    allowedBranches: entries('loki/*', 'main', 'release/*'),
    deniedBranches: entries('main', 'release/*'),
    allowedCommands: entries('git push', 'git'),
  };
  const branch = fc.constantFrom('main', 'MAIN', 'release/1.0', 'Release/2');
  const reference = fc
    .tuple(fc.constantFrom('', 'heads/', 'refs/heads/'), branch)
    .map(([prefix, name]) => `${prefix}${name}`);
  const refspec = fc
    .tuple(
      fc.constantFrom('', '+'),
      fc.constantFrom('', 'HEAD:', '@:', ':', 'loki/x:', 'HEAD~1:', 'refs/heads/loki/x:'),
      reference,
    )
    .map((parts) => parts.join(''));

  test('every spelling of a push to a denied branch is denied', () => {
    fc.assert(
      fc.property(refspec, fc.boolean(), (spec, force) => {
        const action: Action = { kind: 'git_push', remote: 'origin', branch: spec, ...(force ? { force } : {}) };
        expect([spec, evaluate(policyOf(scope), implementer, action, factsOf(action)).kind]).toEqual([spec, 'DENY']);
      }),
    );
  });

  test('and so it is as a command', () => {
    const options = fc.array(
      fc.constantFrom(
        '-f',
        '--force',
        '--force-with-lease',
        '-u',
        '-q',
        '--no-verify',
        '--tags',
        '--porcelain',
        '--atomic',
      ),
      { maxLength: 3 },
    );
    const before = fc.constantFrom(
      'git',
      'git --no-pager',
      'git -C .',
      '/usr/bin/git',
      'command git',
      "g''it",
      'env git',
    );
    fc.assert(
      fc.property(refspec, options, before, fc.boolean(), (spec, some, git, hasOther) => {
        const line = [git, 'push', ...some, 'origin', ...(hasOther ? ['loki/x'] : []), spec].join(' ');
        expect([line, decide(line, scope)]).toEqual([line, 'DENY']);
      }),
    );
  });

  test.each(['--all', '--mirror', '--branches', ':', '--delete main', '-d main', '--prune'])('git push %s', (rest) => {
    expect(decide(`git push origin ${rest}`, scope)).not.toBe('ALLOW');
  });
});
