/** The way out for pixels: a file in the browser's own profile, which the service reads. A worker writes it meanwhile. */

/** @typedef {Awaited<ReturnType<typeof openOutlet>>} Outlet */

/** @param {number} size of the file at first, in bytes; the service knows it by that */
export async function openOutlet(size) {
  const worker = new Worker("/page/writer.js", { type: "module" });
  const waiting = [];
  const spare = [];
  worker.onmessage = ({ data }) => waiting.shift()(data);

  function ask(message, transfer) {
    worker.postMessage(message, transfer);
    return new Promise((resolve) => waiting.push(resolve));
  }

  const opened = await ask({ size }, []);
  if (opened !== size) throw new Error("the file for pictures cannot be opened");

  return {
    /** @param {number} length of the array, in bytes */
    take(length) {
      const at = spare.findIndex((pixels) => pixels.length === length);
      return at < 0 ? new Uint8Array(length) : spare.splice(at, 1)[0];
    },

    /**
     * @param {Uint8Array} pixels from take(), and gone afterwards
     * @param {number} at in bytes
     */
    async write(pixels, at) {
      const { length } = pixels;
      const { written, back } = await ask({ pixels, at }, [pixels.buffer]);
      if (written !== length) throw new Error("the file for pictures is full");
      spare.push(back);
    },
  };
}
