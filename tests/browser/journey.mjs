// One person's way in: sign in, choose a school, arrive in its portal. Walked with JavaScript and
// without, on a telephone.
//
// START      where it begins: a path or an address (default /login)
// LOGIN, PASSWORD
// VIA        JSON list of links instead of login and password: a provider, then a person there
// TILE       words on the tile to choose; unset when nothing is to be chosen
// ARRIVAL    how the portal's address begins
// EXPECT     JSON list of texts that the portal shows
// SCRIPT     on, off or both (default)
import { inBothModes, json, setting } from './lib.mjs'

const journey = {
  start: setting('START', '/login'),
  login: process.env.LOGIN,
  password: process.env.PASSWORD,
  via: json('VIA', []),
  tile: process.env.TILE,
  arrival: setting('ARRIVAL'),
  expect: json('EXPECT', []),
}

async function choose(visitor, words) {
  await visitor.press(visitor.page.locator('button[name=rne]', { hasText: words }).first())
}

/** An answer travels in a form: a script sends it, or the visitor presses its button. */
async function send(visitor, script) {
  const form = 'form:has(input[name=SAMLResponse])'
  if (!script && (await visitor.page.locator(form).count())) await visitor.send(form)
}

async function deliver(visitor, script) {
  await send(visitor, script)
  await visitor.page.waitForURL(url => url.href.startsWith(journey.arrival), { waitUntil: 'load' })
}

async function walk(visitor, script, complain) {
  await visitor.open(journey.start)
  if (journey.via.length) await visitor.picture(`via-${script}`)
  for (const link of journey.via) await visitor.press(visitor.page.getByRole('link', { name: link }))
  if (journey.via.length) await send(visitor, script)
  else await visitor.signIn(journey.login, journey.password)
  if (journey.tile) await choose(visitor, journey.tile)
  await deliver(visitor, script)
  const text = await visitor.text()
  for (const expected of journey.expect) {
    if (!text.includes(expected)) complain(`the portal does not show “${expected}”: ${text}`)
  }
}

await inBothModes('journey', walk)
