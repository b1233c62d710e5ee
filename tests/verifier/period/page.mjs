// Opens reports on a period in a real browser and reads what a person would: the verdict, the alarms, the tables.
// Usage: page.mjs FOLDER, with NAME.html and NAME.txt in it; screenshots go to $SCREENSHOTS.
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {createRequire} from 'node:module';

const {chromium} = createRequire(process.env.MODULES + '/')('playwright-core');
const folder = resolve(process.argv[2]);
const browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ['--no-sandbox']});
let failed = 0;

function expect(what, good, seen) {
  console.log(`${good ? 'ok' : 'FAILED'}: ${what}${good ? '' : `: ${seen}`}`);
  failed += good ? 0 : 1;
}

async function open(name, viewport = {width: 1000, height: 1200}) {
  const page = await browser.newPage({viewport});
  page.trouble = [];
  page.on('request', r => { if (!/^(file|data):/.test(r.url())) page.trouble.push(r.url()); });
  page.on('pageerror', e => page.trouble.push(String(e)));
  page.on('dialog', d => { page.trouble.push(d.message()); d.dismiss(); });
  await page.goto(`file://${folder}/${name}.html`);
  return page;
}
const bare = text => text.replace(/\s+/g, '').replace(/[^ -~]/g, '?');
const shot = (page, name) => page.screenshot({path: `${process.env.SCREENSHOTS}/period-${name}.png`, fullPage: true});

// The first thing on the page, its colour, and how many alarms there are.
const pages = [
  ['valid', /^Forgotten: each of the 5 calls/, 'forgotten', 0],
  ['gap', /^NOT PROVED: 1 alarm/, 'refused', 1],
  ['crash', /^NOT PROVED: 1 alarm/, 'refused', 1],
  ['tampered', /^NOT PROVED: 1 receipt is refused, 1 alarm .*, 1 file is damaged, unknown or refused\.$/, 'refused', 1],
  ['unjudged', /^Could not check: 4 receipts lack what it takes/, 'unknown', 0],
  ['empty', /^Could not check: there is no receipt/, 'unknown', 0],
];
for (const [name, sentence, kind, alarms] of pages) {
  const page = await open(name);
  const verdict = await page.textContent('main > :first-child p');
  expect(`${name}: the verdict comes first`, sentence.test(verdict), verdict);
  expect(`${name}: its colour says the same`, await page.getAttribute('#verdict', 'class') === kind, await page.getAttribute('#verdict', 'class'));
  expect(`${name}: every alarm is told`, await page.locator('li.fail').count() === alarms, await page.locator('li.fail').count());
  expect(`${name}: nothing was fetched, nothing runs`, page.trouble.length === 0 && await page.locator('script, img').count() === 0, page.trouble.join(' '));
  const record = bare(readFileSync(`${folder}/${name}.txt`, 'utf8'));
  const missing = (await page.locator('#verdict p, #verdict small, h2, h3, li, p').allTextContents()).filter(said => !record.includes(bare(said)));
  expect(`${name}: the text says the same`, missing.length === 0, missing.join(' | '));
  await shot(page, name);
  await page.close();
}
const crash = await open('crash');
expect('a crash says when its call began', /begun \d{4}-\d\d-\d\dT[\d:]+Z by the host's clock/.test(await crash.textContent('li.fail')), await crash.textContent('li.fail'));
const bad = await open('tampered');
expect('the name of a file stays text', (await bad.textContent('main')).includes('<img src=x onerror=alert(1)>'), 'it is gone');

// A phone, paper, the dark, and who hears it.
for (const [name] of pages) {
  const phone = await open(name, {width: 360, height: 740});
  expect(`${name}: it fits a phone`, await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'it is wider');
  await shot(phone, name + '-phone');
  await phone.close();
}
const valid = await open('valid');
expect('every row has a head, every column too', await valid.evaluate(() => [...document.querySelectorAll('tbody tr, thead th')].every(e => e.tagName === 'TH' ? e.scope === 'col' : e.querySelector('th[scope=row]'))), 'not all');
expect('headings go down step by step', await valid.evaluate(() => { let last = 0; return [...document.querySelectorAll('h1, h2, h3')].every(h => { const level = Number(h.tagName[1]), fine = level <= last + 1; last = level; return fine; }); }), 'one is left out');
expect('it says its language and its name', await valid.evaluate(() => document.documentElement.lang === 'en' && document.title.length > 0), 'it does not');
const contrast = () => { // of text on what is behind it, by WCAG
  const parts = colour => colour.match(/[\d.]+/g).slice(0, 3).map(v => { const c = v / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
  const light = colour => { const [r, g, b] = parts(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$|transparent/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  return Math.min(...[...document.querySelectorAll('p, li, th, td, h1, h2, h3, small, pre')].map(e => {
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); }));
};
for (const colorScheme of ['light', 'dark']) {
  const page = await open('tampered');
  await page.emulateMedia({colorScheme});
  const least = await page.evaluate(contrast);
  expect(`it can be read in the ${colorScheme}`, least >= 4.5, least);
  if (colorScheme === 'dark') await shot(page, 'dark');
}
await valid.emulateMedia({media: 'print', colorScheme: 'dark'});
expect('paper is white', await valid.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'), 'it is not');
await shot(valid, 'paper');
await valid.keyboard.press('End');
expect('the keyboard goes to the end', await valid.evaluate(() => new Promise(done => setTimeout(() => done(window.scrollY > 0), 300))), 'it does not scroll');
await browser.close();
process.exit(failed === 0 ? 0 : 1);
