// Somebody looks for a colleague: while typing, and without JavaScript by sending the form. On a
// telephone and at a desk.
//
// START      the page with the search field
// SEARCHES   JSON list of [what is typed, what is shown]
import { Visitor, desk, json, run, setting, telephone } from './lib.mjs'

const start = setting('START')
const searches = json('SEARCHES', [])

/** Types letter by letter and waits for the hit; the page itself stays. */
async function whileTyping(visitor, [typed, shown]) {
  const { page } = visitor
  await page.evaluate(() => { globalThis.stayed = true })
  await page.locator('input[name=q]').fill('')
  await page.locator('input[name=q]').pressSequentially(typed, { delay: 15 })
  await page.locator('#found', { hasText: shown }).waitFor()
  return page.evaluate(() => globalThis.stayed === true)
}

async function bySending(visitor, [typed, shown], complain) {
  await visitor.page.locator('input[name=q]').fill(typed)
  await visitor.send('form[role=search]')
  if (!(await visitor.text()).includes(shown)) complain(`“${typed}” does not show “${shown}”`)
}

async function look(browser, { size, script }, complain) {
  const name = `search-${size.width}${script ? '' : '-no-script'}`
  const visitor = await Visitor.arrive(browser, { script, size })
  await visitor.open(start)
  for (const search of searches) {
    if (!script) await bySending(visitor, search, complaint => complain(`${name}: ${complaint}`))
    else if (!(await whileTyping(visitor, search))) complain(`${name}: the page was loaded anew`)
  }
  if (await visitor.overhang()) complain(`${name}: runs over the edge`)
  if (script) for (const barrier of await visitor.barriers()) complain(`${name}: ${barrier}`)
  visitor.blame(complain, name)
  await visitor.picture(name)
  await visitor.leave()
}

await run(async (browser, complain) => {
  for (const size of [telephone, desk]) {
    for (const script of [true, false]) await look(browser, { size, script }, complain)
  }
})
