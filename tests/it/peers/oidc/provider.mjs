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

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'aiguillage',
    client_secret: SECRET,
    token_endpoint_auth_method: AUTH,
    redirect_uris: [REDIRECT],
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
  }
  await provider.interactionFinished(context.req, context.res, result)
  context.respond = false
}

provider.use(async (context, next) => {
  if (context.path === '/become') {
    who = context.query.login
    context.body = 'ok'
  } else if (context.path.startsWith('/interaction/')) {
    await interact(context)
  } else {
    await next()
  }
})
provider.listen(Number(PORT), '127.0.0.1')
