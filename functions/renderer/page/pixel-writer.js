/** The worker that writes pixels into a file: only workers have synchronous file handles. */

let file = null;

globalThis.onmessage = async ({ data }) => {
  if (data.size) {
    file ??= await open();
    file.truncate(0);
    file.truncate(data.size);
    postMessage(file.getSize());
    return;
  }
  const { pixels, at } = data;
  let written = 0;
  try {
    written = file.write(pixels, { at });
  } catch {
    // The file is full: the page is told that nothing was written.
  }
  postMessage({ written, back: pixels }, [pixels.buffer]);
};

async function open() {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle("pixels", { create: true });
  return handle.createSyncAccessHandle();
}
