// The run record in a share link, as far as tests ask: where the run stood and the hash of all that had happened. It is written
// in postcard's encoding, in which a number has seven bits a byte, lowest first.

/** The moment, in microseconds, and the trace hash of a link to a run in which nobody intervened. */
export function unsteered(address) {
  const letters = new URL(address).hash.match(/s=1\.([\w-]+)/)[1];
  const bytes = Buffer.from(letters, "base64url");
  let at = 0;
  const number = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const words = () => {
    const length = Number(number());
    at += length;
    return bytes.toString("utf8", at - length, at);
  };
  const format = number();
  words();
  const isInline = number();
  const scenario = words();
  const seed = Number(number());
  const commands = number();
  if (format !== 1n || isInline !== 0n || commands !== 0n) throw new Error(`not a plain run of format 1: ${address}`);
  const [time, , , hash] = [number(), number(), number(), number()];
  if (at + 4 !== bytes.length) throw new Error(`${bytes.length - at - 4} bytes of the link were not read`);
  return { scenario, seed, time, hash: hash.toString(16).padStart(16, "0") };
}
