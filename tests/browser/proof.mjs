// Somebody checks certificates on the page that reads them in the browser: once as the service sends
// it, once from a saved copy, without any connection.
//
// START      the page of the service
// SAVED      the saved copy, file:///…
// FILES      JSON list of [path of a file, verdict that must show, text that must show]
import { Visitor, json, narrow, run, setting } from './lib.mjs'

const files = json('FILES', [])

async function check(visitor, [path, verdict, words], complain) {
  const { page } = visitor
  await page.locator('#file').setInputFiles(path)
  await page.locator(`[data-verdict=${verdict}]:visible`).waitFor()
  const shown = await page.locator('[data-verdict]:visible').count()
  if (shown !== 1) complain(`${path}: ${shown} verdicts`)
  if (!(await visitor.text()).includes(words)) complain(`${path} does not show “${words}”`)
}

async function look(browser, address, complain) {
  const visitor = await Visitor.arrive(browser, { size: narrow })
  await visitor.open(address)
  const before = visitor.requests.length
  for (const file of files) await check(visitor, file, complain)
  // The picture of the tab may come late; it is part of the page.
  const sent = visitor.requests.slice(before).filter(request => !request.endsWith('.svg'))
  for (const request of sent) complain(`${address}: ${request} was sent`)
  if (await visitor.overhang()) complain(`${address}: runs over the edge`)
  for (const barrier of await visitor.barriers()) complain(`${address}: ${barrier}`)
  visitor.blame(complain, address)
  await visitor.picture('proof-here')
  await visitor.leave()
}

await run(async (browser, complain) => {
  for (const address of [setting('START'), setting('SAVED')]) await look(browser, address, complain)
})
