/** The file that pixels leave the page through: in the browser's own profile, written by a worker, read by the service. */

/** @typedef {Awaited<ReturnType<typeof openPixelFile>>} PixelFile */

/** @param {number} size of the file at first, in bytes; the service finds the file by it */
export async function openPixelFile(size) {
  const worker = new Worker("/page/pixel-writer.js", { type: "module" });
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
     * @param {Uint8Array} pixels from take(), not to be used afterwards
     * @param {number} at in bytes
     */
    async write(pixels, at) {
      const { length } = pixels;
      const { written, back } = await ask({ pixels, at }, [pixels.buffer]);
      if (written !== length) throw new Error("the file for pictures is full");
      spare.push(back);
    },

    /** Makes it as it was at first: as long, and nothing but zeros. */
    async clear() {
      spare.length = 0;
      if ((await ask({ size }, [])) !== size) throw new Error("the file for pictures cannot be cleared");
    },
  };
}
