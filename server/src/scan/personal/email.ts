/** Ends of names of files that look like an address: `icon@2x.png`. */
const isFile = /\.(?:png|jpe?g|gif|svg|webp|js|mjs|cjs|ts|css|json|html?|md|zip|tgz|gz|local|internal)$/i;
/** Users of programs, not people: `git@github.com:a/b.git`. */
const isProgram = /^(?:git|hg|svn|root|www-data)@/i;

const address =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_%+'-](?:[\p{L}\p{N}._%+'-]{0,62}[\p{L}\p{N}_%+-])?@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}@]|-[\p{L}\p{N}])/gu;

export function* emails(text: string): Generator<{ readonly start: number; readonly end: number }> {
  if (!text.includes('@')) return;
  for (const { 0: found, index } of text.matchAll(address)) {
    if (isFile.test(found) || isProgram.test(found)) continue;
    yield { start: index, end: index + found.length };
  }
}
