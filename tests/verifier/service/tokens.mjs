// Reads results of the verifier's service with software that is not ours: jose for JWT, @auth0/cose for
// CWT. The files are in the working folder; the modules in $MODULES. Each check has its counterpart: the
// same token with one character changed, and under another key, must be refused.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.MODULES + '/');
const load = async name => import(pathToFileURL(require.resolve(name)).href);
const jose = await load('jose');
const cose = await load('@auth0/cose');
const read = name => readFileSync(name, 'utf8');
const must = (truth, what) => {
    if (!truth) throw new Error(`not so: ${what}`);
};
const refuses = async (attempt, what) => {
    const seen = await attempt().then(() => 'accepted', () => 'refused');
    must(seen === 'refused', `${what} is refused`);
};
// Another letter of base64url in the middle of a part, where each letter counts.
const spoil = (text, part) => {
    const parts = text.split('.');
    const at = parts[part].length >> 1;
    const other = parts[part][at] === 'A' ? 'B' : 'A';
    parts[part] = parts[part].slice(0, at) + other + parts[part].slice(at + 1);
    return parts.join('.');
};

const discovery = JSON.parse(read('discovery'));
must(discovery['service-state'] === 'READY', 'the service is ready');
must(discovery['media-types'].includes('application/vnd.pobf.hardware-evidence+json'), 'it names its types');
const jwk = discovery['ear-verification-key'];
must(!('d' in jwk), 'the private key is not shown');
const key = await jose.importJWK(jwk);
const stranger = (await jose.generateKeyPair(jwk.alg, { crv: jwk.crv, extractable: true })).publicKey;
const expected = { algorithms: [jwk.alg], typ: 'eat+jwt' };

async function jwt(name, under = key) {
    return (await jose.jwtVerify(read(name), under, expected)).payload;
}
const ietf = await jwt('result.ietf-jwt');
must(ietf.eat_profile === 'tag:ietf.org,2026:rats/ear#03', 'the profile of the IETF');
must(ietf.ear_status === 'affirming', 'affirming');
must(ietf.submods.platform.ear_trustworthiness_vector.hardware === 2, 'hardware 2');
must(ietf.exp > ietf.iat, 'it ends');
const refused = await jwt('result.refused');
must(refused.ear_status === 'contraindicated', 'evidence for another nonce is contraindicated');
must(refused.submods.platform.ear_trustworthiness_vector['instance-identity'] === 99, 'by 99s');
const veraison = await jwt('result.veraison-jwt');
must(veraison.eat_profile === 'tag:github.com,2023:veraison/ear', 'the profile of Veraison');
must(veraison.submods.platform['ear.status'] === 'affirming', 'affirming there too');
for (const name of ['result.ietf-jwt', 'result.veraison-jwt', 'result.refused']) {
    await refuses(() => jwt(name, stranger), `${name} under another key`);
    for (const part of [0, 1, 2]) {
        await refuses(() => jose.jwtVerify(spoil(read(name), part), key, expected), `part ${part} of ${name}, changed,`);
    }
}

const cryptoKey = await webcrypto.subtle.importKey('jwk', { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y },
    jwk.kty === 'EC' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' }, true, ['verify']);
const bytes = Buffer.from(read('result.ietf-cwt'), 'base64url');
const sign1 = cose.Sign1.decode(bytes);
await sign1.verify(cryptoKey);
const cbor = await load('cbor-x').catch(() => null);
const decoded = cbor ? new cbor.Decoder({ mapsAsObjects: false }).decode(sign1.payload) : null;
must(decoded !== null, 'the claims are CBOR');
must(decoded.get(265) === 'tag:ietf.org,2026:rats/ear#03', 'the profile is under 265');
must(decoded.get(1000) === 2, 'the status is under 1000');
must(decoded.get(266).get('platform').get(1001).get(4) === 2, 'hardware is the claim 4 of the vector');
must(Buffer.from(decoded.get(10)).toString('base64url') === ietf.eat_nonce, 'the nonce is the same');
const result = JSON.parse(decoded.get(266).get('platform').get('tag:pobf,2026:appraisal'));
must(result.verdict === 'affirming', 'the whole result is in it');
for (let at = 0; at < bytes.length; at += 53) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1;
    // What stands in the unprotected header nobody vouches for: the key's id, bytes 9 to 44.
    if (at < 7 || at > 44) {
        await refuses(async () => cose.Sign1.decode(changed).verify(cryptoKey), `a CWT with byte ${at} changed`);
    }
}
console.log(`ok: jose and @auth0/cose, ${jwk.alg}`);
