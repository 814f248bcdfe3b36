import { describe, expect, it } from 'vitest';
import { guardedFetch } from '../../../server/src/models/guardedFetch.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { statusAnswer } from '../../../server/src/models/statusAnswer.ts';

// A request for which nothing is owed gives its reservation back, so only what surely was not worked on may count as one.

describe('a refusal by status', () => {
  const openai = { provider: 'openai', baseUrl: 'https://api.openai.com/v1' };
  const azure = { provider: 'azure', baseUrl: 'https://acme.openai.azure.com/openai/v1' };
  const azureBehindAName = { provider: 'ours', baseUrl: 'https://acme.services.ai.azure.com/openai/v1' };
  const gateway = { provider: 'gateway', baseUrl: 'https://models.example.com/v1' };

  const cases: readonly (readonly [number, Pick<Endpoint, 'provider' | 'baseUrl'>, boolean])[] = [
    ...[400, 401, 402, 403, 404, 413, 422, 429, 529].map((status) => [status, openai, true] as const),
    // Its documentation: a filter or an input limit (400) is charged, a missing key (401) or a rate limit (429) is not.
    ...[400, 413, 422].map((status) => [status, azure, false] as const),
    ...[401, 403, 404, 429].map((status) => [status, azure, true] as const),
    [400, azureBehindAName, false],
    [400, gateway, true],
    ...[408, 409, 424, 499, 500, 502, 503, 504].map((status) => [status, gateway, false] as const),
  ];
  it.each(cases)('%i of %j: unbilled is %s', (status, where, isUnbilled) => {
    const endpoint = { ...where, model: 'm' } as Endpoint;
    for (const body of [
      '{}',
      '{"error":{"message":"credit balance"}}',
      '{"error":{"code":"context_length_exceeded"}}',
    ]) {
      expect(statusAnswer(status, body, {}, endpoint)).toMatchObject({ isUnbilled });
    }
  });
});

describe('a network that fails', () => {
  it.each([
    ['EHOSTUNREACH', 'connect', 'not_reached'],
    ['ETIMEDOUT', 'connect', 'not_reached'],
    ['ENOTFOUND', 'getaddrinfo', 'not_reached'],
    ['EHOSTUNREACH', 'read', 'broken'],
    ['ENETUNREACH', 'write', 'broken'],
    ['ETIMEDOUT', 'read', 'broken'],
    ['ECONNRESET', 'read', 'broken'],
  ])('%s during %s is %s', async (code, syscall, kind) => {
    const network = guardedFetch(
      { stallTimeoutMs: 5000, maxAnswerBytes: 1000, maxAnswerMs: 5000, maxAnswerLines: 1000 },
      { proxy: null, resolve: async () => await Promise.reject(Object.assign(new Error(code), { code, syscall })) },
    );
    await expect(network.fetch('http://models.example.com/')).rejects.toThrow(code);
    expect(network.trouble()).toMatchObject({ kind });
  });
});
