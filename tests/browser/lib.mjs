// A browser as a visitor has it, with an eye on what pages promise: no breach of the content
// policy, few requests, nothing that jumps or runs over the edge, nothing that shuts people out.
//
// Settings come from the environment: BASE (address of the service), ARTEFACTS (folder for
// pictures, when PICTURES is set), BROWSER (a Chromium elsewhere than usual).
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The address of the service under test, without a slash at the end. */
export const base = setting('BASE', 'http://localhost:8080').replace(/\/$/, '')

/** The window sizes that `look.md` names. */
export const telephone = { width: 390, height: 844 }
export const desk = { width: 1440, height: 900 }
export const narrow = { width: 320, height: 640 }

/** A setting from the environment; without `otherwise` it must be there. */
export function setting(name, otherwise) {
  const value = process.env[name] || otherwise
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

/** A setting that holds JSON. */
export function json(name, otherwise) {
  return process.env[name] ? JSON.parse(process.env[name]) : otherwise
}

/** Runs `story` in a browser of its own; a list of complaints makes the program fail. */
export async function run(story) {
  const browser = await launch()
  const complaints = []
  try {
    await story(browser, complaint => complaints.push(complaint))
  } catch (error) {
    complaints.push(error.stack ?? String(error))
  } finally {
    await browser.close()
  }
  for (const complaint of complaints) console.error(`complaint: ${complaint}`)
  process.exitCode = complaints.length ? 1 : 0
}

/** Walks with JavaScript and without, as SCRIPT says (on, off or both), on a telephone. */
export async function inBothModes(what, walk) {
  const modes = { on: [true], off: [false], both: [true, false] }[setting('SCRIPT', 'both')]
  await run(async (browser, complain) => {
    for (const script of modes) {
      const name = script ? `${what}-script` : `${what}-no-script`
      const visitor = await Visitor.arrive(browser, { script, size: telephone })
      try {
        await walk(visitor, script, complaint => complain(`${name}: ${complaint}`))
      } catch (error) {
        complain(`${name}: stopped at ${visitor.page.url()}: ${await visitor.text()}`)
        throw error
      } finally {
        visitor.blame(complain, name)
        await visitor.picture(name)
      }
      console.log(`${name}: arrived at ${visitor.page.url()}`)
      await visitor.leave()
    }
  })
}

async function launch() {
  return chromium.launch({
    executablePath: executable(),
    args: [
      '--disable-gpu', '--disable-quic', '--disable-sync', '--no-proxy-server',
      '--disable-background-networking', '--disable-component-update', '--no-first-run',
      // Nothing beyond this machine, not even its name looked up.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  })
}

function executable() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin']
  const usual = folders.flatMap(folder => names.map(name => join(folder, name)))
  const found = [process.env.BROWSER, ...usual].find(path => path && executes(path))
  if (!found) throw new Error('no Chromium here: make needs')
  return found
}

function executes(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** One visitor: cookies of their own, one open page, everything counted. */
export class Visitor {
  /**
   * `size` one of the sizes above, `theme` light or dark, `language` fr or en, `script` whether
   * the visitor's browser runs JavaScript, `cookies` those that another visitor left with.
   */
  static async arrive(browser, options = {}) {
    const { size = desk, theme = 'light', language = 'fr', script = true, cookies } = options
    const context = await browser.newContext({
      viewport: size,
      colorScheme: theme,
      locale: language === 'fr' ? 'fr-FR' : 'en-GB',
      timezoneId: 'Europe/Paris',
      reducedMotion: 'reduce',
      javaScriptEnabled: script,
      storageState: cookies,
    })
    const visitor = new Visitor(context, await context.newPage())
    await visitor.#watch()
    return visitor
  }

  constructor(context, page) {
    this.context = context
    this.page = page
    /** What the content policy forbade, as the browser words it. */
    this.breaches = []
    /** Errors of scripts. */
    this.errors = []
    this.requests = []
    this.bytes = 0
    // Beside other tests on two cores a page may take long; whoever hangs is stopped from outside.
    page.setDefaultTimeout(60_000)
  }

  async #watch() {
    this.page.on('console', message => {
      if (/content security policy/i.test(message.text())) this.breaches.push(message.text())
    })
    this.page.on('pageerror', error => this.errors.push(error.message))
    const wire = await this.context.newCDPSession(this.page)
    await wire.send('Network.enable')
    wire.on('Network.requestWillBeSent', ({ request }) => {
      if (!request.url.startsWith('data:')) this.requests.push(`${request.method} ${request.url}`)
    })
    wire.on('Network.loadingFinished', ({ encodedDataLength }) => {
      this.bytes += encodedDataLength
    })
  }

  /** Opens an address, or a path of the service; counting begins anew. */
  async open(address) {
    this.requests = []
    this.bytes = 0
    const url = address.startsWith('/') ? base + address : address
    return this.page.goto(url, { waitUntil: 'load' })
  }

  /** Fills the sign-in form and sends it. */
  async signIn(login, password) {
    await this.page.locator('input[name=login]').fill(login)
    await this.page.locator('input[name=password]').fill(password)
    await this.send('form:has(input[name=password])')
  }

  /** Presses the one main button of a form and waits for the next page. */
  async send(form) {
    await this.press(this.page.locator(form).locator('button:not([type=button])').first())
  }

  /** Presses something that leads to another page, and waits until that one is there. */
  async press(locator) {
    const moved = this.page.waitForEvent('framenavigated')
    await locator.click()
    await moved
    await this.page.waitForLoadState('load')
  }

  /** Everything that can be read on the page. */
  async text() {
    return this.page.locator('body').innerText()
  }

  /** How many pixels the page is wider than its window. */
  async overhang() {
    return this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return Math.max(0, scrollWidth - clientWidth)
    })
  }

  /** How much the page has jumped while it was built (Cumulative Layout Shift). */
  async shift() {
    return this.page.evaluate(
      () =>
        new Promise(tell => {
          let sum = 0
          const add = list => {
            for (const entry of list) if (!entry.hadRecentInput) sum += entry.value
          }
          const observer = new PerformanceObserver(list => add(list.getEntries()))
          observer.observe({ type: 'layout-shift', buffered: true })
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              add(observer.takeRecords())
              tell(sum)
            }),
          )
        }),
    )
  }

  /** The serious and critical findings of axe, one line each, of all its rules or of these. */
  async barriers(...rules) {
    if (!(await this.page.evaluate(() => Boolean(globalThis.axe)))) await this.page.evaluate(axeSource)
    const violations = await this.page.evaluate(async rules => {
      const options = { preload: false, resultTypes: ['violations'] }
      if (rules.length) options.runOnly = rules
      return (await globalThis.axe.run(options)).violations
    }, rules)
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(node => node.target).join(' | ')}`)
  }

  /** Keeps a picture of the whole page for whoever reviews it, when PICTURES asks for them. */
  async picture(name) {
    if (setting('PICTURES', '') === '') return
    const folder = setting('ARTEFACTS')
    mkdirSync(folder, { recursive: true })
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
  }

  /** Complains about everything the policy or a script ran into so far. */
  blame(complain, where) {
    for (const breach of this.breaches) complain(`${where}: ${breach}`)
    for (const error of this.errors) complain(`${where}: script: ${error}`)
  }

  /** Closes the browser of this visitor; their cookies are left. */
  async leave() {
    const cookies = await this.context.storageState()
    await this.context.close()
    return cookies
  }
}
