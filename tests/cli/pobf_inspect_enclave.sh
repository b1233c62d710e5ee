#!/bin/sh
# What an SGX enclave measures and who signed it; and the report of a confidential machine where there is none.
set -eu
vectors=$(realpath "${POBF_VECTORS:-../shared/vectors}" 2>/dev/null || true)/evidence
. tests/cli/pobf.inc

gives 2 'a SIGSTRUCT is of an enclave' "$pobf" inspect --sigstruct x
gives 2 'one thing is inspected' "$pobf" inspect --enclave x --image x
gives 3 'an enclave that is not there cannot be judged' "$pobf" inspect --enclave none
gives 3 'nor a folder' "$pobf" inspect --enclave .
: >empty
gives 1 'an empty file is none' "$pobf" inspect --enclave empty
says 'an empty file'
head -c 1000 /dev/zero >zeros
gives 1 'nor are zeros' "$pobf" inspect --enclave zeros --sigstruct zeros
says 'FAIL  sgx.measurement'
says 'FAIL  sgx.sigstruct'

gives 2 'a report is over something' "$host" tsm --out report
gives 2 'of at most 64 bytes' "$host" tsm --out report --report-data "$(printf '%0130d' 0)"
gives 2 'at a level that there is' "$host" tsm --out report --report-data 00 --privlevel 4
gives 3 'a system that is no such guest says so' "$host" tsm --out report --report-data 00 --reports /nowhere
says 'no guest of a confidential machine'
mkdir reports
gives 3 'a folder without a kernel behind it gives none' "$host" tsm --out report --report-data 00 --reports reports
[ -z "$(ls reports)" ] && [ ! -e report ] || no 'and nothing is left there'

enclave=$vectors/sgx/fortanix/sgxs-tools__src__sgx_detect__tests__test_enclave
[ -e "$enclave.sgxs" ] || { echo 'SKIP: there are no vectors of SGX in POBF_VECTORS'; exit 0; }
gives 0 'an enclave of others measures what its signer says' \
    "$pobf" inspect --enclave "$enclave.sgxs" --sigstruct "$enclave.sig"
says '"mrenclave": "784acfd7d5096a8f0fbd3265760bff21b120f62407a9a9e5ba31aa3c8ed198fc"'
says '"allows_debug": true'
gives 0 '--json is one object' "$pobf" inspect --enclave "$enclave.sgxs" --sigstruct "$enclave.sig" --json
is_object '"verdict":"affirmed"'
head -c -320 "$enclave.sgxs" >cut
gives 1 'the SIGSTRUCT of another enclave is refused' "$pobf" inspect --enclave cut --sigstruct "$enclave.sig"
says 'FAIL  sgx.enclave_hash'
