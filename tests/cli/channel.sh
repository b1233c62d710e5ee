#!/bin/sh
# Evidence is bound to the TLS connection that it came over: who stands in between is refused, with a key of its
# own and with the host's, stolen. Control: evidence for others is not bound, and comes through.
set -eu
. tests/cli/pobf.inc
command -v python3 >/dev/null || { echo 'SKIP: python3 is not installed: nobody stands in between'; exit 0; }

pair() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=IP:127.0.0.1 -out "$1.pem" -keyout "$1.key" 2>err
}
cat >relay.py <<'END'
import socket, ssl, sys, threading
name, upstream, ports = sys.argv[1], int(sys.argv[2]), sys.argv[3]
inner = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
inner.load_cert_chain(name + '.pem', name + '.key')
outer = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
outer.check_hostname, outer.verify_mode = False, ssl.CERT_NONE
def pump(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data: break
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)
    except OSError: pass
def serve(plain):
    try:
        client = inner.wrap_socket(plain, server_side=True)
        host = outer.wrap_socket(socket.create_connection(('127.0.0.1', upstream)))
    except OSError: return
    threading.Thread(target=pump, args=(client, host), daemon=True).start()
    pump(host, client)
listening = socket.create_server(('127.0.0.1', 0))
open(ports + '.new', 'w').write(str(listening.getsockname()[1]))
import os; os.rename(ports + '.new', ports)
while True: threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()
END
relays=
trap 'for relay in $relays; do kill "$relay" 2>/dev/null || true; done; stop' EXIT
relay() { # relay NAME: with the key of NAME, on the port in the file NAME.port
    python3 relay.py "$1" "$(cat port)" "$1.port" 2>relay.err &
    relays="$relays $!"
    await [ -s "$1.port" ] || no "a relay with the key of $1"
}

"$host" new count >out 2>err
"$host" build count --out count.image >out 2>err
"$host" measure count.image --json >reference.json
sim='--reference reference.json --insecure-accept-sim'
pair tls
pair stranger
serve count.image --trustlets 1 --tls-cert tls.pem --tls-key tls.key
direct=https://127.0.0.1:$(cat port)
relay stranger
relay tls
with_own=https://127.0.0.1:$(cat stranger.port)
with_stolen=https://127.0.0.1:$(cat tls.port)
nonce=$(printf '%064d' 7)
gives 0 'who speaks to the host itself is answered' "$pobf" call "$direct" --in count/sample.txt --out one $sim
gives 0 'and what it kept verifies offline' "$pobf" verify one.receipt one.evidence one.exchange $sim
gives 3 'who asks it in plain HTTP' "$pobf" attest "http://${direct#https://}" $sim
says 'does it take https://'
gives 1 'who stands in between with a key of its own is refused' \
    "$pobf" call "$with_own" --in count/sample.txt --out no $sim
says 'evidence.channel_key'
says 'evidence.nonce'
gives 1 'who has stolen the key of the host is refused' \
    "$pobf" call "$with_stolen" --in count/sample.txt --out no $sim
says 'evidence.nonce: expected'
! grep -q evidence.channel_key out err || no 'by the connection alone: the key is the right one'
gives 0 'control: what is for others is not bound, and comes through' \
    "$pobf" attest "$with_stolen" --nonce "$nonce" $sim --out for-others
gives 0 'and verifies for them' "$pobf" verify for-others --nonce "$nonce" $sim
gives 0 'without a nonce of others it is bound' "$pobf" attest "$direct" $sim
gives 1 'and so does not come through' "$pobf" attest "$with_stolen" $sim
[ ! -e no ] || no 'nothing of a refused call is kept'
[ "$(curl -sk -o out -w '%{http_code}' "$direct/v1/evidence?nonce=$nonce&host=$(printf '%0300d' 0)")" = 421 ] ||
    no 'a host with a name too long is refused'
bound=706f62662f746c73$(printf '%048d' 7)
[ "$(curl -sk -o out -w '%{http_code}' "$direct/v1/evidence?nonce=$bound")" = 400 ] ||
    no 'nobody is given a nonce of another connection for the asking'
[ "$(curl -sk -o out -w '%{http_code}' "$direct/v1/evidence?nonce=7$bound" | cut -c1)" = 4 ] || no 'nor a longer one'
[ "$(curl -sk -o out -w '%{http_code}' "$direct/v1/evidence?nonce=$nonce")" = 200 ] || no 'control: any other is'
ok 'nobody is given a nonce of another connection for the asking'
address=127.0.0.1:$(cat port)
halt

"$host" serve count.image --trustlets 1 --tls-cert tls.pem --tls-key tls.key --listen "$address" \
    --name elsewhere:8443 --port-file again >serve.out 2>serve.err &
served=$!
await [ -s again ] || no 'the host starts under another name'
gives 1 'a host that is another one than was meant says so' "$pobf" attest "$direct" $sim
says 'this is another host'
halt
rm again
"$host" serve count.image --trustlets 1 --tls-cert tls.pem --tls-key tls.key --listen "$address" \
    --name elsewhere:8443 --name "$address" --port-file again >serve.out 2>serve.err &
served=$!
await [ -s again ] || no 'the host starts under another name'
gives 0 'control: under its own name it answers' "$pobf" attest "$direct" $sim
halt
serve count.image --trustlets 1
[ "$(curl -s -o out -w '%{http_code}' "http://127.0.0.1:$(cat port)/v1/evidence?nonce=$nonce&host=x")" = 400 ] ||
    no 'without TLS there is nothing to bind to'
ok 'without TLS there is nothing to bind to'
halt
