// A code on the wall, read from a picture of the wall by a program that is not ours, and a student
// who marks with it on a telephone, with JavaScript and without.
//
// CLASS      path of the séance
// TEACHER    login and password of who calls the roll
// STUDENTS   JSON list of two logins
// NAME       what the list says of the first of them
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Visitor, base, desk, json, run, setting, telephone } from './lib.mjs'

const path = setting('CLASS')
const login = setting('TEACHER')
const students = json('STUDENTS', [])

/** What a stranger's program reads from what everybody in the room sees. */
async function read(visitor, name) {
  const file = join(setting('ARTEFACTS'), `${name}.png`)
  await visitor.page.screenshot({ path: file })
  return execFileSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file], { encoding: 'utf8' }).trim()
}

async function mark(browser, address, login, script, complain) {
  const name = `roll-student${script ? '' : '-no-script'}`
  const visitor = await Visitor.arrive(browser, { script, size: telephone })
  await visitor.open(address)
  await visitor.signIn(login, login)
  if (script) await visitor.page.waitForURL(/\/attendance\/me/)
  else await visitor.send('form[action="/p/confirm"]')
  if (!(await visitor.text()).includes('Présence enregistrée')) complain(`${name}: ${await visitor.text()}`)
  if (await visitor.overhang()) complain(`${name}: runs over the edge`)
  if (script) for (const barrier of await visitor.barriers()) complain(`${name}: ${barrier}`)
  visitor.blame(complain, name)
  await visitor.picture(name)
  await visitor.leave()
}

await run(async (browser, complain) => {
  const teacher = await Visitor.arrive(browser, { size: desk })
  await teacher.open(path)
  await teacher.signIn(login, login)
  await teacher.press(teacher.page.locator(`form[action="${path}/open"] button`))
  await teacher.picture('roll-open')
  const cookies = await teacher.context.storageState()

  const wall = await Visitor.arrive(browser, { size: { width: 1280, height: 720 }, cookies })
  await wall.open(`${path}/board`)
  await wall.page.locator('#left:not([hidden])').waitFor()
  const first = await read(wall, 'roll-board')
  if (!first.startsWith(`${base}/p/`)) complain(`the wall says ${first}`)
  for (const barrier of await wall.barriers()) complain(`board: ${barrier}`)
  await wall.page.waitForFunction(text => document.querySelector('.dark').getAttribute('d') !== text,
    await wall.page.locator('.dark').getAttribute('d'))
  const second = await read(wall, 'roll-board-next')
  if (first === second) complain('the code does not change')
  // The network is away: six codes in advance, and then a plain word.
  await mark(browser, await read(wall, 'roll-board-now'), students[0], true, complain)

  // The list of the teacher says so by itself.
  await teacher.page.locator('#lines tr.is-present', { hasText: setting('NAME') }).waitFor()
  await mark(browser, await read(wall, 'roll-board-now'), students[1], false, complain)
  await teacher.page.locator('#lines tr.is-present').nth(1).waitFor()

  // By keys: down to the first who is expected, and P.
  const expected = await teacher.page.locator('#lines tbody tr.is-expected').first().getAttribute('id')
  for (let turn = 0; turn < 10; turn += 1) {
    await teacher.page.keyboard.press('ArrowDown')
    if ((await teacher.page.locator('#lines tr.at').getAttribute('id')) === expected) break
  }
  await teacher.page.keyboard.press('p')
  await teacher.page.locator(`#${expected}.is-present`).waitFor()
  for (const barrier of await teacher.barriers()) complain(`roll: ${barrier}`)
  await teacher.picture('roll-live')
  await teacher.page.setViewportSize(telephone)
  if (await teacher.overhang()) complain('roll: runs over the edge')
  await teacher.picture('roll-live-telephone')

  await wall.context.setOffline(true)
  await wall.page.clock.install()
  await wall.page.clock.fastForward('02:00')
  await wall.page.locator('#stale:not([hidden])').waitFor()
  await wall.picture('roll-board-stale')
  wall.blame(complain, 'board')
  teacher.blame(complain, 'roll')
  await wall.leave()
  await teacher.leave()
})
