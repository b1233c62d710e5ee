// The functions of script.c in node: a call that is hot, in microseconds, the median of many.
import { readFileSync } from "node:fs";
const [path, inputPath, rounds] = process.argv.slice(2);
const script = await import("data:text/javascript," + encodeURIComponent(readFileSync(path, "utf8")));
const bytes = readFileSync(inputPath);
const times = [];
let size = 0;
for (let i = 0; i < Number(rounds); i++) {
  const begin = process.hrtime.bigint();
  const text = new TextDecoder().decode(bytes);
  const output = script.default(script.input === "json" ? JSON.parse(text) : text);
  size += (typeof output === "string" ? output : JSON.stringify(output)).length;
  times.push(Number(process.hrtime.bigint() - begin) / 1000);
}
times.sort((a, b) => a - b);
console.log(times[times.length >> 1], size);
