// Opens report pages in a real browser and reads what a person would: the verdict, the chain, and what
// becomes of dropped files. Usage: page.mjs PAGE EXCHANGE RECEIPT... ; screenshots go to $SCREENSHOTS.
import {generateKeyPairSync, sign} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const {chromium} = createRequire(process.env.MODULES + '/')('playwright-core');
const [path, exchange, ...receipts] = process.argv.slice(2);
const html = readFileSync(path, 'utf8');
const inside = /<script type="application\/json" id="bundle">(.*?)<\/script>/s;
const bundle = () => JSON.parse(inside.exec(html)[1]);
const browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ['--no-sandbox']});
let failed = 0;

function expect(what, good, seen) {
  console.log(`${good ? 'ok' : 'FAILED'}: ${what}${good ? '' : `: ${seen}`}`);
  failed += good ? 0 : 1;
}

// A page with the bundle changed; the page itself, from disk, without any network.
async function open(change = b => b, viewport = {width: 900, height: 1200}) {
  const changed = JSON.stringify(change(bundle())).replaceAll('<', '\\u003c');
  writeFileSync(path + '.try.html', html.replace(inside, () => `<script type="application/json" id="bundle">${changed}</script>`));
  const page = await browser.newPage({viewport});
  const asked = [];
  page.on('request', r => { if (!/^(file|data):/.test(r.url())) asked.push(r.url()); });
  page.on('pageerror', e => asked.push(String(e)));
  await page.goto('file://' + path + '.try.html');
  await page.waitForSelector('body[data-checked-ms]');
  page.asked = asked;
  return page;
}
const verdict = page => page.textContent('#verdict p');
const flip = (base64, at) => { const bytes = Buffer.from(base64, 'base64'); bytes[at < 0 ? bytes.length + at : at] ^= 1; return bytes.toString('base64'); };

const good = await open();
expect('a good call is forgotten', (await verdict(good)).startsWith('Forgotten:'), await verdict(good));
expect('on the host\'s word', (await good.textContent('#verdict small')).includes('sim'), 'nothing said');
expect('nothing was fetched', good.asked.length === 0, good.asked.join(' '));
expect('every link is ok', await good.locator('#chain .pass').count() === await good.locator('#chain tbody tr').count(), 'not all');
const took = [];
for (let i = 0; i < 9; i++) {
  const page = await open();
  took.push(Number(await page.getAttribute('body', 'data-checked-ms')));
  await page.close();
}
took.sort((a, b) => a - b);
console.log(`checked in ${took[0]} to ${took[8]} ms, median ${took[4]}`);
expect('it checks in less than 100 ms, times SLOW', took[0] < (Number(process.env.SLOW) || 1) * 100, took);
// The same sentences as in the text for records; nothing that was to be filled in is left.
const record = readFileSync(process.env.RECORD, 'utf8').replace(/\s+/g, ' ');
for (const selector of ['#verdict p', '#verdict small', 'h2[data-word]', '#facts td', '#erased td', '#proof td', '#uncovered li', '#command'])
  for (const said of await good.locator(selector).allTextContents())
    expect(`the record says: ${said.slice(0, 60)}`, record.replaceAll(' ', '').includes(said.replace(/\s+/g, '')), said);
expect('nothing is left to fill in', !/[{}]|undefined|null/.test(await good.evaluate(() => [...document.querySelectorAll('main > :not(details)')].map(e => e.textContent).join(' '))), 'a brace');
const boxes = async id => (await good.locator(id + ' li').allTextContents()).join(', ');
expect('the pictures are lists, for who hears them', /platform \u2713 ok.*invocation \u2713 ok.*log \u2713 ok/.test(await boxes('#links'))
  && /^FORGOTTEN , FRESH .*FORGOTTEN $/.test(await boxes('#life')), await boxes('#links') + await boxes('#life'));
await good.screenshot({path: process.env.SCREENSHOTS + '/good.png', fullPage: true});

// Each of these must be seen, by the check that is there for it.
const file = (name, at) => b => { b.files[name] = flip(b.files[name], at); return b; };
const tampered = [
  ['a flipped byte in the receipt', file('receipt', 60), 'receipt.signature'],
  ['a flipped byte in the receipt\'s signature', file('receipt', -1), 'receipt.signature'],
  ['a flipped byte in the evidence', file('evidence', 60), 'evidence.signature'],
  ['a flipped byte in the evidence\'s signature', file('evidence', -1), 'evidence.signature'],
  ['a flipped byte in the proof of inclusion', file('inclusion', 40), 'log.inclusion'],
  ['a report with another claim', b => { const [h, p, s] = b.report.split('.');
    b.report = [h, Buffer.from(Buffer.from(p, 'base64url').toString().replace('"sequence":1', '"sequence":2')).toString('base64url'), s].join('.'); return b; }, 'report.signature'],
  ['a report under another key', b => { b.report_key = process.env.OTHER_KEY; return b; }, 'report.signature'],
  ['another root', b => { b.roots.sim = '11'.repeat(32); return b; }, 'evidence.signature'],
  ['another log', b => { b.log_policy = b.log_policy.replace('log log.example/pobf', 'log log.example/other'); return b; }, 'log.signature'],
  ['witnesses who have not signed', b => { b.log_policy = b.log_policy.replace('quorum none', `witness w ${process.env.WITNESS}\nquorum w`); return b; }, 'log.witnesses'],
];
for (const [what, change, id] of tampered) {
  const page = await open(change);
  const seen = await verdict(page);
  expect(`${what} is NOT PROVED`, seen.startsWith('NOT PROVED:') && seen.includes(id), seen);
  const broken = await page.locator('#links .fail b').allTextContents();
  expect(`${what} breaks its link in the picture`, broken.includes({receipt: 'invocation', evidence: 'platform', log: 'log', report: 'report'}[id.split('.')[0]]), broken.join(' '));
  if (id === 'receipt.signature') await page.screenshot({path: process.env.SCREENSHOTS + '/refused.png', fullPage: true});
  await page.close();
}
// A certificate of this function: the page checks who signed it, and of what it is.
const made = kind => { const {publicKey, privateKey} = generateKeyPairSync(kind, {namedCurve: 'P-256'}), payloadType = 'application/vnd.in-toto+json';
  return b => { const payload = Buffer.from(JSON.stringify({subject: [{name: 'image', digest: {sha256: process.env.FUNCTION}}]}));
    const pae = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
    const sig = sign(kind === 'ec' ? 'sha256' : null, pae, {key: privateKey, dsaEncoding: 'ieee-p1363'}).toString('base64');
    b.files.certificate = Buffer.from(JSON.stringify({payload: payload.toString('base64'), payloadType, signatures: [{sig}]})).toString('base64');
    b.certificate_key = publicKey.export({type: 'spki', format: 'pem'}); return b; }; };
const inCertificate = change => b => { const envelope = JSON.parse(Buffer.from(made('ed25519')(b).files.certificate, 'base64')); change(envelope);
  b.files.certificate = Buffer.from(JSON.stringify(envelope)).toString('base64'); return b; };
const ofAnother = b => { const own = process.env.FUNCTION; process.env.FUNCTION = '11'.repeat(32); made('ec')(b); process.env.FUNCTION = own; return b; };
for (const [what, change, begins] of [
  ['a certificate under Ed25519', made('ed25519'), 'Forgotten:'], ['a certificate under ES256', made('ec'), 'Forgotten:'],
  ['a flipped byte in its signature', inCertificate(e => { e.signatures[0].sig = flip(e.signatures[0].sig, 5); }), 'NOT PROVED: certificate.signature'],
  ['a flipped byte in what it says', inCertificate(e => { e.payload = flip(e.payload, 3); }), 'NOT PROVED: certificate.signature'],
  ['a certificate under another key', b => { made('ec')(b).certificate_key = process.env.OTHER_KEY; return b; }, 'NOT PROVED: certificate.signature'],
  ['a certificate of another function', ofAnother, 'NOT PROVED: certificate.function'],
  ['a certificate without a key', b => { delete made('ec')(b).certificate_key; return b; }, 'Could not check:']]) {
  const page = await open(change);
  expect(`${what}: ${begins}`, (await verdict(page)).startsWith(begins), await verdict(page));
  await page.close();
}
for (const name of ['receipt', 'evidence']) {
  const page = await open(b => { b.files[name] = null; return b; });
  const seen = await verdict(page);
  expect(`without the ${name} it could not check`, seen.startsWith('Could not check:'), seen);
  await page.close();
}
const hostile = await open(b => { b.command = '</script><img src=x onerror=alert(1)>'; return b; });
expect('text in the bundle stays text', await hostile.locator('img').count() === 0 && (await verdict(hostile)).startsWith('Forgotten:'), 'markup');

// The reader's own files.
const dropped = await open();
await dropped.setInputFiles('#files', [exchange]);
await dropped.waitForFunction(() => document.querySelectorAll('#dropped li').length >= 2);
expect('the exchange opens both commitments', await dropped.locator('#dropped .pass').count() === 2, await dropped.textContent('#dropped'));
writeFileSync(exchange + '.try', Buffer.from(flip(readFileSync(exchange).toString('base64'), -1), 'base64'));
await dropped.setInputFiles('#files', [exchange + '.try']);
await dropped.waitForFunction(() => document.querySelectorAll('#dropped li').length >= 4);
expect('another salt opens one of them no more', await dropped.locator('#dropped .alarm').count() === 1, await dropped.textContent('#dropped'));
const gaps = await open();
await gaps.setInputFiles('#files', [receipts[receipts.length - 1]]);
await gaps.waitForFunction(() => /ALARM/.test(document.querySelector('#alarms').textContent));
expect('missing numbers are alarms', (await gaps.textContent('#alarms')).includes('are missing'), await gaps.textContent('#alarms'));
await gaps.setInputFiles('#files', [process.env.FORGED]);
await gaps.waitForFunction(() => /has not signed/.test(document.querySelector('#dropped').textContent));
expect('a forged receipt fills no gap', /receipts 2 to 3 are missing/.test(await gaps.textContent('#alarms')), await gaps.textContent('#alarms'));
const others = await browser.newPage();
await others.goto('file://' + process.env.OTHERS);
await others.waitForSelector('body[data-checked-ms]');
expect('receipts inside of the page are looked through', /receipt 3 is missing/.test(await others.textContent('#alarms')), await others.textContent('#alarms'));
const destroyed = await browser.newPage();
await destroyed.goto('file://' + process.env.DESTROYED);
await destroyed.waitForSelector('body[data-checked-ms]');
expect('a call without a result is destroyed instead', (await verdict(destroyed)).startsWith('Destroyed instead:'), await verdict(destroyed));
const whole = await open();
await whole.setInputFiles('#files', receipts);
await whole.waitForFunction(n => document.querySelectorAll('#dropped li').length >= n, receipts.length);
await whole.waitForFunction(() => !/not looked for/.test(document.querySelector('#alarms').textContent));
expect('a whole chain raises none', /^none/.test(await whole.textContent('#alarms')), await whole.textContent('#alarms'));

// A phone, a keyboard, paper.
const phone = await open(b => b, {width: 360, height: 740});
expect('it fits a phone', await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'it is wider');
await phone.screenshot({path: process.env.SCREENSHOTS + '/phone.png', fullPage: true});
await phone.keyboard.press('Tab');
expect('the keyboard reaches the files', await phone.evaluate(() => document.activeElement.id === 'files'), 'something else');
expect('every table has heads for rows', await phone.evaluate(() => [...document.querySelectorAll('tr')].every(r => r.querySelector('th'))), 'not all');
const paper = await open();
await paper.emulateMedia({media: 'print', colorScheme: 'dark'});
expect('paper is white, and has no place to drop files', await paper.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'
  && getComputedStyle(document.getElementById('drop')).display === 'none'), 'it is not');
await paper.screenshot({path: process.env.SCREENSHOTS + '/paper.png', fullPage: true});
await browser.close();
process.exit(failed === 0 ? 0 : 1);
