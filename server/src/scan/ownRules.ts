// The patterns of secrets that Loki looks for itself. Each has a `hint`: text that must occur for the pattern to be
// tried at all, which keeps a scan fast. No pattern may backtrack over more than one bounded run of characters.

export interface SecretRule {
  /** Also the name in a redaction marker: lower case letters, digits and hyphens. */
  readonly rule: string;
  readonly kind: string;
  readonly severity: 'high' | 'medium';
  /** One of these (in lower case) occurs in every text that matches. */
  readonly hints: readonly string[];
  /** Global; the group `secret`, or else the whole match, is what is hidden. */
  readonly pattern: RegExp;
  /** Bits per character that the secret has at least; guards the patterns that words could match by chance. */
  readonly minEntropy?: number;
}

const high = (
  rule: string,
  kind: string,
  hints: readonly string[],
  pattern: RegExp,
  minEntropy?: number,
): SecretRule => ({
  rule,
  kind,
  severity: 'high',
  hints,
  pattern,
  ...(minEntropy !== undefined && { minEntropy }),
});

const awsIds = ['akia', 'asia', 'abia', 'acca', 'a3t'];

export const ownRules: readonly SecretRule[] = [
  high(
    'aws-access-key-id',
    'AWS access key id',
    awsIds,
    /(?<![A-Za-z0-9])(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
    3,
  ),
  high(
    'aws-secret-access-key',
    'AWS secret access key',
    ['secret', 'aws'],
    /(?:aws.{0,20}(?:secret|key)|secret_?access_?key)[\w.-]{0,20}["']?\s{0,5}(?:=>|:=|[=:,])\s{0,5}["'`]?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    4,
  ),
  high('jwt', 'JSON web token', ['eyj'], /(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{16,2000}/g),
  high('google-api-key', 'Google API key', ['aiza'], /(?<![\w-])AIza[\w-]{35}(?![\w-])/g, 3.5),
  high('google-oauth-secret', 'Google OAuth client secret', ['gocspx-'], /(?<![\w-])GOCSPX-[\w-]{28}(?![\w-])/g),
  high('google-oauth-token', 'Google OAuth access token', ['ya29.'], /(?<![\w.-])ya29\.[\w-]{30,400}/g),
  high(
    'github-token',
    'GitHub token',
    ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,251}(?![A-Za-z0-9])/g,
    3,
  ),
  high(
    'github-fine-grained-token',
    'GitHub fine-grained token',
    ['github_pat_'],
    /(?<![A-Za-z0-9])github_pat_\w{22,255}/g,
    3,
  ),
  high(
    'gitlab-token',
    'GitLab token',
    ['gl'],
    /(?<![A-Za-z0-9])gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct)-[\w.-]{20,300}/g,
    3,
  ),
  high(
    'gitlab-runner-token',
    'GitLab runner registration token',
    ['gr1348941'],
    /(?<![A-Za-z0-9])GR1348941[\w-]{20}(?![\w-])/g,
    3.5,
  ),
  high('anthropic-key', 'Anthropic API key', ['sk-ant-'], /(?<![\w-])sk-ant-[a-z]{2,8}\d{2}-[\w-]{80,120}/g, 3.5),
  high(
    'openai-key',
    'OpenAI API key',
    ['sk-'],
    /(?<![\w-])sk-(?!ant-)(?:(?:proj|svcacct|admin|None|or-v1)-)?(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Za-z])[\w-]{40,200}(?![\w-])/g,
    4,
  ),
  high('openai-key', 'OpenAI API key', ['t3blbkfj'], /(?<![\w-])sk-[\w-]{16,100}T3BlbkFJ[\w-]{16,100}/g),
  high(
    'slack-token',
    'Slack token',
    ['xox', 'xapp-'],
    /(?<![\w-])(?:xox[abeoprs]|xapp)-(?:\d-)?[A-Za-z0-9]{6,}-[A-Za-z0-9-]{16,250}(?![#*])/g,
    3,
  ),
  high(
    'slack-webhook',
    'Slack webhook',
    ['hooks.slack.com'],
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/T[A-Za-z0-9]{6,12}\/[A-Za-z0-9/]{18,80}/g,
  ),
  high(
    'stripe-key',
    'Stripe key',
    ['k_live_', 'k_test_', 'whsec_'],
    /(?<![A-Za-z0-9])(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9+/=]{24,100})/g,
    3,
  ),
  high('npm-token', 'npm access token', ['npm_'], /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g, 3.5),
  high(
    'npm-auth',
    'npm registry credential',
    ['_auth'],
    /:?_auth(?:Token)?\s{0,3}=\s{0,3}["']?(?<secret>[A-Za-z0-9+/=_.-]{16,300})/g,
    3,
  ),
  high(
    'loki-token',
    'Loki API key',
    ['loki_'],
    /(?<![A-Za-z0-9_])loki_(?=\w{0,100}\d)(?=\w{0,100}[A-Za-z])[A-Za-z0-9_-]{24,120}/g,
    3.2,
  ),
  high(
    'onepassword-token',
    '1Password service account token',
    ['ops_eyj'],
    /(?<![A-Za-z0-9])ops_eyJ[\w+/=-]{200,4000}/g,
    3.5,
  ),
  high(
    'azure-client-secret',
    'Azure client secret',
    ['q~'],
    /(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/g,
    3.5,
  ),
  high('azure-storage-key', 'Azure storage key', ['accountkey='], /AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/gi, 4),
  high(
    'vault-token',
    'HashiCorp Vault token',
    ['s.', 'hvs.', 'hvb.', 'hvr.'],
    /(?<![\w.-])(?:s\.(?=[a-z0-9]{0,23}[A-Z])(?=[A-Z0-9]{0,23}[a-z])(?=(?:[A-Za-z]{0,23}\d){2})[A-Za-z0-9]{24}|hv[sbr]\.[\w-]{24,300})(?![\w.-])/g,
    3.5,
  ),
  high('intra42-secret', '42 API client secret', ['s-s4t2'], /(?<![\w-])s-s4t2(?:ud|af)-[0-9a-f]{64}(?![\w-])/g, 3),
  high(
    'octopus-api-key',
    'Octopus Deploy API key',
    ['api-'],
    /(?<![\w-])API-(?=[A-Z]{0,26}\d)[A-Z0-9]{26}(?![\w-])/g,
    3,
  ),
  high('sendgrid-key', 'SendGrid API key', ['sg.'], /(?<![\w.-])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g, 3.5),
  high(
    'huggingface-token',
    'Hugging Face token',
    ['hf_'],
    /(?<![\w-])hf_(?=[A-Za-z]{0,40}[A-Z])(?=[A-Za-z]{0,40}[a-z])[A-Za-z]{34}(?![\w-])/g,
    4,
  ),
  high('pypi-token', 'PyPI token', ['pypi-agei'], /(?<![\w-])pypi-AgEI[\w-]{50,1000}/g),
  high(
    'digitalocean-token',
    'DigitalOcean token',
    ['_v1_'],
    /(?<![A-Za-z0-9])do[opr]_v1_[a-f0-9]{64}(?![A-Za-z0-9])/g,
    3,
  ),
  high('telegram-token', 'Telegram bot token', [':aa'], /(?<![\w-])\d{8,10}:AA[\w-]{33}(?![\w-])/g, 3.5),
  high(
    'twilio-key',
    'Twilio API key',
    ['sk', 'twilio'],
    /(?<![A-Za-z0-9])SK(?=[a-f]{0,31}\d)(?=\d{0,31}[a-f])[0-9a-f]{32}(?![A-Za-z0-9])/g,
    3,
  ),
  high(
    'discord-webhook',
    'Discord webhook',
    ['/api/webhooks/'],
    /discord(?:app)?\.com\/api\/webhooks\/\d{16,20}\/[\w-]{60,80}/g,
  ),
  {
    rule: 'bearer-token',
    kind: 'bearer token',
    severity: 'medium',
    hints: ['bearer '],
    pattern: /\bBearer (?<secret>(?=[\w.~+/-]{0,200}\d)[\w.~+/-]{24,2000}={0,2})/gi,
    minEntropy: 3.8,
  },
];
