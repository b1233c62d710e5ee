#!/bin/sh
# The example sql: SQLite, fetched by its hash, built as a WASI module; its sample; what is no CSV,
# no SQL, or out of its reach.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"
cp -r "$POBF_SHARE/examples/sql" sql
if ! npm view better-sqlite3@12.11.1 version >/dev/null 2>&1; then
    echo 'SKIP: npm cannot fetch the source of SQLite'
    exit 0
fi
expect 0 'fetch' sql/fetch.sh
image=sql/sql.image
expect 0 'build' "$host" build sql
cp sql/sample.txt in.txt
run 'the sample' 0 "$(cat sql/expected.csv)"

table='
name,age,city
"Anna ""A."", the first",31,Basel
Bert,,""'
# asks SENTENCE STATEMENTS ANSWER
asks() { printf '%s\n%s\n' "$2" "$table" >in.txt; run "$1" 0 "$3"; }
asks 'quotes in fields, both ways' 'select name from data where age = 31' 'name
"Anna ""A."", the first"'
asks 'an empty field is NULL, and one in quotes is not' \
    "select age is null as a, city is null as c, city from data where name = 'Bert'" 'a,c,city
1,0,""'
asks 'statements change the table of this call' 'delete from data where age > 30;
select count(*) as n from data' 'n
1'
asks 'there is no clock' "select date('now')" "date('now')
1970-01-01"

# wrong SENTENCE INPUT MESSAGE
wrong() {
    printf '%s\n' "$2" >in.txt
    run "$1" 1 "exit status 1
$3"
}
wrong 'no CSV' 'select 1' 'line 1: the input is statements, an empty line, and CSV, all of it text'
wrong 'no column' 'select 1

' "line 3: a column's name is missing or has no end"
wrong 'a field too few' 'select 1

a,b
1,2
3' 'line 5: it has fewer fields than there are columns'
wrong 'a field too many' 'select 1

a,b
1,2,3' 'line 4: it has more fields than there are columns'
wrong 'a quote without an end' 'select 1

a,b
1,"2' 'line 4: a field in quotes has no end, or something follows it'
wrong 'no SQL' 'selekt 1

a
1' 'SQL: near "selekt": syntax error'
wrong 'another file' "attach '/etc/passwd' as other

a
1" 'SQL: unable to open database: /etc/passwd'
