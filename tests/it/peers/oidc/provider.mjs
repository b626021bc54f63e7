// An OpenID provider as organisations run them: npm's oidc-provider, with one client and without a
// sign-in page of its own. Whoever comes is the person that was named last at /become.
//
// PORT, REDIRECT (where it may send people back), ACCOUNTS (JSON: claims by login), SECRET, AUTH
import { generateKeyPairSync } from 'node:crypto'
import Provider from 'oidc-provider'

const { PORT, REDIRECT, ACCOUNTS, SECRET, AUTH } = process.env
const issuer = `http://127.0.0.1:${PORT}`
const accounts = JSON.parse(ACCOUNTS)
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
let who = Object.keys(accounts)[0]
let paused = ''
const grants = []

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'aiguillage',
    client_secret: SECRET,
    token_endpoint_auth_method: AUTH,
    redirect_uris: [REDIRECT],
    grant_types: ['authorization_code', 'refresh_token'],
    backchannel_logout_uri: REDIRECT,
    backchannel_logout_session_required: true,
  }],
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'one' }] },
  cookies: { keys: ['only for tests'] },
  claims: {
    openid: ['sub'],
    email: ['email', 'email_verified'],
    profile: ['name', 'given_name', 'family_name', 'preferred_username', 'FrEduRne', 'auth_time'],
  },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // Its own would not call anybody on this machine.
  fetch: (address, { dispatcher, ...options }) => fetch(address, options),
  // As Keycloak does: everybody gets a refresh token, and a new one each time it is used.
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
})

provider.on('backchannel.error', (_, error) => console.error(error))

/** Sign whoever it is in, agree to everything; nobody: the person goes away. */
async function interact(context) {
  const { prompt, params, session } = await provider.interactionDetails(context.req, context.res)
  let result = { error: 'access_denied', error_description: 'went away' }
  if (who && prompt.name === 'login') {
    result = { login: { accountId: who } }
  } else if (who) {
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
    grant.addOIDCScope(params.scope)
    result = { consent: { grantId: await grant.save() } }
    grants.push(result.consent.grantId)
  }
  await provider.interactionFinished(context.req, context.res, result)
  context.respond = false
}

provider.use(async (context, next) => {
  if (context.path === '/change') {
    Object.assign(accounts[context.query.login], JSON.parse(context.query.claims))
    context.body = 'ok'
  } else if (context.path === '/forget') {
    for (const grant of grants) await provider.Grant.find(grant).then(it => it?.destroy())
    context.body = 'ok'
  } else if (context.path === '/pause') {
    paused = context.query.on
    context.body = 'ok'
  } else if (paused && context.path === '/token') {
    context.status = 502
    context.body = '<h1>Bad gateway</h1>'
  } else if (context.path === '/become') {
    who = context.query.login
    context.body = 'ok'
  } else if (context.path.startsWith('/interaction/')) {
    await interact(context)
  } else {
    await next()
  }
})
provider.listen(Number(PORT), '127.0.0.1')
