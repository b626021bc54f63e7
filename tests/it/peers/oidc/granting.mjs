// A provider of tokens for mail as organisations run them: npm's oidc-provider, with codes for
// browsers (PKCE), codes to be typed, refreshing, introspection and revocation.
//
// PORT, REDIRECT (where browsers go back to), KIND (public: no secret, refresh tokens change each
// time; else confidential), SECRET, LONG (characters of an access token), USER (whose mailbox)
import Provider from 'oidc-provider'

const { PORT, REDIRECT, KIND, SECRET, LONG, USER } = process.env
const issuer = `http://127.0.0.1:${PORT}`
const isPublic = KIND === 'public'

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'aiguillage',
      ...(isPublic ? {} : { client_secret: SECRET }),
      token_endpoint_auth_method: isPublic ? 'none' : 'client_secret_post',
      redirect_uris: [REDIRECT],
      response_types: ['code'],
      grant_types: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
    },
    // The mail server, which asks whose token that is.
    {
      client_id: 'mailserver',
      client_secret: 'only-for-tests',
      token_endpoint_auth_method: 'client_secret_basic',
      introspection_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: [],
      response_types: [],
      grant_types: [],
    },
  ],
  scopes: ['mail'],
  cookies: { keys: ['only for tests'] },
  issueRefreshToken: async () => true,
  formats: {
    bitsOfOpaqueRandomness: (_, token) => (token.kind === 'AccessToken' ? Number(LONG) * 6 : 256),
  },
  features: {
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
})

const agreed = async (clientId) => {
  const grant = new provider.Grant({ accountId: USER, clientId })
  grant.addOIDCScope('mail')
  return grant.save()
}

/** Somebody signs in and agrees to everything. */
async function interact(context) {
  const { prompt, params } = await provider.interactionDetails(context.req, context.res)
  const result =
    prompt.name === 'login'
      ? { login: { accountId: USER } }
      : { consent: { grantId: await agreed(params.client_id) } }
  await provider.interactionFinished(context.req, context.res, result)
  context.respond = false
}

/** Somebody types a code and agrees, or does not. */
async function type(context) {
  const typed = context.query.code.replaceAll('-', '')
  const code = await provider.DeviceCode.findByUserCode(typed)
  if (!code) return
  if (context.query.refuse) {
    Object.assign(code, { error: 'access_denied', errorDescription: 'not today' })
  } else {
    const grantId = await agreed(code.clientId)
    Object.assign(code, { accountId: USER, grantId, scope: 'mail', authTime: 1 })
  }
  await code.save()
  context.body = 'typed'
}

provider.on('grant.success', (context) => console.error('granted', context.oidc.params.grant_type))

provider.use(async (context, next) => {
  if (context.path === '/type') {
    await type(context)
  } else if (context.path.startsWith('/interaction/')) {
    await interact(context)
  } else {
    await next()
  }
})
provider.listen(Number(PORT), '127.0.0.1')
