#!/usr/bin/awk -f
# The workloads as a picture, a row each: make bench | tests/bench/plot.awk >examples/workloads.svg
# A dot is a time, from 1 us to 10 s, logarithmically.
BEGIN {
    left = 310; width = 560; row = 30; top = 70; decades = 7
    split("#80868b #2b6cd4 #e07a1f #a8378f", colours, " ")
    split("native, gcc -O2|the function|the call: process|the call: kvm", meanings, "|")
    split("1 us,10 us,100 us,1 ms,10 ms,100 ms,1 s,10 s", labels, ",")
}
function x(us) {
    return left + (us < 1 ? 0 : log(us) / log(10) / decades * width)
}
function text(at, y, anchor, what) {
    return sprintf("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\">%s</text>\n", at, y, anchor,
        what)
}
function line(x1, y1, x2, y2) {
    return sprintf("<path d=\"M%.0f %.0fL%.0f %.0f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2)
}
function dot(at, y, which) {
    return sprintf("<circle cx=\"%.1f\" cy=\"%.0f\" r=\"5\" fill=\"%s\"/>\n", at, y, colours[which])
}
# "  NAME: LABEL" in 50 columns, then NATIVE, and of one or two backends FUNCTION RATIO CALL SHARE
/^  [a-z]+: / && substr($0, 51) ~ /^ +[0-9]+(  +[0-9]+ +[0-9.]+ +[0-9]+ +-?[0-9.]+)+$/ {
    name = substr($0, 3, 48)
    sub(/ +$/, "", name)
    count = split(substr($0, 51), us, " ")
    y = top + rows++ * row
    body = body text(left - 14, y + 4, "end", name) line(left, y, left + width, y)
    for (i = 4; i <= count; i += 4) body = body dot(x(us[i]), y, i == 4 ? 3 : 4)
    body = body dot(x(us[2]), y, 2) dot(x(us[1]), y, 1)
}
END {
    if (rows == 0) {
        print "plot: there is no workload in this" >"/dev/stderr"
        exit 1
    }
    bottom = top + (rows - 1) * row + 16
    for (i = 0; i <= decades; i++) {
        at = left + i / decades * width
        head = head line(at, top - 16, at, bottom) text(at, top - 22, "middle", labels[i + 1])
    }
    for (i = 1; i <= 4; i++) {
        at = left + (i - 1) * 150
        head = head dot(at, 16, i) text(at + 12, 20, "start", meanings[i])
    }
    print "<svg xmlns=\"http://www.w3.org/2000/svg\""
    printf "width=\"%d\" height=\"%d\" ", left + width + 40, bottom + 10
    print "font-family=\"sans-serif\" font-size=\"13\">"
    print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    printf "%s%s</svg>\n", head, body
}
