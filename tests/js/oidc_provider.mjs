// A certified OpenID provider for the tests: two issuers, one that puts claims into the ID token and one that does not.
//
// Reads one line of JSON: {people: {login: claims}, clients: [client metadata]}. Writes {"token": issuer, "userinfo": issuer}.
// A further line "rotate" gives both new keys beside the old ones; "replace" publishes the new ones alone.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'

console.warn = console.info = () => {}
let generation = 0
async function key(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...await exportJWK(privateKey), kid: `${alg}-${generation}`, use: 'sig', alg }
}
async function keys() {
  generation += 1
  return Promise.all(['RS256', 'ES256', 'PS256'].map(key))
}

function provider(issuer, given, jwks, inToken) {
  return new Provider(issuer, {
    clients: given.clients,
    jwks: { keys: jwks },
    scopes: ['openid', 'profile', 'groups'],
    claims: { profile: ['name', 'preferred_username'], groups: ['groups', 'nip', 'instansi'] },
    conformIdTokenClaims: !inToken,
    cookies: { keys: ['kunci untuk uji'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'PS256'] },
    pkce: { required: () => true },
    features: { rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
    // By itself it tells no machine of a private network that a session has ended, and waits 2.5 seconds for the answer;
    // here all are on this one, which may have much to do.
    fetch: (url, { dispatcher, signal, ...options }) => fetch(url, options),
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
    // Whoever logs in has agreed: consent is not what is tried here.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
      grant.addOIDCScope('openid profile groups')
      await grant.save()
      return grant
    },
    findAccount: (_ctx, id) => given.people[id] && { accountId: id, claims: () => ({ sub: id, ...given.people[id] }) },
  })
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const given = JSON.parse((await lines.next()).value)
let current = await keys()
const places = {}
for (const kind of ['token', 'userinfo']) {
  const server = createServer((request, response) => places[kind].answer(request, response))
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const issuer = `http://127.0.0.1:${server.address().port}`
  places[kind] = { issuer, answer: provider(issuer, given, current, kind === 'token').callback() }
}
console.log(JSON.stringify({ token: places.token.issuer, userinfo: places.userinfo.issuer }))
for await (const line of lines) {
  const older = current
  current = await keys()
  const published = line === 'rotate' ? [...current, ...older] : current
  for (const [kind, place] of Object.entries(places)) {
    place.answer = provider(place.issuer, given, published, kind === 'token').callback()
  }
  console.log(line)
}
process.exit(0)
