// What `dist/verify-audit.mjs` gets for `node:crypto`, so that it runs on Node 18 too: an auditor's machine may be old.
// Nothing is computed here that Node does not compute.
import crypto from 'node:crypto';

export const { createHash, createPublicKey, sign, verify } = crypto;

/** Came with Node 20.12. */
export const hash =
  crypto.hash ??
  ((algorithm, data, encoding) => {
    const digest = crypto.createHash(algorithm).update(data);
    return encoding === 'buffer' ? digest.digest() : digest.digest(encoding);
  });
