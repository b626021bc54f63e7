// A card from the request to the day it is lost, on a telephone and at a desk.
//
// STUDENT    login of somebody who may have a card and has none
// MANAGER    login of who looks after cards
// PHOTO      path of a picture
import { Visitor, base, run, setting, telephone } from './lib.mjs'

const desk = { width: 1280, height: 800 }
const student = setting('STUDENT')
const manager = setting('MANAGER')

async function look(visitor, name, complain) {
  if (await visitor.overhang()) complain(`${name}: runs over the edge`)
  for (const barrier of await visitor.barriers()) complain(`${name}: ${barrier}`)
  await visitor.picture(name)
}

async function must(visitor, words, where, complain) {
  if (!(await visitor.text()).includes(words)) complain(`${where}: no “${words}”: ${await visitor.text()}`)
}

async function main(visitor) {
  await visitor.press(visitor.page.locator('main .button.main').first())
}

async function ask(browser, complain) {
  const visitor = await Visitor.arrive(browser, { size: telephone })
  await visitor.open('/cards')
  await visitor.signIn(student, student)
  await look(visitor, 'cards-none', complain)
  await main(visitor)
  await look(visitor, 'cards-photo', complain)
  await visitor.page.locator('input[type=file]').setInputFiles(setting('PHOTO'))
  await main(visitor)
  await look(visitor, 'cards-consent', complain)
  await visitor.page.locator('input[name=show]').check()
  await main(visitor)
  await look(visitor, 'cards-check', complain)
  await main(visitor)
  await must(visitor, 'Demande envoyée', 'cards-sent', complain)
  await look(visitor, 'cards-sent', complain)
  return visitor
}

async function make(browser, name, complain) {
  const visitor = await Visitor.arrive(browser, { size: desk })
  await visitor.open(`/cards/office?q=${encodeURIComponent(name)}`)
  await visitor.signIn(manager, manager)
  await visitor.press(visitor.page.locator('tbody a').first())
  await look(visitor, 'card-one-new', complain)
  const card = visitor.page.url()
  for (const to of ['request_checked', 'in_print']) {
    await visitor.press(visitor.page.locator(`button[name=to][value=${to}]`))
  }
  await must(visitor, 'Lot de 1 carte', 'card-batch', complain)
  await visitor.press(visitor.page.locator('button[name=how][value=all_printed]'))
  await look(visitor, 'card-batch-over', complain)
  await visitor.open(card)
  await must(visitor, 'La carte attend l’encodeur.', 'card-printed', complain)
  await look(visitor, 'card-one-printed', complain)
  // The encoder takes those first that wait longest.
  for (let left = 20; left > 0; left -= 1) {
    await visitor.open('/demo/encoder')
    if (left === 20) await look(visitor, 'demo-encoder', complain)
    await visitor.send('main form')
    const said = await visitor.page.locator('.banner').innerText()
    if (said.startsWith(name)) break
  }
  await look(visitor, 'demo-encoder-done', complain)
  await visitor.open(card)
  await must(visitor, 'active', 'card-enabled', complain)
  await look(visitor, 'card-one-enabled', complain)
  return visitor
}

await run(async (browser, complain) => {
  const visitor = await ask(browser, complain)
  const office = await make(browser, setting('NAME'), complain)
  await visitor.open('/cards')
  await must(visitor, 'La carte fonctionne.', 'cards-enabled', complain)
  await look(visitor, 'cards-enabled', complain)
  await visitor.press(visitor.page.locator('a.danger').first())
  await look(visitor, 'cards-stop', complain)
  await visitor.page.locator('input[value=lost]').check()
  await visitor.send('main form')
  await must(visitor, 'La carte ne fonctionne plus.', 'cards-stopped', complain)
  await look(visitor, 'cards-stopped', complain)
  visitor.blame(complain, 'student')

  await office.open('/cards/office?state=enabled')
  await office.page.evaluate(() => { globalThis.stayed = true })
  await office.page.locator('input[type=search]').pressSequentially('zzz', { delay: 15 })
  await office.page.locator('#found', { hasText: 'Aucune carte trouvée' }).waitFor()
  await office.page.waitForFunction(() => location.search === '?state=enabled&q=zzz')
  const at = await office.page.evaluate(() => globalThis.stayed === true && location.search)
  if (at !== '?state=enabled&q=zzz') complain(`card-office-typing: arrived at ${at}`)
  await look(office, 'card-office-typing', complain)
  await office.open('/cards/office?state=new')
  await look(office, 'card-office-new', complain)
  await office.page.setViewportSize(telephone)
  await look(office, 'card-office-telephone', complain)
  await office.open('/cards/office')
  await look(office, 'card-office-all-telephone', complain)
  await office.page.setViewportSize(desk)
  await look(office, 'card-office-all', complain)
  await office.page.locator('tbody a').nth(2).click()
  await office.page.setViewportSize(telephone)
  await look(office, 'card-one-telephone', complain)
  office.blame(complain, 'office')
  console.log(`cards: arrived at ${base}`)
})
