// Looks at pages in both themes, both languages on a telephone and the first one at a desk, and
// complains about whatever breaks a promise. Pictures of 390 and 1440 px stay in ARTEFACTS.
//
// PAGES    JSON list: "/path" or {"path", "name", "status", "signedIn", "requests", "bytes"}
// LANGUAGES  JSON list (default both)
// LOGIN, PASSWORD   who signs in at LOGIN_PAGE (default /login) for pages with `signedIn`
import { Visitor, desk, json, narrow, run, setting, telephone } from './lib.mjs'

// Behind the door a page may bring a script of its own.
const budget = ({ signedIn }) => ({ requests: signedIn ? 4 : 3, bytes: 30_000 })
// 0.1 would still be called good.
const greatestShift = 0.05
const languages = json('LANGUAGES', ['fr', 'en'])

const pages = json('PAGES').map(page => (typeof page === 'string' ? { path: page } : page))

/** A file name for a page, unless it brings one. */
function nameOf({ path, name }) {
  return name ?? (path.replace(/[^\w-]+/g, '-').replace(/^-|-$/g, '') || 'start')
}

/** What the sign-in left, once there was one: all pages that want it share it. */
let signedIn

async function signIn(browser) {
  const visitor = await Visitor.arrive(browser)
  await visitor.open(setting('LOGIN_PAGE', '/login'))
  await visitor.signIn(setting('LOGIN'), setting('PASSWORD'))
  return visitor.leave()
}

async function arrive(browser, page, options) {
  if (page.signedIn) signedIn ??= await signIn(browser)
  return Visitor.arrive(browser, { ...options, cookies: page.signedIn && signedIn })
}

/** What the answer itself promises: status, language, requests, bytes. */
async function checkAnswer(visitor, page, language, complain) {
  const answer = await visitor.open(page.path)
  const wanted = page.status ?? 200
  if (answer.status() !== wanted) complain(`status ${answer.status()} instead of ${wanted}`)
  const spoken = (await visitor.page.locator('html').getAttribute('lang')) ?? 'none'
  if (!spoken.startsWith(language)) complain(`language ${spoken} instead of ${language}`)
  const { requests, bytes } = { ...budget(page), ...page }
  if (visitor.requests.length > requests) complain(`requests: ${visitor.requests.join(', ')}`)
  if (visitor.bytes > bytes) complain(`${visitor.bytes} bytes, allowed are ${bytes}`)
}

/** How much the page jumps. What a starved browser painted in two pieces does not jump a second time. */
async function shiftOf(visitor, page) {
  const first = await visitor.shift()
  if (first <= greatestShift) return first
  await visitor.open(page.path)
  return Math.min(first, await visitor.shift())
}

/** What the page looks like once it is there. */
async function checkSight(visitor, page, complain) {
  const shift = await shiftOf(visitor, page)
  if (shift > greatestShift) complain(`the page jumps: ${shift}`)
  await checkEdge(visitor, complain)
}

async function checkEdge(visitor, complain) {
  const overhang = await visitor.overhang()
  if (overhang) complain(`${overhang} px run over the edge`)
}

/** One language and width: loaded once, then seen in both themes. */
async function look(browser, page, { size, language }, complain) {
  const name = `${nameOf(page)}-${language}-${size.width}`
  const here = complaint => complain(`${name}: ${complaint}`)
  const visitor = await arrive(browser, page, { size, language })
  await checkAnswer(visitor, page, language, here)
  await checkSight(visitor, page, here)
  visitor.blame(complain, name)
  console.log(`${name}: ${visitor.requests.length} requests, ${visitor.bytes} bytes`)
  for (const theme of ['light', 'dark']) {
    await visitor.page.emulateMedia({ colorScheme: theme })
    await visitor.picture(`${name}-${theme}`)
    // A theme changes colours and nothing else.
    const rules = theme === 'light' ? [] : ['color-contrast']
    for (const barrier of await visitor.barriers(...rules)) here(`${theme}: ${barrier}`)
  }
  if (size === telephone) {
    await visitor.page.setViewportSize(narrow)
    await checkEdge(visitor, complaint => here(`${narrow.width} px: ${complaint}`))
  }
  await visitor.leave()
}

/** The page must say the same when no script runs. */
async function lookWithoutScript(browser, page, complain) {
  const name = `${nameOf(page)}-no-script`
  const visitor = await arrive(browser, page, { script: false, size: telephone })
  await visitor.open(page.path)
  if (!(await visitor.page.locator('h1').count())) complain(`${name}: no heading`)
  visitor.blame(complain, name)
  await visitor.leave()
}

await run(async (browser, complain) => {
  for (const page of pages) {
    for (const language of languages) await look(browser, page, { size: telephone, language }, complain)
    await look(browser, page, { size: desk, language: languages[0] }, complain)
    await lookWithoutScript(browser, page, complain)
  }
})
