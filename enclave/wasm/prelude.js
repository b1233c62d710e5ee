// What a script finds beyond the language itself; and how it is called. Evaluated before the script, so
// the classes that are used here are the engine's own, whatever the script makes of the globals later.
((log, random) => {
  const { ArrayBuffer, Promise, String, TypeError, Uint8Array } = globalThis;
  const { parse, stringify } = JSON;
  const kinds = ["text", "json", "bytes"];
  const print = (...values) => log(values.map(String).join(" "));
  const then = Promise.prototype.then;
  const wellFormed = String.prototype.toWellFormed;

  globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };
  Math.random = random;

  const shape = (output) => {
    if (typeof output === "string") {
      return wellFormed.call(output); // UTF-8 has no half of a pair
    }
    if (output instanceof Uint8Array) {
      return output.buffer.resizable ? new Uint8Array(output) : output; // as long as it is now
    }
    if (output instanceof ArrayBuffer) {
      return new Uint8Array(output);
    }
    const text = stringify(output);
    if (text === undefined) {
      throw new TypeError("the result is neither bytes nor text, and there is no JSON of it");
    }
    return text;
  };

  return (script) => {
    const handler = script.default;
    const kind = script.input ?? "text";

    if (typeof handler !== "function") {
      throw new TypeError("there is no function that is the default export");
    }
    if (!kinds.includes(kind)) {
      throw new TypeError('export const input: it is "text", "json" or "bytes"');
    }
    return {
      bytes: kind === "bytes",
      call(input) {
        const output = handler(kind === "json" ? parse(input) : input);
        return output instanceof Promise ? then.call(output, shape) : shape(output);
      },
    };
  };
})
