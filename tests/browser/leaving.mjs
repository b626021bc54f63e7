// One person's way out: sign in once, be in several places, sign out at one of them, and be out of
// all. Walked with JavaScript and without, on a telephone.
//
// LOGIN, PASSWORD
// VISITS     JSON list of addresses: portals and applications that let the person in
// SIGN_OUT   where the way out begins: /logout, the menu of /sessions, or a portal's address
// ARRIVAL    how the address of the last page begins
// EXPECT     JSON list of texts on the last page
// SCRIPT     on, off or both (default)
import { inBothModes, json, setting } from './lib.mjs'

const visits = json('VISITS', [])
const expect = json('EXPECT', [])
const [login, password] = [setting('LOGIN'), setting('PASSWORD')]
const [signOut, arrival] = [setting('SIGN_OUT', '/logout'), setting('ARRIVAL')]

/** Messages in forms: a script sends them, or the visitor presses the button. */
async function pass(visitor, script, isThere) {
  const form = 'form:has(input[name=SAMLResponse]), form:has(input[name=SAMLRequest])'
  while (!script && (await visitor.page.locator(form).count())) await visitor.send(form)
  await visitor.page.waitForURL(url => isThere(url.href), { waitUntil: 'load' })
}

/** The menu of a page whose own forms may not lead to other sites. */
async function byTheMenu(visitor) {
  await visitor.page.locator('details.menu summary').click()
  await visitor.send('details.menu form[action="/logout"]')
}

async function walk(visitor, script, complain) {
  await visitor.open('/login')
  await visitor.signIn(login, password)
  for (const address of visits) {
    await visitor.open(address)
    await pass(visitor, script, here => here.startsWith(address))
  }
  await visitor.open(signOut)
  if (signOut === '/logout') await visitor.send('main form')
  if (signOut === '/sessions') await byTheMenu(visitor)
  await pass(visitor, script, here => here.startsWith(arrival))
  if (expect.length) await visitor.page.getByText(expect[0]).first().waitFor()
  const text = await visitor.text()
  for (const expected of expect) {
    if (!text.includes(expected)) complain(`the last page does not show “${expected}”: ${text}`)
  }
  if (signOut.startsWith('/')) await visitor.picture(`left-${script}`)
  for (const address of visits) {
    await visitor.open(address)
    if (!(await visitor.page.locator('input[name=password]').count())) {
      complain(`${address} did not hear of it: ${visitor.page.url()} ${await visitor.text()}`)
    }
  }
}

await inBothModes('leaving', walk)
